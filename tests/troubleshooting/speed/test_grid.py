"""The sweep, its record, and its re-run."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.grid import (
    Rerun,
    add_rounds,
    grid_cases,
    pick,
    recorded_start_seconds,
    recorded_trials,
    rerun,
    sweep,
    to_payload,
)
from text_recognizer.troubleshooting.speed.loading import LoadingCase
from text_recognizer.troubleshooting.speed.loading_model import Trial

CHEAP = LoadingCase(kind="wait", item_ms=0.05, batch_size=4, step_ms=0, items=8)


def test_the_record_holds_the_whole_grid():
    assert [trial.case for trial in recorded_trials()] == grid_cases()
    assert {0} < {trial.winner for trial in recorded_trials()}


def test_spawning_costs_ten_times_what_forking_does():
    recorded = recorded_start_seconds()
    assert recorded["spawn"] > 10 * recorded["fork"]


def test_a_sweep_keeps_the_fastest_of_its_rounds():
    said = []
    trials = sweep([CHEAP], workers=(0,), repeats=2, report=said.append)
    assert list(trials[0].seconds) == [0]
    assert said == ["round 1 of 2 done", "round 2 of 2 done"]
    with pytest.raises(InputError, match="received 0"):
        sweep([CHEAP], repeats=0)


def test_cases_are_picked_by_item_cost():
    rows = pick(recorded_trials(), kind="wait", batch_size=32, step_ms=1.0)
    assert [row.case.item_ms for row in rows] == sorted(row.case.item_ms for row in rows)
    with pytest.raises(InputError, match="no case has"):
        pick(rows, kind="wait", batch_size=5, step_ms=1.0)


@pytest.mark.parametrize(
    ("again", "agrees"),
    [
        pytest.param({0: 1.0, 2: 3.0}, True, id="the same wins"),
        pytest.param({0: 3.0, 2: 1.0}, False, id="the other wins"),
    ],
)
def test_a_rerun_compares_winners(again, agrees):
    recorded = Trial(case=CHEAP, seconds={0: 1.0, 1: 0.5, 2: 2.0})
    assert Rerun(recorded=recorded, again=Trial(case=CHEAP, seconds=again)).agrees is agrees


def test_only_clear_cases_are_run_again():
    close = Trial(case=CHEAP, seconds={0: 1.0, 2: 1.2})
    clear = Trial(case=CHEAP, seconds={0: 0.01, 2: 0.1})
    found = rerun([close, clear], repeats=1)
    assert [one.recorded for one in found] == [clear]
    assert found[0].agrees


def test_a_payload_names_machine_and_method(monkeypatch):
    name = "text_recognizer.troubleshooting.speed.grid.start_seconds"
    monkeypatch.setattr(name, lambda method: 0.1)
    payload = to_payload([Trial(case=CHEAP, seconds={0: 1.0})], repeats=1)
    assert payload["machine"]["cores"] >= 1
    assert payload["trials"][0]["seconds"] == [1.0]
    assert payload["start_method"] in payload["start_seconds"]


def payload_of(seconds, cores=2):
    return {
        "machine": {"cores": cores},
        "start_method": "fork",
        "workers": [0, 2],
        "repeats": 3,
        "start_seconds": {"fork": seconds},
        "trials": [{"kind": "wait", "item_ms": 1.0, "seconds": [seconds, 2.0]}],
    }


def test_rounds_are_added_and_the_fastest_counts():
    both = add_rounds(payload_of(3.0), payload_of(1.0))
    assert both["repeats"] == 6
    assert both["trials"][0]["seconds"] == [1.0, 2.0]
    assert both["start_seconds"] == {"fork": 1.0}


def test_rounds_of_another_machine_are_not_added():
    with pytest.raises(InputError, match="same cases and machine"):
        add_rounds(payload_of(3.0), payload_of(1.0, cores=8))
