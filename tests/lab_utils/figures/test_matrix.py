"""The matrix draws what it is given, says what it shows, and refuses what does not fit."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from lab_utils import figures
from lab_utils.figures.style import COLORS


def test_facts_count_rows_columns_and_cells():
    figure = figures.matrix([[0, 1, np.nan], [0.5, 0, 0]], ["a", "b"], ["x", "y", "z"])
    assert figure.get_label() == "matrix, 2 rows x 3 columns of cells, 2 of 5 above 0"


def test_stressed_names_stand_out_and_groups_are_named():
    figure = figures.matrix(
        [[0], [1], [1]], ["a", "b", "c"], ["x"], groups=["g", "g", "h"], stressed={"b"}
    )
    (axes,) = figure.axes
    colors = {label.get_text(): label.get_color() for label in axes.get_yticklabels()}
    assert colors["b"] == COLORS["vermilion"] != colors["a"]
    assert [text.get_text() for text in axes.texts] == ["g", "h"]


def test_shares_are_written_in_percent():
    figure = figures.matrix([[0.25, np.nan]], ["a"], ["x", "y"], written=True)
    assert [text.get_text() for text in figure.axes[0].texts] == ["25 %"]


@pytest.mark.parametrize(
    ("values", "rows", "columns", "options", "words"),
    [
        ([[1]], ["a", "b"], ["x"], {}, r"\(2, 1\)"),
        ([], [], [], {}, "at least one"),
        ([[2.0]], ["a"], ["x"], {}, "0 to 1, got 2"),
        ([[1.0]], ["a"], ["x"], {"groups": ["g", "h"]}, "got 2 groups"),
        (np.zeros((80, 1)), ["a"] * 80, ["x"], {}, "Show fewer"),
    ],
)
def test_what_does_not_fit_is_refused(values, rows, columns, options, words):
    with pytest.raises(ValueError, match=words):
        figures.matrix(values, rows, columns, **options)
