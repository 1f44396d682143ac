"""Two processes take the step of one, nothing hangs, and what fails says why."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.numerics import processes
from text_recognizer.troubleshooting.numerics.processes import TwoProcesses
from text_recognizer.troubleshooting.numerics.replica import SPLITS


@pytest.fixture(scope="module")
def report():
    return TwoProcesses(seed=1, seconds=120).report()


@pytest.mark.parametrize(
    ("split", "agrees"),
    [
        ("equal shares", True),
        ("unequal shares", False),
        ("unequal shares, weighted by lines", True),
        ("batch norm in training", False),
    ],
)
def test_gradients_agree_where_lines_are_treated_one_by_one(report, split, agrees):
    if report.missing:
        pytest.skip(report.missing)
    assert set(report.gradients) == set(SPLITS)
    assert report.agrees(split) == agrees
    # Float64: equal ones are equal to 1e-12, others are apart by a percent and more.
    assert report.gradients[split] < 1e-12 if agrees else report.gradients[split] > 1e-3
    assert report.replicas == 0


def test_the_statistics_of_batch_norm_are_those_of_half_the_lines(report):
    if report.missing:
        pytest.skip(report.missing)
    assert report.means["batch norm in training"] > 1e-3
    assert report.means["equal shares"] == 0


def test_without_gloo_nothing_is_started_and_the_report_says_so(monkeypatch):
    monkeypatch.setattr(processes, "_has_gloo", lambda: False)
    report = TwoProcesses().report()
    assert "without gloo" in report.missing
    with pytest.raises(InputError, match=r"received 'equal shares' this build .* without gloo"):
        report.agrees("equal shares")


def test_processes_that_take_too_long_are_ended():
    pair = TwoProcesses(seconds=0.2)
    start = time.monotonic()
    with pytest.raises(DataError, match="None: still at work"):
        pair.report()
    assert time.monotonic() - start < 10
    assert pair.done


def test_one_that_fails_does_not_leave_the_other_waiting(monkeypatch):
    start = TwoProcesses._start

    def broken(self, rank):
        if rank == 0:
            return start(self, rank)
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"], text=True)

    monkeypatch.setattr(TwoProcesses, "_start", broken)
    pair = TwoProcesses(seconds=60)
    (pair._folder_path() / "rank1.txt").write_text("out of luck")
    with pytest.raises(DataError, match=r", 3\] .* 'out of luck'"):
        pair.report()
    assert pair.done


def test_who_is_not_asked_is_ended_with_its_owner():
    pair = TwoProcesses(seconds=60)
    children = pair._children
    del pair
    assert all(child.poll() is not None for child in children)


def test_no_time_is_refused():
    with pytest.raises(InputError, match="received 0"):
        TwoProcesses(seconds=0)
