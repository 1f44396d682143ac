"""Exercise 02-sync: right answers of two kinds, and wrong ones that learners give."""

from __future__ import annotations

from itertools import pairwise

import pytest

from lab_utils.checks.lab_02.sync import EXERCISE, SUSPECTS, hidden_sync
from lab_utils.exercise_testing import Answers, assert_exercise
from lab_utils.exercises import judge
from text_recognizer.troubleshooting.profiling.launches import launches, stalls


def find_sync(trace):
    waits = {}
    for phase in trace.select("user_annotation"):
        for call in trace.select("cuda_runtime", name="Synchronize"):
            if phase.holds(call):
                waits[phase.name] = waits.get(phase.name, 0) + call.duration
    name = max(waits, key=waits.get, default=None)
    return name if name and waits[name] > 100 else None


def by_the_package(trace):
    return next((one.phase for one in stalls(trace) if one.phase), None)


def phases(trace):
    return trace.select("user_annotation")


def longest_phase(trace):
    return max(phases(trace), key=lambda span: span.duration).name


def most_launches(trace):
    calls = trace.select("cuda_runtime", name="Launch")
    return max(phases(trace), key=lambda span: sum(span.holds(call) for call in calls)).name


def most_device_work(trace):
    found = launches(trace)
    return max(
        phases(trace),
        key=lambda span: sum(one.work.duration for one in found if span.holds(one.call)),
    ).name


def first_that_looks_like_a_sync(trace):
    calls = trace.select("cuda_runtime", name="Synchronize")
    return next(span.name for span in phases(trace) if any(span.holds(call) for call in calls))


def last_before_the_device_is_idle(trace):
    work = sorted(trace.select("kernel"), key=lambda span: span.start)
    pairs = list(pairwise(work))
    before, _ = max(pairs, key=lambda pair: pair[1].start - pair[0].end)
    inside = [span for span in phases(trace) if span.start <= before.end <= span.end]
    return inside[0].name if inside else None


ANSWERS = Answers(
    solution=find_sync,
    alternative=by_the_package,
    wrong={
        "the longest phase of the host": longest_phase,
        "the most launches": most_launches,
        "the most work on the device": most_device_work,
        "the first call with such a name": first_that_looks_like_a_sync,
        "where the longest gap of the device begins": last_before_the_device_is_idle,
        "always the same": lambda trace: "log loss",
        "the call, not the phase": lambda trace: trace.select("cuda_runtime", name="Sync")[0],
        "a solution that never says None": lambda trace: find_sync(trace) or "log loss",
    },
)


def test_exercise():
    assert_exercise(EXERCISE, ANSWERS)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("culprit", [*SUSPECTS, None])
def test_only_the_culprit_waits_whatever_the_seed(seed, culprit):
    trace = hidden_sync(seed, culprit)
    assert {one.phase for one in stalls(trace)} - {""} == ({culprit} if culprit else set())
    assert find_sync(trace) == culprit


@pytest.mark.parametrize("wrong", [longest_phase, most_launches, most_device_work])
@pytest.mark.parametrize("culprit", SUSPECTS)
def test_the_decoys_point_elsewhere(wrong, culprit):
    assert wrong(hidden_sync(3, culprit)) != culprit


@pytest.mark.parametrize(
    ("wrong", "helps"),
    [
        pytest.param(first_that_looks_like_a_sync, "returns at once", id="a call that waits not"),
        pytest.param(longest_phase, "waits for nothing", id="a long phase"),
        pytest.param(lambda trace: "loading", "Its phases: ", id="no such phase"),
        pytest.param(lambda trace: 3, "Return the name", id="a number"),
    ],
)
def test_hints_help(wrong, helps):
    assert helps in judge(EXERCISE, wrong).failure.hint


def test_a_culprit_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="got 'sleep'"):
        hidden_sync(0, "sleep")
