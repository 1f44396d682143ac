from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.dots import place_dots
from text_recognizer.data.segmentation.furniture import Strokes, find_strokes

FAR = [(20, 50, 23, 70), (20, 110, 23, 130)]
CURVES = np.array([[60.0] * 400, [120.0] * 400])


def strokes_of(*rectangles: tuple[int, int, int, int]) -> Strokes:
    """Rectangles (left, top, right, bottom) as strokes of a pen of 3 and a body of 20 px."""
    ink = np.zeros((200, 400), np.float32)
    for left, top, right, bottom in rectangles:
        ink[top:bottom, left:right] = 1.0
    found = find_strokes(ink)
    return Strokes(labels=found.labels, boxes=found.boxes, body=20.0, pen=3.0)


def line_of(dot: tuple[int, int, int, int], *letters: tuple[int, int, int, int]) -> int:
    """The line that a dot among letters goes to, when height alone gives it to the other."""
    strokes = strokes_of(dot, *letters)
    piece = int(strokes.labels[dot[1] + 1, dot[0] + 1])
    core = np.zeros((len(strokes.boxes), 2), np.int64)
    for name, (_, top, _, height, ink) in enumerate(strokes.boxes):
        if height >= 18 and name:
            core[name, int(top > 80)] = ink
    return int(place_dots(np.argmax(core, axis=1), strokes, core, CURVES)[piece])


@pytest.mark.parametrize(
    ("dot", "letters", "line"),
    [
        pytest.param(
            (110, 86, 114, 90), [(98, 50, 101, 90), (200, 110, 203, 130)], 0,
            id="a full stop right after a long letter, low",
        ),
        pytest.param(
            (100, 82, 104, 86), [(60, 50, 63, 70), (100, 96, 103, 130)], 1,
            id="a dot right over its stem, high",
        ),
        pytest.param(
            (100, 84, 104, 88), [(100, 50, 103, 70), (100, 102, 103, 130)], 1,
            id="between two stems: dots stand over stems, nothing hangs under one",
        ),
        pytest.param((300, 70, 304, 74), FAR, 0, id="high, alone"),
        pytest.param((300, 106, 304, 110), FAR, 1, id="low, alone"),
    ],
)  # fmt: skip
def test_nearness_decides_where_height_does_not(
    dot: tuple[int, int, int, int], letters: list[tuple[int, int, int, int]], line: int
) -> None:
    assert line_of(dot, *letters) == line


def test_letters_are_never_moved() -> None:
    strokes = strokes_of((60, 50, 63, 70), (60, 110, 63, 130))
    owner = np.array([0, 1, 0])
    core = np.array([[0, 0], [60, 0], [0, 60]])
    assert place_dots(owner, strokes, core, CURVES).tolist() == [0, 1, 0]


def test_one_line_takes_every_dot() -> None:
    strokes = strokes_of((60, 50, 63, 70), (80, 90, 84, 94))
    owner = np.zeros(3, np.int64)
    core = np.array([[0], [60], [0]])
    assert place_dots(owner, strokes, core, CURVES[:1]).tolist() == [0, 0, 0]
