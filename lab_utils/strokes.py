"""From strokes of a pen to pixels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

__all__ = ["Stroke", "crop_to_ink", "default_strokes", "rasterize"]

Stroke = Sequence[Sequence[float]]

_PEN = 4.0
_FINER = 4
_INK = 21


def rasterize(strokes: Sequence[Stroke], width: int, height: int) -> NDArray[np.uint8]:
    """Draw strokes on white paper.

    Args:
        strokes: Lists of points (x, y) in pixels; a stroke of one point is a dot.
        width: Width of the paper in pixels, 1 to 4000.
        height: Height of the paper in pixels, 1 to 4000.

    Returns:
        uint8 (height, width), 255 is paper. The same on every machine.

    Raises:
        ValueError: The paper has no size or is too large.
    """
    if not (0 < width <= 4000 and 0 < height <= 4000):
        raise ValueError(f"A sheet is 1 to 4000 pixels wide and high, got {width} by {height}.")
    paper = Image.new("L", (width * _FINER, height * _FINER), 255)
    pen = ImageDraw.Draw(paper)
    radius = _PEN * _FINER / 2
    for stroke in strokes:
        points = [(float(x) * _FINER, float(y) * _FINER) for x, y, *_ in stroke]
        if len(points) > 1:
            pen.line(points, fill=_INK, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_INK)
    return np.asarray(paper.resize((width, height), Image.Resampling.BOX))


def crop_to_ink(pixels: NDArray[np.uint8], margin: int = 16) -> NDArray[np.uint8]:
    """Cut the empty paper around what is written, but for a margin.

    Args:
        pixels: uint8 (H, W), 255 is paper.
        margin: Pixels to keep, 0 or more.

    Returns:
        uint8 (h, w); a blank sheet comes back as it is.
    """
    rows, columns = np.nonzero(pixels < 200)
    if not rows.size:
        return pixels
    top, bottom = max(0, rows.min() - margin), rows.max() + 1 + margin
    left, right = max(0, columns.min() - margin), columns.max() + 1 + margin
    return pixels[top:bottom, left:right]


@lru_cache(maxsize=1)
def default_strokes() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Load the line that stands in where nobody draws."""
    path = Path(__file__).with_name("static") / "default_strokes.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    return tuple(tuple((x, y) for x, y in stroke) for stroke in content)
