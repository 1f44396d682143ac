from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Box
from text_recognizer.data.segmentation.line_counts import LineCounts, score_lines

UPPER, LOWER = Box(0, 0, 100, 20), Box(0, 30, 100, 50)


@pytest.mark.parametrize(
    ("found", "truth", "expected"),
    [
        pytest.param([UPPER, LOWER], [UPPER, LOWER], {"matched": 2}, id="all found"),
        pytest.param([LOWER, UPPER], [UPPER, LOWER], {"matched": 2}, id="order does not matter"),
        pytest.param([], [], {}, id="nothing to find, nothing found"),
        pytest.param([], [UPPER], {"lost": 1}, id="nothing found"),
        pytest.param([UPPER], [], {"extra": 1}, id="a blank page read as a line"),
        pytest.param([UPPER, Box(0, 80, 9, 90)], [UPPER], {"matched": 1, "extra": 1}, id="speck"),
        pytest.param([Box(0, 0, 100, 50)], [UPPER, LOWER], {"merged": 2}, id="both in one"),
        pytest.param(
            [Box(0, 0, 55, 20), Box(55, 0, 100, 20)], [UPPER], {"split": 1}, id="cut in two words"
        ),
        pytest.param([Box(0, 0, 80, 20)], [UPPER], {"matched": 1}, id="the last word is missing"),
        pytest.param([Box(0, 0, 10, 20)], [UPPER], {"lost": 1, "extra": 1}, id="one letter left"),
    ],
)
def test_boxes(found: list[Box], truth: list[Box], expected: dict[str, int]) -> None:
    assert score_lines(found, truth) == LineCounts(**expected)


def labels(*rows: list[int]) -> np.ndarray:
    return np.repeat(np.array(rows, np.int32), 5, axis=1)


@pytest.mark.parametrize(
    ("found", "truth", "expected"),
    [
        pytest.param(labels([1], [0], [2]), labels([1], [0], [2]), {"matched": 2}, id="equal"),
        pytest.param(labels([7], [0], [3]), labels([1], [0], [2]), {"matched": 2}, id="renamed"),
        pytest.param(labels([1], [0], [1]), labels([1], [0], [2]), {"merged": 2}, id="merged"),
        pytest.param(labels([1, 2]), labels([1, 1]), {"split": 1}, id="halves"),
        pytest.param(labels([0], [1]), labels([1], [0]), {"lost": 1, "extra": 1}, id="elsewhere"),
        pytest.param(labels([1, 1, 0]), labels([1, 1, 1]), {"matched": 1}, id="faint end unseen"),
    ],
)
def test_label_maps(found: np.ndarray, truth: np.ndarray, expected: dict[str, int]) -> None:
    assert score_lines(found, truth) == LineCounts(**expected)


def test_counts_add_up() -> None:
    pages = [LineCounts(matched=8, merged=2), LineCounts(matched=9, lost=1, extra=3)]
    total = sum(pages, start=LineCounts())
    assert total == LineCounts(matched=17, lost=1, merged=2, extra=3) == sum(pages)
    assert total.lines == 20
    assert total.rate == pytest.approx(0.85)
    assert LineCounts().rate == 1.0


@pytest.mark.parametrize(
    ("found", "truth", "whole", "words"),
    [
        pytest.param([], [], 0.2, "whole must be 0.5 to 1, got 0.2", id="whole too small"),
        pytest.param(labels([1]), [], 0.7, "of one kind, got ndarray and list", id="two kinds"),
        pytest.param(labels([1]), labels([1, 1]), 0.7, r"one shape, got \(1, 5\)", id="two sizes"),
    ],
)
def test_bad_input_is_named(found: object, truth: object, whole: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        score_lines(found, truth, whole=whole)  # type: ignore[arg-type]


def test_counts_are_not_negative() -> None:
    with pytest.raises(InputError, match="lost must be 0 or more, got -1"):
        LineCounts(lost=-1)
