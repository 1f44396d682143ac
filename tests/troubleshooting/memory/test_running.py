from __future__ import annotations

import sys
import time

import pytest

from text_recognizer.troubleshooting.memory.jobs import Job, Outcome
from text_recognizer.troubleshooting.memory.running import Part, Running


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """One child with a job of each kind of ending."""
    jobs = [
        Job(function="math:factorial", options={}),
        Job(function="builtins:dict", options={"answer": 42}),
        Job(function="os:abort"),
        Job(function="builtins:dict", options={"still": "alive"}),
        Job(function="signal:pause"),
        Job(function="builtins:print", options={"sep": "-"}),
        Job(function="no_such_module:function"),
    ]
    with Running(jobs, seconds=3) as running:
        return running.fetch()


@pytest.mark.skipif(sys.platform != "linux", reason="jobs share a child where it can fork")
@pytest.mark.parametrize(
    ("place", "kind", "words"),
    [
        pytest.param(0, "error", "TypeError", id="an exception"),
        pytest.param(1, "ok", "", id="a result"),
        pytest.param(2, "crashed", "signal 6", id="an abort"),
        pytest.param(3, "ok", "", id="the next job after an abort"),
        pytest.param(4, "timeout", "killed after 3 seconds", id="a hang"),
        pytest.param(5, "ok", "", id="what is printed does not spoil the reply"),
        pytest.param(6, "error", "no_such_module", id="a module that is not there"),
    ],
)
def test_each_ending_is_an_outcome(outcomes, place, kind, words):
    assert outcomes[place].kind == kind, outcomes[place].detail
    assert words in outcomes[place].detail
    assert outcomes[1].value == {"answer": 42}


@pytest.mark.skipif(sys.platform != "linux", reason="jobs share a child where it can fork")
def test_a_part_does_not_wait_for_the_jobs_behind_it():
    jobs = [Job(function="builtins:dict", options={"a": 1}), Job(function="signal:pause")]
    with Running(jobs, seconds=60) as running:
        started = time.monotonic()
        assert Part(running, 0, 1).fetch() == [Outcome(kind="ok", value={"a": 1})]
        assert time.monotonic() - started < 60, "it waited for a job that pauses for ever"


@pytest.mark.skipif(sys.platform != "linux", reason="jobs share a child where it can fork")
def test_a_child_can_be_asked_for_more_and_each_waits_for_its_own():
    with Running() as running:
        first = running.add([Job(function="builtins:dict", options={"a": 1})])
        second = running.add([Job(function="builtins:dict", options={"b": 2})])
        assert second.fetch()[0].value == {"b": 2}
        assert first.fetch()[0].value == {"a": 1}


def test_a_job_done_alone_leaves_no_child_behind():
    with Running([Job(function="builtins:dict", options={"a": 1})], alone=True) as running:
        assert running.fetch()[0].value == {"a": 1}


def test_a_child_that_dies_gives_an_outcome_for_each_job():
    running = Running([Job(function="signal:pause")] * 2, seconds=60)
    running.close()
    assert [outcome.kind for outcome in running.fetch()] == ["crashed", "crashed"]
    assert "signal 9" in running.fetch()[0].detail
