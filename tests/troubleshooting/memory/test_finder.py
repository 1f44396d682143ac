from __future__ import annotations

import sys

import pytest

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.memory.finder import BatchSearch, Searching, start_finder
from text_recognizer.troubleshooting.memory.jobs import Outcome
from text_recognizer.troubleshooting.memory.subjects import plan_subject

KNOWN = BatchSearch(name="laptop", limit=10**8, predicted=20, fits={})
FOUND = {"found": 16, "tried": (8, 16, 32), "refusal": "no", "translated": False}
FULL = Outcome(kind="out of memory", detail="RuntimeError: can't allocate memory")


class Done:
    """A child that has answered already."""

    def __init__(self, *outcomes):
        self.outcomes = outcomes

    def fetch(self):
        return list(self.outcomes)


def search(*outcomes):
    return Searching(Done(*outcomes), KNOWN, (16, 32)).fetch()


@pytest.mark.parametrize(
    ("first", "double", "found", "agrees"),
    [
        pytest.param(Outcome(kind="ok"), FULL, 16, True, id="as predicted"),
        pytest.param(Outcome(kind="ok"), Outcome(kind="ok"), 16, False, id="the double fits, too"),
        pytest.param(FULL, FULL, 16, False, id="what the finder found does not fit"),
        pytest.param(Outcome(kind="ok"), FULL, 32, False, id="more than the plan allows"),
        pytest.param(Outcome(kind="ok"), FULL, 8, False, id="less than half of the plan"),
    ],
)
def test_when_plan_and_finder_agree(first, double, found, agrees):
    result = search(Outcome(kind="ok", value={**FOUND, "found": found}), first, double)
    assert result.limited
    assert result.agrees is agrees


def test_a_system_that_holds_no_limit_has_a_note():
    result = search(Outcome(kind="not limited", detail="macOS"), Outcome(kind="not limited"))
    assert not result.limited
    assert result.note == "macOS"
    assert not result.agrees


def test_another_failure_is_an_error():
    with pytest.raises(DataError, match="'crashed': signal 11"):
        search(Outcome(kind="crashed", detail="signal 11"))


def test_a_search_that_starts_too_high_is_refused():
    with pytest.raises(InputError, match="init_val=64"):
        start_finder("laptop", limit=100_000_000, init_val=64)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a limit")
def test_the_finder_finds_what_the_plan_says():
    limit = plan_subject("laptop", 50).peak
    result = start_finder("laptop", limit=limit, init_val=16).fetch()
    assert (result.predicted, result.found) == (50, 32)
    assert result.tried == (16, 32, 64)
    assert result.agrees, result
    assert "auto_scale_batch_size" in result.refusal
