"""Processes side by side with more and more threads."""

from __future__ import annotations

import os

import pytest
import torch

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.speed import threads
from text_recognizer.troubleshooting.speed.threads import passes, race_threads


def test_processes_answer_and_this_one_keeps_its_threads():
    before = torch.get_num_threads()
    runs = race_threads((1, 2), rounds=1, window=0.05)
    assert [run.threads for run in runs] == [1, 2]
    assert min(run.passes_per_second for run in runs) > 0
    assert torch.get_num_threads() == before


def test_a_process_that_is_not_done_in_time_is_named():
    with pytest.raises(DataError, match="one did not"):
        race_threads((1,), processes=1, rounds=1, window=0.05, limit=0.05)


def test_calls_are_counted_within_a_window():
    assert passes(lambda: None, 0.01) > 10


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux only")
def test_pinning_keeps_to_the_first_cores(monkeypatch):
    told = []
    monkeypatch.setattr(threads.os, "sched_setaffinity", lambda pid, cores: told.append(cores))
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda pid: {7, 3, 5})
    assert threads.pin()
    assert told == [[3, 5]]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"counts": ()}, id="no count"),
        pytest.param({"counts": (0,)}, id="no thread"),
        pytest.param({"counts": (1_000,)}, id="too many threads"),
        pytest.param({"processes": 0}, id="no process"),
        pytest.param({"window": 0.0}, id="no time"),
    ],
)
def test_wrong_input_is_named(options):
    with pytest.raises(InputError, match="received"):
        race_threads(**options)
