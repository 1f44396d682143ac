"""The cost model: what it predicts, that it finds its own constants, that it can be wrong."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.grid import FITTED_MS, grid_cases, recorded_trials
from text_recognizer.troubleshooting.speed.loading import LoadingCase
from text_recognizer.troubleshooting.speed.loading_model import (
    WORKERS,
    CostModel,
    Forecast,
    Trial,
    fit,
    held_out,
)

MODEL = CostModel(item_ms=0.1, wait_ms=0.05, start_ms=30, worker_ms=15, transfer_ms=2)


def trials_of(model, cases=None):
    return [
        Trial(case=case, seconds={n: model.predict(case, n) for n in WORKERS})
        for case in cases or grid_cases()
    ]


@pytest.mark.parametrize(
    ("kind", "item_ms", "winner"),
    [
        pytest.param("compute", 0.05, 0, id="cheap items are not worth a process"),
        pytest.param("compute", 20, 2, id="two cores, two workers"),
        pytest.param("wait", 20, 4, id="waiting needs no core"),
    ],
)
def test_the_winner_follows_from_the_costs(kind, item_ms, winner):
    assert MODEL.best(LoadingCase(kind=kind, item_ms=item_ms, batch_size=8, step_ms=1)) == winner


def test_without_workers_loading_and_training_take_turns():
    case = LoadingCase(kind="compute", item_ms=0.9, batch_size=4, step_ms=10, items=8)
    assert MODEL.predict(case, 0) == pytest.approx((8 * 1.0 + 2 * 10) / 1e3)


def test_the_fit_finds_the_constants_that_made_the_epochs():
    found = fit(trials_of(MODEL))
    assert astuple(found) == pytest.approx(astuple(MODEL), rel=0.02)


def test_a_forecast_can_be_wrong():
    case = LoadingCase(kind="wait", item_ms=1, batch_size=4, step_ms=1)
    trial = Trial(case=case, seconds={0: 1.0, 2: 1.05, 4: 1.2})
    verdicts = [Forecast(trial=trial, chosen=n) for n in (0, 2, 4)]
    assert [(one.right, one.exact) for one in verdicts] == [
        (True, True),
        (True, False),
        (False, False),
    ]


def test_the_model_is_right_on_held_out_cells_of_the_record():
    forecasts = held_out(recorded_trials(), FITTED_MS)
    assert len(forecasts) == 24
    assert sum(one.right for one in forecasts) >= 0.8 * len(forecasts)


@pytest.mark.parametrize("always", WORKERS)
def test_no_fixed_number_of_workers_does_as_well(always):
    unseen = [one.trial for one in held_out(recorded_trials(), FITTED_MS)]
    right = sum(Forecast(trial=trial, chosen=always).right for trial in unseen)
    assert right < 0.7 * len(unseen)


def test_a_model_of_another_machine_misses_the_limit():
    slow = CostModel(item_ms=0.1, wait_ms=0.05, start_ms=3000, worker_ms=3000, transfer_ms=2)
    trials = recorded_trials()
    right = [Forecast(trial=t, chosen=slow.best(t.case)).right for t in trials]
    assert sum(right) < 0.8 * len(trials)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="received 1"):
        fit(recorded_trials()[:1])
    with pytest.raises(InputError, match="no case is held out"):
        held_out(recorded_trials(), {one.item_ms for one in grid_cases()})
