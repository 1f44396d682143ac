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

from text_recognizer.core.errors import InputError
from text_recognizer.sources import paper
from text_recognizer.sources.fonts import X_HEIGHT, FontFamily
from text_recognizer.sources.paper import Coverage
from text_recognizer.sources.style import Style

_ABOVE, _BELOW = 64, 56
"""Rows kept above and below the baseline while drawing."""

_WIDEST = 32_000
"""OpenCV cannot bend pictures of 32,767 columns or more."""


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


def draw_ink(text: str, family: FontFamily, style: Style, rng: np.random.Generator) -> InkLine:
    """The line's ink on an endless strip: glyphs placed one by one, then bent as a whole.

    Args:
        text: what :meth:`Renderer.check` lets pass.
        family: the hand.
        style: the manner; its paper is not used here.
        rng: decides every irregularity.

    Raises:
        InputError: if the line would be wider than 32,000 pixels.
    """
    canvas, centres = _place(text, family, style, rng)
    canvas, centres = _bend(canvas, centres, style, rng)
    change = style.stroke - family.stroke * (0.5 + 0.5 * style.stretch)
    ink = _thicken(canvas.astype(np.float32) / np.float32(255), float(np.clip(change, -1.2, 3.0)))
    if style.texture:
        ink *= 1 - style.texture * paper.cloud(rng, ink.shape, 5.0)
    if style.strike and len(text) > 8:
        _strike(ink, centres, rng)
    return InkLine(ink, centres, _ABOVE)


def _place(
    text: str, family: FontFamily, style: Style, rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Glyphs on a canvas of _ABOVE + _BELOW rows, and the column of each character's middle."""
    count = len(text)
    noise = rng.normal(size=(count, 6)) * style.jitter
    wander = np.cumsum(noise[:, 5]) * 0.25
    wander -= np.linspace(0, wander[-1], count) if count > 1 else wander
    word_sizes = 1 + 0.035 * style.jitter * rng.normal(size=text.count(" ") + 1)
    pen, word, pens = 24.0, 0, np.zeros(count)
    matrices: list[tuple[float, float, float, float, float] | None] = []
    for i, character in enumerate(text):
        pens[i] = pen
        if character == " ":
            word += 1
            pen += max(5.0, style.word_space * (1 + 0.22 * float(noise[i, 0])))
            matrices.append(None)
            continue
        size = float(word_sizes[word]) * (1 + 0.045 * float(noise[i, 1]))
        across = style.stretch * size * (1 + 0.06 * float(noise[i, 2]))
        shear = style.slant + 0.05 * float(noise[i, 3])
        turn = 0.03 * float(noise[i, 4])
        drop = 0.7 * float(noise[i, 0]) + float(wander[i])
        matrices.append((across, size, shear, turn, drop))
        following = text[i + 1] if i + 1 < count else " "
        kern = family.kern(character, following) if following != " " else 0.0
        pen += across * (family.glyph(character).advance + kern) + style.spacing
        pen += 0.6 * float(noise[i, 5])
    if pen > _WIDEST:
        raise InputError(
            f"a line of ink is at most {_WIDEST:,} px wide, got {int(pen):,} for {count} "
            f"characters ({text[:20]!r}...); break it, or choose a narrower style"
        )
    canvas = np.zeros((_ABOVE + _BELOW, int(pen) + 48), np.uint8)
    centres = pens.copy()
    for i, character in enumerate(text):
        end = pens[i + 1] if i + 1 < count else pen
        centres[i] = (pens[i] + end - style.spacing) / 2
        shape = matrices[i]
        if shape is not None:
            _stamp(canvas, family, character, pens[i], shape)
    return canvas, centres


def _stamp(
    canvas: npt.NDArray[np.uint8],
    family: FontFamily,
    character: str,
    pen: float,
    shape: tuple[float, float, float, float, float],
) -> None:
    """Draws one glyph with its own scale, shear and turn, keeping the darker of old and new."""
    across, size, shear, turn, drop = shape
    glyph = family.glyph(character)
    height, width = glyph.mask.shape
    # Maps a point of the mask to the plane with the pen at the origin, y downwards.
    a, b = across, -shear * size
    c, d = turn * across, size
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
        np.arange(height, dtype=np.float32)[:, None]
        + 0.8 * fine[1]
        + base[None, :].astype(np.float32)
    )
    bent = cv2.remap(canvas, map_x, map_y, cv2.INTER_LINEAR)
    index = np.clip(centres.astype(int), 0, width - 1)
    return np.asarray(bent, np.uint8), centres - fine[0][_ABOVE - X_HEIGHT // 2, index]


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


def _strike(ink: Coverage, centres: npt.NDArray[np.float64], rng: np.random.Generator) -> None:
    """A scribble over white space at the end of the line, as over a word given up at once."""
    left = int(centres[-1]) + 12
    right = min(ink.shape[1] - 2, left + int(rng.integers(10, 30)))
    if right - left < 8:
        return
    xs = np.linspace(left, right, 12)
    ys = _ABOVE - X_HEIGHT / 2 + rng.normal(0, X_HEIGHT / 3, 12)
    points = np.stack([xs, ys], axis=1).astype(np.int32)
    cv2.polylines(ink, [points], False, 0.9, 2, cv2.LINE_AA)
