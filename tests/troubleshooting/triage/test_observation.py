"""An observation answers from its numbers alone."""

from __future__ import annotations

import math

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.observation import PARTS, Observation


def seconds(**parts):
    """Seconds by part, 0 where none are given."""
    return {**dict.fromkeys(PARTS, 0.0), **parts}


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        pytest.param({"error": "KeyError"}, "raised", True, id="an error"),
        pytest.param({"losses": (1.0, math.inf)}, "finite", False, id="an infinite loss"),
        pytest.param({"losses": (1.0, math.nan)}, "finite", False, id="no number"),
        pytest.param({"losses": (1.0, 1e9)}, "finite", True, id="large is finite"),
        pytest.param({"norms": (1.0, 2e3)}, "exploded", True, id="large at once"),
        pytest.param({"norms": (1.0,) * 9 + (2e3,)}, "exploded", False, id="large later"),
        pytest.param({"norms": (math.nan,)}, "exploded", False, id="no number has no size"),
        pytest.param({"kept": (0, 100, 200)}, "growth", 100, id="a leak"),
        pytest.param({"kept": (7,)}, "growth", 0, id="one step cannot grow"),
        pytest.param({"kept": (50, 50, 50)}, "growth", 0, id="held, not growing"),
        pytest.param({"before": 4.0, "after": 2.2}, "reached", True, id="the target itself"),
        pytest.param({"before": 4.0, "after": 2.3}, "reached", False, id="short of it"),
        pytest.param({"before": 4.0}, "reached", False, id="never measured"),
        pytest.param({"error": "E", "after": 1.0}, "reached", False, id="an error reaches nothing"),
        pytest.param({"before": 4.0, "after": 5.0}, "worse", True, id="worse"),
        pytest.param({"before": 4.0, "after": math.nan}, "worse", False, id="unknown"),
        pytest.param(
            {"gradients": {"a": 0.0, "b": 1.0}, "moved": {"a": False, "b": True}},
            "without_gradient",
            ("a",),
            id="dead",
        ),
        pytest.param(
            {"gradients": {"a": 2.0, "b": math.nan}, "moved": {"a": False, "b": True}},
            "unmoved",
            ("a",),
            id="frozen",
        ),
        pytest.param({"seconds": seconds(loading=3, forward=2)}, "slow_part", "loading", id="slow"),
        pytest.param(
            {"seconds": seconds(loading=2, forward=2)}, "slow_part", "model", id="half is not most"
        ),
        pytest.param(
            {"seconds": seconds(loading=3), "error": "E"}, "slow_part", "model", id="too short"
        ),
    ],
)
def test_what_follows_from_the_numbers(fields, name, value):
    assert getattr(Observation(**fields), name) == value


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"seconds": {"loading": 1.0}}, "received .'loading'.", id="parts"),
        pytest.param({"gradients": {"a": 1.0}}, "received .'a'. and", id="layers"),
    ],
)
def test_what_is_inconsistent_is_refused(fields, words):
    with pytest.raises(InputError, match=words):
        Observation(**fields)
