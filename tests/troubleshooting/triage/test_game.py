"""The game: letters in a seeded order, symptoms without names."""

from __future__ import annotations

import math

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage import CAUSES, FAULTS
from text_recognizer.troubleshooting.triage.causes import STAGES
from text_recognizer.troubleshooting.triage.game import COUNT, cases, draw, symptoms
from text_recognizer.troubleshooting.triage.observation import Observation

BLANK = {fault.id: Observation(losses=(1.0,)) for fault in FAULTS}


@pytest.mark.parametrize("order", range(8))
def test_each_stage_is_drawn_twice_at_least(order):
    faults = draw(order=order)
    stages = [fault.stage for fault in faults.values()]
    assert all(stages.count(stage) >= 2 for stage in STAGES)
    assert len({fault.id for fault in faults.values()}) == len(faults) == COUNT


def test_an_order_is_kept_and_another_is_another():
    assert draw(order=3) == draw(order=3)
    assert draw(order=3) != draw(order=4)


@pytest.mark.parametrize("count", [6, 13])
def test_a_game_has_as_many_as_asked(count):
    assert len(cases(BLANK, count)) == count


@pytest.mark.parametrize("count", [5, 14])
def test_a_game_of_another_size_is_refused(count):
    with pytest.raises(InputError, match=f"received {count}"):
        draw(count)


def test_a_missing_observation_is_named():
    with pytest.raises(InputError, match=FAULTS[0].id):
        cases({fault.id: Observation() for fault in FAULTS[1:]}, count=13)


def test_symptoms_do_not_name_the_cause():
    rows = [case.row() for case in cases(BLANK)]
    words = " ".join(value for row in rows for value in row.values()).split()
    assert not set(CAUSES) & set(words)


@pytest.mark.parametrize(
    ("fields", "column", "text"),
    [
        pytest.param({"error": "E", "message": "m"}, "ends", "E at step 1: m", id="error"),
        pytest.param({"losses": (4.56, -2e5)}, "loss", "4.6 → below -100", id="magnitudes"),
        pytest.param({"losses": (4.56, math.nan)}, "loss", "4.6 → nan", id="no number"),
        pytest.param(
            {"losses": (1.0,), "terms": (2, 2), "labels": (2, 1)},
            "loss",
            "1.0 → 1.0 ((2, 2) terms, (2, 1) labels)",
            id="terms",
        ),
        pytest.param(
            {"losses": (1.0,), "gradients": {"a": 0.0, "b": 1.0}, "moved": {"a": 0, "b": 0}},
            "layers",
            "a: no gradient, b: gradient, no move",
            id="layers",
        ),
        pytest.param(
            {"losses": (1.0,), "kept": (0, 2000)}, "held bytes", "+2 kB a step", id="bytes"
        ),
    ],
)
def test_a_symptom_in_words(fields, column, text):
    assert symptoms(Observation(**fields))[column] == text
