"""Paper, light and camera: ink coverage to grey pixels."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.sources.style import Style

Coverage = npt.NDArray[np.float32]


def compose(
    ink: Coverage, style: Style, rng: np.random.Generator, *, baselines: Sequence[float]
) -> npt.NDArray[np.uint8]:
    """Grey picture of ``ink`` on the style's paper.

    Args:
        ink: (H, W) coverage in 0..1.
        style: pen, paper, light and camera.
        rng: decides the grain.
        baselines: row of each baseline; where the paper is ruled, a line runs under each.

    Returns:
        (H, W) grey levels, 0 black to 255 white.
    """
    height, width = ink.shape
    if style.rule:
        ink = np.maximum(ink, _rules(ink.shape, style, rng, baselines))
    if style.blur > 0.3:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), style.blur), np.float32)
    sheet = np.full((height, width), style.paper, np.float32)
    if style.shade:
        sheet -= style.shade * cloud(rng, ink.shape, max(60.0, width / 3))
    if style.shadow:
        sheet -= style.shadow * _shadow(ink.shape, rng)
    grey: Coverage = sheet * (1 - np.float32(style.ink) * ink)
    if style.noise:
        grey += rng.normal(0, style.noise, grey.shape).astype(np.float32)
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def _rules(
    shape: tuple[int, ...], style: Style, rng: np.random.Generator, baselines: Sequence[float]
) -> Coverage:
    """A printed line under each baseline, or squares."""
    height, width = shape
    rules = np.zeros((height, width), np.float32)
    rise = width * float(rng.normal(0, 0.006))
    thickness = int(rng.integers(1, 3))
    for baseline in baselines:
        row = baseline + float(rng.normal(3, 3))
        ends = (0, round(row)), (width, round(row + rise))
        cv2.line(rules, *ends, style.rule, thickness, cv2.LINE_AA)
    if style.squares:
        side = float(rng.uniform(14, 34))
        for place in np.arange(rng.uniform(0, side), max(height, width), side):
            level = 0.7 * style.rule
            cv2.line(rules, (0, int(place)), (width, int(place + rise)), level, 1, cv2.LINE_AA)
            column = int(place)
            cv2.line(rules, (column, 0), (column, height), level, 1, cv2.LINE_AA)
    return rules


def _shadow(shape: tuple[int, ...], rng: np.random.Generator) -> Coverage:
    """0 to 1 across a soft edge at any angle, as a hand or a phone throws it on the paper."""
    height, width = shape
    angle = float(rng.uniform(0, 2 * np.pi))
    rows = np.arange(height, dtype=np.float32)[:, None] - height * float(rng.random())
    columns = np.arange(width, dtype=np.float32)[None, :] - width * float(rng.random())
    distance = np.float32(np.cos(angle)) * columns + np.float32(np.sin(angle)) * rows
    light = np.clip(distance / np.float32(rng.uniform(8, 60)) + 0.5, 0, 1)
    return np.asarray(light, np.float32)


def trim(ink: Coverage, rng: np.random.Generator) -> tuple[Coverage, int, int]:
    """Crops ink to its extent with loose margins.

    Args:
        ink: (H, W) coverage in 0..1.
        rng: decides the margins, 0 to 9 pixels each.

    Returns:
        The crop (a view), and the rows above and the columns to its left that were cut off.

    Example:
        >>> trim(np.eye(40, dtype=np.float32), np.random.default_rng(0))[0].shape
        (40, 40)
    """
    rows = np.flatnonzero(ink.max(axis=1) > 0.3)
    columns = np.flatnonzero(ink.max(axis=0) > 0.3)
    if not len(rows) or not len(columns):
        return ink, 0, 0
    margins = rng.integers(0, 10, 4)
    top = max(0, int(rows[0] - margins[0]))
    bottom = min(ink.shape[0], int(rows[-1] + 1 + margins[1]))
    left = max(0, int(columns[0] - margins[2]))
    right = min(ink.shape[1], int(columns[-1] + 1 + margins[3]))
    return ink[top:bottom, left:right], top, left


def cloud(rng: np.random.Generator, shape: tuple[int, ...], grain: float) -> Coverage:
    """Smooth noise.

    Args:
        rng: decides.
        shape: (H, W).
        grain: width of its features, in pixels.

    Returns:
        (H, W) in 0..1.

    Example:
        >>> cloud(np.random.default_rng(0), (20, 30), 5.0).shape
        (20, 30)
    """
    height, width = shape[0], shape[1]
    size = (int(width / grain) + 3, int(height / grain) + 3)
    coarse = rng.random(size[::-1], dtype=np.float32)
    return np.asarray(
        cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32
    )
