"""The verdict is what the intervals say: planted bias, planted variance, and doubt."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.stats.compare import Interval
from text_recognizer.troubleshooting.scaling import compare_pairs, diagnose, seed_interval


def around(middle, half=0.02):
    return Interval(middle, middle - half, middle + half, 0.95)


@pytest.mark.parametrize(
    ("train", "held_out", "verdict", "why"),
    [
        (around(0.60), around(0.65), "bigger model", "bias: cannot hold what it has seen"),
        (around(0.05), around(0.60), "more data", "variance: holds it, and strangers it cannot"),
        (around(0.05), around(0.20), "done", "better than asked for"),
        (around(0.31), around(0.60), "undecided", "the target lies in the training's interval"),
        (around(0.05), around(0.31), "undecided", "the target lies in the strangers' interval"),
        (around(0.31, 0.3), around(0.60), "undecided", "seeds disagree"),
        (around(0.31, 0.3), around(0.20), "done", "what the training says no longer matters"),
    ],
)
def test_the_verdict_is_that_of_the_intervals(train, held_out, verdict, why):
    assert diagnose(train, held_out, 0.3) == verdict, why


@pytest.mark.parametrize("target", [0.0, 1.0, -1, float("nan")])
def test_a_target_is_an_error_rate(target):
    with pytest.raises(InputError, match="strictly between 0 and 1; received"):
        diagnose(around(0.1), around(0.2), target)


def test_the_interval_over_seeds_is_students():
    interval = seed_interval([0.2, 0.3, 0.4])
    assert interval.estimate == pytest.approx(0.3)
    assert interval.high - 0.3 == pytest.approx(4.302653 * 0.1 / 3**0.5)
    assert seed_interval([0.2, 0.3, 0.4], level=0.5).high < interval.high


@pytest.mark.parametrize(
    ("values", "level", "match"),
    [
        ([0.2], 0.95, "two finite values"),
        ([0.2, float("nan")], 0.95, "nan"),
        ([0.2, 0.3], 1.0, "received 1.0"),
    ],
)
def test_bad_seeds_are_named(values, level, match):
    with pytest.raises(InputError, match=match):
        seed_interval(values, level)


@pytest.mark.parametrize(
    ("usual", "changed", "verdict", "why"),
    [
        (
            [1.0, 1.5, 2.0],
            [1.2, 1.7, 2.21],
            "hurts",
            "paired: seeds differ by more than the change",
        ),
        ([1.0, 1.5, 2.0], [0.9, 1.4, 1.89], "helps", "the other way"),
        ([1.0, 1.5, 2.0], [1.2, 1.3, 2.1], "undecided", "one seed against two"),
    ],
)
def test_pairs_of_seeds_decide(usual, changed, verdict, why):
    assert compare_pairs(usual, changed)[1] == verdict, why


def test_pairs_have_partners():
    with pytest.raises(InputError, match="received 2 and 1"):
        compare_pairs([1.0, 2.0], [1.0])
