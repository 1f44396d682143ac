"""Distortions of prepared lines, for training and for behavioural tests.

Each leaves the text as it is; ``augment`` also says where columns went, so that the position of
every character is still known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.core.errors import ConfigError

Ink = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Augment:
    """How strongly lines are distorted.

    Attributes:
        stretch: standard deviation of the logarithm of the horizontal scale.
        scale: standard deviation of the logarithm of the vertical scale.
        slant: standard deviation of the shear, columns per row.
        shift: largest move up or down, in rows.
        bend: amplitude of the smooth random field, in pixels.
        chance: chance of each change of pen, light and grain.

    Raises:
        ConfigError: if a value is negative or not finite, or ``chance`` above 1.
    """

    stretch: float = 0.13
    scale: float = 0.09
    slant: float = 0.14
    shift: float = 3.0
    bend: float = 1.0
    chance: float = 0.3

    def __post_init__(self) -> None:
        wrong = {name: value for name, value in vars(self).items() if not 0 <= value < math.inf}
        if wrong or self.chance > 1:
            raise ConfigError(
                "augmentation strengths must be finite and 0 or more, chance at most 1, got "
                f"{wrong or {'chance': self.chance}}"
            )


def augment(
    pixels: Ink, rng: np.random.Generator, strength: Augment
) -> tuple[Ink, tuple[float, float]]:
    """A distorted copy of a prepared line.

    Args:
        pixels: (H, W) ink in 0..1.
        rng: decides.
        strength: how far to go.

    Returns:
        The copy, (H, W'), and (scale, offset): column x of the original is at
        ``scale * x + offset`` (at half the height; a slant moves it elsewhere).

    Example:
        >>> line = np.zeros((48, 100), np.float32)
        >>> copy, (scale, offset) = augment(line, np.random.default_rng(0), Augment())
        >>> copy.shape[0], 0.6 <= scale <= 1.6
        (48, True)
    """
    height, width = pixels.shape
    across = float(np.clip(np.exp(rng.normal(0, strength.stretch)), 0.6, 1.6))
    down = float(np.clip(np.exp(rng.normal(-0.03, strength.scale)), 0.7, 1.25))
    shear = float(rng.normal(0, strength.slant))
    shift = float(rng.uniform(-strength.shift, strength.shift))
    middle = height / 2
    margins = rng.integers(0, 16, 2)
    reach = abs(shear) * middle
    offset = float(margins[0] + reach)
    new_width = max(8, int(across * width + 2 * reach + margins.sum()))
    matrix = np.array(
        [[across, -shear, offset + shear * middle], [0, down, middle - down * middle + shift]],
        np.float32,
    )
    warped = cv2.warpAffine(pixels, matrix, (new_width, height), flags=cv2.INTER_LINEAR)
    line = np.asarray(warped, np.float32)
    if strength.bend:
        line = _bend(line, rng, strength.bend * float(rng.uniform(0, 1.4)))
    return _pen(line, rng, strength.chance), (across, offset)


def _bend(line: Ink, rng: np.random.Generator, amplitude: float) -> Ink:
    height, width = line.shape
    size = (int(rng.uniform(9, 22)) * width // 256 + 3, 5)
    fields = rng.normal(0, amplitude, (2, size[1], size[0])).astype(np.float32)
    map_x = cv2.resize(fields[0], (width, height), interpolation=cv2.INTER_CUBIC)
    map_y = cv2.resize(fields[1], (width, height), interpolation=cv2.INTER_CUBIC)
    map_x += np.arange(width, dtype=np.float32)[None, :]
    map_y += np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(cv2.remap(line, map_x, map_y, cv2.INTER_LINEAR), np.float32)


def _pen(line: Ink, rng: np.random.Generator, chance: float) -> Ink:
    """Changes of pen, rule, light and grain, each with its chance."""
    draws = rng.random(6) < chance
    height, width = line.shape
    if draws[0]:
        soft = cv2.GaussianBlur(line, (0, 0), float(rng.uniform(0.6, 1.1)))
        level = float(rng.uniform(0.22, 0.58))
        line = np.clip((soft - level) / 0.35 + 0.5, 0, 1).astype(np.float32)
    if draws[1]:
        line = np.asarray(cv2.GaussianBlur(line, (0, 0), float(rng.uniform(0.4, 1.2))), np.float32)
    if draws[2]:
        line = line ** np.float32(rng.uniform(0.6, 1.7))
    if draws[3] and rng.random() < 0.4:
        row = float(rng.uniform(0.55, 1.0)) * height
        rule = np.zeros_like(line)
        ends = (int(row), int(row + width * rng.normal(0, 0.006)))
        cv2.line(rule, (0, ends[0]), (width, ends[1]), float(rng.uniform(0.2, 1)), 1, cv2.LINE_AA)
        line = np.maximum(line, rule)
    if draws[4]:
        start = int(rng.integers(0, max(1, width - 8)))
        line = line.copy()
        line[:, start : start + int(rng.integers(2, 9))] *= float(rng.uniform(0, 0.6))
    if draws[5]:
        grain = rng.normal(0, rng.uniform(0.01, 0.1), line.shape).astype(np.float32)
        line = line + grain
    return np.clip(line, 0, 1).astype(np.float32)
