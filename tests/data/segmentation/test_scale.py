from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from text_recognizer.data.segmentation.furniture import find_strokes
from text_recognizer.data.segmentation.scale import ink_between, trace_lines

from .written_pages import WORDS, write_page


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(1.0, id="right from the start"),
        pytest.param(0.6, id="letters taken for smaller than they are"),
        pytest.param(0.45, id="letters taken for less than half: hairlines lost"),
    ],
)
def test_a_scale_that_is_too_small_is_corrected(wrong: float) -> None:
    page, _ = write_page()
    strokes = find_strokes(((255 - page) / 255.0).astype(np.float32))
    corrected, curves = trace_lines(replace(strokes, body=wrong * strokes.body))
    assert len(curves) == pytest.approx(len(WORDS), abs=1)
    assert corrected.body >= 0.5 * strokes.body


def test_a_right_scale_is_left() -> None:
    page, _ = write_page(pitch=80)
    strokes = find_strokes(((255 - page) / 255.0).astype(np.float32))
    corrected, curves = trace_lines(strokes)
    assert corrected.body == strokes.body
    assert curves.shape == (len(WORDS), page.shape[1])


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        pytest.param([], 0.0, id="no line"),
        pytest.param([20.0], 0.0, id="one line has no between"),
        pytest.param([20.0, 60.0], 0.0, id="two lines with paper between"),
        pytest.param([18.0, 22.0], 0.5, id="two lines through one text"),
    ],
)
def test_ink_between(rows: list[float], share: float) -> None:
    mask = np.zeros((80, 30), np.uint8)
    mask[10:30], mask[50:70] = 1, 1
    curves = np.array([[row] * 30 for row in rows]).reshape(-1, 30)
    assert ink_between(mask, curves, 10.0) == pytest.approx(share)
