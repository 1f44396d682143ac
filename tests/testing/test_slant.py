"""The slant is measured in degrees, positive to the right."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from text_recognizer.core import LineImage
from text_recognizer.testing.slant import slant_of


def strokes(angle: float) -> LineImage:
    """Parallel strokes 40 px high that lean by an angle."""
    paper = np.full((70, 420), 255, np.uint8)
    for left in range(60, 360, 18):
        lean = round(40 * np.tan(np.radians(angle)))
        cv2.line(paper, (left, 55), (left + lean, 15), 0, 2, cv2.LINE_AA)
    return LineImage(paper)


@pytest.mark.parametrize("angle", [-30, -12, 0, 15, 30, 45])
def test_the_lean_of_strokes_is_found(angle):
    assert slant_of(strokes(angle)) == pytest.approx(angle, abs=4)


def test_writing_leans_more_once_it_is_sheared(line):
    sheared = cv2.warpAffine(
        line,
        np.array([[1, -0.4, 40], [0, 1, 0]], np.float32),
        (line.shape[1] + 80, line.shape[0]),
        borderValue=255,
    )
    before, after = slant_of(LineImage(line)), slant_of(LineImage(sheared))
    assert after - before == pytest.approx(np.degrees(np.arctan(0.4)), abs=7)


def test_a_blank_line_leans_nowhere():
    assert slant_of(LineImage(np.full((40, 200), 255, np.uint8))) == 0.0
