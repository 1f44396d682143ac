"""Claims of the lab on the real queue, with room for a busy machine."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.profiling import overlap_share, queued_training, timer_gap
from text_recognizer.troubleshooting.profiling.experiments import queued_products
from text_recognizer.troubleshooting.profiling.launches import stalls


def test_a_timer_without_a_sync_reports_less_than_a_tenth():
    assert min(timer_gap().ratio for _ in range(3)) < 0.1


def test_reading_each_step_stalls_each_step_and_ends_the_overlap():
    without, with_ = queued_training(), queued_training(read_every=1)
    assert {one.phase for one in stalls(without)} <= {""}
    assert [one.phase for one in stalls(with_, least=0) if one.phase] == ["read loss"] * 6
    assert overlap_share(with_) < 0.5 * overlap_share(without)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: timer_gap(size=1), id="too small to time"),
        pytest.param(lambda: timer_gap(launches=0), id="nothing to time"),
        pytest.param(lambda: queued_training(read_every=-1), id="negative period"),
        pytest.param(lambda: queued_training(steps=0), id="no steps"),
        pytest.param(lambda: queued_products(0, 1, 1), id="empty matrices"),
    ],
)
def test_numbers_out_of_range_are_refused(call):
    with pytest.raises(ConfigError, match=r"is from \d+ to \d+, got"):
        call()
