from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.assign import Owners, assign_strokes
from text_recognizer.data.segmentation.furniture import Strokes, find_strokes

WIDTH = 400


def strokes_of(*rectangles: tuple[int, int, int, int], height: int = 200) -> Strokes:
    """Rectangles (left, top, right, bottom) as strokes of a pen of 3 and a body of 20 px."""
    ink = np.zeros((height, WIDTH), np.float32)
    for left, top, right, bottom in rectangles:
        ink[top:bottom, left:right] = 1.0
    found = find_strokes(ink)
    return Strokes(labels=found.labels, boxes=found.boxes, body=20.0, pen=3.0)


def word(left: int, middle: int, letters: int = 5) -> list[tuple[int, int, int, int]]:
    """Letters as stems of 20 px around a row, joined at their foot."""
    stems = [(left + 12 * k, middle - 10, left + 12 * k + 3, middle + 10) for k in range(letters)]
    return [*stems, (left, middle + 7, left + 12 * letters, middle + 10)]


def level(*rows: float) -> np.ndarray:
    return np.array([[row] * WIDTH for row in rows], dtype=np.float64)


def line_at(owners: Owners, column: int, row: int) -> int:
    here = (owners.rows == row) & (owners.columns == column)
    assert here.sum() == 1
    return int(owners.lines[here][0])


@pytest.mark.parametrize(
    ("dot", "line"),
    [
        pytest.param((100, 64, 104, 68), 0, id="full stop at the foot of the upper line"),
        pytest.param((100, 66, 104, 76), 0, id="comma below the upper line"),
        pytest.param((44, 96, 48, 100), 1, id="dot above a letter of the lower line"),
        pytest.param((44, 90, 48, 94), 1, id="dot high above the lower line"),
        pytest.param((100, 140, 104, 144), 1, id="full stop below all"),
        pytest.param((100, 30, 104, 34), 0, id="accent above all"),
    ],
)
def test_dots_and_commas_go_to_their_line(dot: tuple[int, int, int, int], line: int) -> None:
    strokes = strokes_of(*word(20, 60), *word(130, 60), *word(20, 120), *word(130, 120), dot)
    owners = assign_strokes(strokes, level(60, 120))
    assert line_at(owners, dot[0] + 1, dot[1] + 1) == line


def test_a_tail_into_the_next_line_stays_with_its_word() -> None:
    tail = (80, 60, 83, 125)
    strokes = strokes_of(*word(20, 60), tail, *word(120, 120), *word(120, 60))
    owners = assign_strokes(strokes, level(60, 120))
    assert line_at(owners, 81, 122) == 0


def test_two_words_that_touch_are_cut_between_the_lines() -> None:
    bridge = (56, 60, 59, 120)
    strokes = strokes_of(*word(20, 60), bridge, *word(20, 120))
    assert len(strokes.boxes) == 2
    owners = assign_strokes(strokes, level(60, 120))
    assert line_at(owners, 21, 55) == 0
    assert line_at(owners, 21, 125) == 1
    cut = [line_at(owners, 57, row) for row in range(75, 106)]
    assert cut == sorted(cut)
    assert set(cut) == {0, 1}


@pytest.mark.parametrize(
    ("extra", "row"),
    [
        pytest.param([(100, 24, 140, 27)], 26, id="the bar of a capital"),
        pytest.param([(60, 82, 72, 85)], 84, id="the loop of a tail"),
        pytest.param([], 100, id="no ink at all"),
    ],
)
def test_false_lines_dissolve(extra: list[tuple[int, int, int, int]], row: int) -> None:
    strokes = strokes_of(*word(20, 60), *word(130, 60), *word(240, 60), *extra)
    owners = assign_strokes(strokes, level(*sorted((60.0, float(row)))))
    assert len(owners.curves) == 1
    assert owners.lines.max() == 0
    assert len(owners.rows) == strokes.mask.sum()


def test_a_short_true_line_is_kept() -> None:
    strokes = strokes_of(*word(20, 60), *word(130, 60), *word(240, 60), *word(20, 120, letters=2))
    assert len(assign_strokes(strokes, level(60, 120)).curves) == 2


def test_what_is_left_of_a_rule_is_no_line() -> None:
    rule = [(10 + 30 * k, 150, 30 + 30 * k, 152) for k in range(12)]
    strokes = strokes_of(*word(20, 60), *word(130, 60), *rule)
    owners = assign_strokes(strokes, level(60, 151))
    assert len(owners.curves) == 1
    assert owners.rows.max() < 100
