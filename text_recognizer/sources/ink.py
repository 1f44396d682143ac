"""Text to the ink of one line, before it comes on paper.

Each glyph instance is placed, turned, sheared and scaled on its own, and the whole line is bent by
a smooth random field (Simard et al., "Best practices for convolutional neural networks", 2003)
that varies within a letter, so that no two a's of a line are equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.sources import paper
from text_recognizer.sources.fonts import X_HEIGHT
from text_recognizer.sources.layout import Placed, lay_out
from text_recognizer.sources.mixture import Hand
from text_recognizer.sources.paper import Coverage
from text_recognizer.sources.strokes import add_strokes
from text_recognizer.sources.style import Style

_ABOVE, _BELOW = 64, 56
"""Rows kept above and below the baseline while drawing."""


@dataclass(frozen=True)
class InkLine:
    """A line of ink without paper.

    Attributes:
        ink: (H, W) coverage in 0..1.
        centres: column of the middle of each character.
        baseline: row of the baseline.
    """

    ink: Coverage
    centres: npt.NDArray[np.float64]
    baseline: int


def draw_ink(text: str, hand: Hand, style: Style, rng: np.random.Generator) -> InkLine:
    """The line's ink on an endless strip: glyphs placed one by one, then bent as a whole.

    Args:
        text: what :meth:`Renderer.check` lets pass.
        hand: gives the letters.
        style: the manner; its paper is not used here.
        rng: decides every irregularity.

    Raises:
        InputError: if the line would be wider than 32,000 pixels.
    """
    layout = lay_out(text, hand, style, rng)
    canvas = np.zeros((_ABOVE + _BELOW, layout.width), np.uint8)
    for letter in layout.letters:
        _stamp(canvas, hand, letter)
    add_strokes(canvas, layout, style, rng, baseline=_ABOVE)
    canvas, centres = _bend(canvas, layout.centres, style, rng)
    change = style.stroke - hand.stroke * (0.5 + 0.5 * style.stretch)
    ink = _thicken(canvas.astype(np.float32) / np.float32(255), float(np.clip(change, -1.2, 3.0)))
    if style.texture:
        ink *= 1 - style.texture * paper.cloud(rng, ink.shape, 5.0)
    return InkLine(ink, centres, _ABOVE)


def _stamp(canvas: npt.NDArray[np.uint8], hand: Hand, letter: Placed) -> None:
    """Draws one glyph with its own scale, shear and turn, keeping the darker of old and new."""
    across, size, pen, drop = letter.across, letter.size, letter.pen, letter.drop
    glyph = hand.glyph(letter.character)
    height, width = glyph.mask.shape
    # Maps a point of the mask to the plane with the pen at the origin, y downwards.
    a, b = across, -letter.shear * size
    c, d = letter.turn * across, size
    corners_x = np.array([glyph.left, glyph.left + width])
    corners_y = np.array([glyph.top, glyph.top + height])
    xs = (a * corners_x[:, None] + b * corners_y[None, :]).ravel()
    ys = (c * corners_x[:, None] + d * corners_y[None, :]).ravel()
    x0, y0 = int(np.floor(pen + xs.min())), int(np.floor(_ABOVE + drop + ys.min()))
    x1, y1 = int(np.ceil(pen + xs.max())) + 1, int(np.ceil(_ABOVE + drop + ys.max())) + 1
    matrix = np.array(
        [
            [a, b, a * glyph.left + b * glyph.top + pen - x0],
            [c, d, c * glyph.left + d * glyph.top + _ABOVE + drop - y0],
        ]
    )
    patch = cv2.warpAffine(glyph.mask, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
    left, top = max(x0, 0), max(y0, 0)
    right, bottom = min(x1, canvas.shape[1]), min(y1, canvas.shape[0])
    if left < right and top < bottom:
        target = canvas[top:bottom, left:right]
        np.maximum(target, patch[top - y0 : bottom - y0, left - x0 : right - x0], out=target)


def _bend(
    canvas: npt.NDArray[np.uint8],
    centres: npt.NDArray[np.float64],
    style: Style,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Bends the line by a field that varies within a letter, and by drift and slope."""
    height, width = canvas.shape
    fine = [_field(rng, (height, width), 13.0) * (0.8 + 1.1 * style.jitter) for _ in range(2)]
    columns = np.arange(width, dtype=np.float32)
    base = _field(rng, (1, width), 120.0)[0] * style.drift + style.slope * (columns - width / 2)
    map_x = columns[None, :] + fine[0]
    map_y = (
        _zones(height, style.x_height)[:, None] + 0.8 * fine[1] + base[None, :].astype(np.float32)
    )
    bent = cv2.remap(canvas, map_x, map_y, cv2.INTER_LINEAR)
    index = np.clip(centres.astype(int), 0, width - 1)
    return np.asarray(bent, np.uint8), centres - fine[0][_ABOVE - X_HEIGHT // 2, index]


def _zones(height: int, x_height: float) -> Coverage:
    """The row each row comes from, so that the zone of small letters is scaled and no other."""
    mean_line = _ABOVE - X_HEIGHT * x_height
    rows = np.array([0.0, mean_line, _ABOVE, height])
    sources = np.array([X_HEIGHT * (x_height - 1), _ABOVE - X_HEIGHT, _ABOVE, height])
    return np.asarray(np.interp(np.arange(height), rows, sources), np.float32)


def _field(rng: np.random.Generator, shape: tuple[int, int], grain: float) -> Coverage:
    """Smooth noise of unit variance whose features are about ``grain`` pixels wide."""
    size = (int(shape[0] / grain) + 3, int(shape[1] / grain) + 3)
    coarse = rng.normal(size=size).astype(np.float32)
    full = cv2.resize(
        coarse, (int(size[1] * grain), int(size[0] * grain)), interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(full[: shape[0], : shape[1]], np.float32)


def _thicken(ink: Coverage, change: float) -> Coverage:
    """Strokes ``change`` pixels wider, or narrower: the edge of a blurred copy is moved."""
    if abs(change) < 0.2:
        return ink
    spread = 0.7 + 0.45 * abs(change)
    soft = cv2.GaussianBlur(ink, (0, 0), spread)
    level = 0.5 - 0.4 * change / (abs(change) + 1.6)
    moved = np.clip((soft - level) / 0.35 + 0.5, 0, 1)
    # A thinner pen still leaves hairlines: they turn fainter, they do not vanish.
    return np.asarray(moved if change > 0 else np.maximum(moved, 0.6 * ink), np.float32)
