from __future__ import annotations

import sys

import pytest

from text_recognizer.core.errors import DataError
from text_recognizer.troubleshooting.memory import measure, start_measuring
from text_recognizer.troubleshooting.memory.plan import largest_batch
from text_recognizer.troubleshooting.memory.subjects import plan_subject

SIZES = (("laptop", 8), ("mlp", 64))


@pytest.fixture(scope="module")
def measured():
    return {one.name: one for one in start_measuring(SIZES).fetch()}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak since a moment")
@pytest.mark.parametrize(("name", "batch"), SIZES)
def test_the_plan_is_within_a_fifth_of_what_was_measured(measured, name, batch):
    plan, found = plan_subject(name, batch), measured[name]
    assert found.resident == pytest.approx(plan.peak, rel=0.2)
    assert found.allocated == pytest.approx(plan.peak, rel=0.1)
    assert found.how.startswith("VmHWM")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_a_plan_that_forgets_the_moments_is_not(measured):
    plan = plan_subject("mlp", 64)
    assert plan.peak - plan.moments < 0.8 * measured["mlp"].resident
    assert largest_batch(plan, measured["mlp"].resident) > 0


def test_a_measurement_that_failed_is_said():
    with pytest.raises(DataError, match="no model 'huge'"):
        start_measuring([("huge", 1)]).fetch()


def test_a_system_without_proc_uses_its_own_mark(monkeypatch):
    monkeypatch.setattr(measure, "status_bytes", lambda field: None)
    before, how = measure._restart_peak()
    assert before > 10_000_000
    assert how.startswith("ru_maxrss")
