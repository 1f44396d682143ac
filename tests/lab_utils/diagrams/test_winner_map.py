"""The map of winners colours the least value of each column."""

from __future__ import annotations

import numpy as np
import pytest

from lab_utils.diagrams.winner_map import winner_map
from lab_utils.figures.show import MAX_BYTES, describe, render

SECONDS = [[0.01, 1.0, 4.0], [0.02, 0.5, 2.1], [0.03, 0.9, 2.0]]
NAMES = ("none", "one", "two")
COSTS = ("cheap", "fair", "dear")


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_winners_show_their_value_and_others_their_factor():
    figure = winner_map({"seconds": SECONDS}, NAMES, COSTS)
    assert written(figure)[:3] == ["10 ms", "2.0 x", "2.0 x"]
    assert written(figure)[3:6] == ["2.0 x", "0.5 s", "1.1 x"]
    assert "won: none in 1, one in 1, two in 1" in describe(figure)


def test_a_near_winner_is_tinted_and_the_rest_is_plain():
    figure = winner_map({"seconds": SECONDS}, NAMES, COSTS)
    colors = [patch.get_facecolor() for patch in figure.axes[0].patches]
    near, plain, winner = colors[5], colors[3], colors[4]
    assert near[:3] == winner[:3]
    assert near[3] < winner[3] == 1
    assert plain[:3] != winner[:3]


def test_panels_share_their_columns_and_the_picture_is_small():
    values = np.random.default_rng(0).random((4, 7)) + 0.01
    figure = winner_map(
        {"compute": values, "wait": values[::-1]}, [f"{n} workers" for n in range(4)], range(7)
    )
    assert len(figure.axes) == 2
    assert len(render(figure)) <= MAX_BYTES


@pytest.mark.parametrize(
    ("panels", "word"),
    [
        pytest.param({}, "one to three panels", id="no panel"),
        pytest.param({"a": [[1, 2, 3]]}, "choices x conditions", id="rows missing"),
        pytest.param({"a": np.zeros((3, 3))}, "positive", id="no time at all"),
        pytest.param({"a": np.full((3, 3), np.nan)}, "positive", id="not measured"),
    ],
)
def test_wrong_tables_are_named(panels, word):
    with pytest.raises(ValueError, match=word):
        winner_map(panels, NAMES, COSTS)


def test_choices_and_ties_are_checked():
    with pytest.raises(ValueError, match="1 to 5 choices"):
        winner_map({"a": np.ones((6, 1))}, list("abcdef"), ["x"])
    with pytest.raises(ValueError, match="at least 1, got"):
        winner_map({"a": [[1.0]]}, ["a"], ["x"], tie=0.5)
