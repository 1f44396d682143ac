"""The rate rises and falls as published, and settings out of range are named."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.scaling.recipe import Recipe


def test_the_rate_rises_then_falls_to_nothing():
    recipe = Recipe(learning_rate=1.0, warmup=0.1)
    rates = [recipe.rate(step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(rates[9], rel=0.03)
    assert rates[99] < 0.001
    assert rates[9:] == sorted(rates[9:], reverse=True)


@pytest.mark.parametrize(
    ("options", "step", "rate"),
    [({"warmup": 0.0}, 0, 1.0), ({"cosine": False}, 99, 1.0), ({"cosine": False}, 0, 0.1)],
)
def test_rise_and_fall_can_be_left_out(options, step, rate):
    assert Recipe(learning_rate=1.0, **options).rate(step, 100) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"optimizer": "adam"}, "received 'adam'"),
        ({"warmup": 1.5}, "received 1.5"),
        ({"clip": -1.0}, "received 0.1, -1.0"),
        ({"learning_rate": 0.0}, "received 0.0"),
        ({"batch": 0}, "received 0, 10"),
    ],
)
def test_settings_out_of_range_are_named(options, match):
    with pytest.raises(ConfigError, match=match):
        Recipe(**options)
