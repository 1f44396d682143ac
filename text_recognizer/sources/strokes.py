"""Strokes that no font has: joins between letters, long bars of a t, words struck out."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.sources.fonts import X_HEIGHT
from text_recognizer.sources.layout import Layout, Placed
from text_recognizer.sources.style import Style

Mask = npt.NDArray[np.uint8]

_SHIFT = 4
"""Bits of a pixel's fraction in OpenCV's coordinates."""


def add_strokes(
    canvas: Mask, layout: Layout, style: Style, rng: np.random.Generator, *, baseline: int
) -> None:
    """Draws what the style asks for onto the letters.

    Args:
        canvas: (H, W) coverage of the letters, 0 to 255; changed in place.
        layout: where the letters are.
        style: chances of each stroke, and the pen.
        rng: decides.
        baseline: row of the baseline.
    """
    pen = max(1, round(style.stroke * 0.8))
    if style.joins:
        for left, right in zip(layout.letters[:-1], layout.letters[1:], strict=True):
            together = right.pen == left.end and left.character.isalpha()
            if together and right.character.isalpha() and rng.random() < style.joins:
                _join(canvas, left, right, rng, baseline, pen)
    if style.bars:
        for letter in layout.letters:
            if letter.character == "t" and rng.random() < style.bars:
                _bar(canvas, letter, style, rng, baseline, pen)
    if layout.struck:
        _strike(canvas, layout.struck, rng, baseline, pen)


def _join(
    canvas: Mask, left: Placed, right: Placed, rng: np.random.Generator, baseline: int, pen: int
) -> None:
    """A curve from the foot of one letter up to the next, as a pen that is not lifted draws it."""
    rise = X_HEIGHT * float(rng.uniform(0.3, 0.75)) * left.size
    start = left.end - 0.3 * (left.end - left.pen), baseline + left.drop - 1
    stop = right.pen + 0.25 * (right.end - right.pen), baseline + right.drop - rise
    lean = left.shear * rise
    t = np.linspace(0, 1, 8)
    xs = start[0] + (stop[0] + lean - start[0]) * t
    ys = start[1] + (stop[1] - start[1]) * t**2
    _line(canvas, xs, ys, pen)


def _bar(
    canvas: Mask, letter: Placed, style: Style, rng: np.random.Generator, baseline: int, pen: int
) -> None:
    """A bar far longer than the t, a little off its place."""
    row = baseline - X_HEIGHT * float(rng.uniform(0.85, 1.4)) * style.x_height
    middle = (letter.pen + letter.end) / 2 + style.slant * X_HEIGHT + float(rng.normal(2, 4))
    reach = float(rng.uniform(6, 20)) * style.stretch
    tilt = float(rng.normal(-0.08, 0.1))
    xs = np.array([middle - reach, middle + reach])
    _line(canvas, xs, row + tilt * (xs - middle), pen)


def _strike(
    canvas: Mask, area: tuple[float, float], rng: np.random.Generator, baseline: int, pen: int
) -> None:
    """A line or a scribble through a word that was given up."""
    left, right = area
    count = int(rng.choice([2, 2, 3, 9, 15]))
    xs = np.linspace(left - 2, right + 2, count)
    if count > 3:
        xs = xs + rng.normal(0, 5, count)
    spread = X_HEIGHT / (8 if count < 4 else 3)
    ys = baseline - X_HEIGHT / 2 + rng.normal(0, spread, count)
    _line(canvas, xs, ys, pen + 1)


def _line(canvas: Mask, xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64], pen: int) -> None:
    points = np.rint(np.stack([xs, ys], axis=1) * 2**_SHIFT).astype(np.int32)
    cv2.polylines(canvas, [points], False, 255, pen, cv2.LINE_AA, _SHIFT)
