"""The one transform from an image to what the line model sees, in training and in serving.

Grey pixels become ink (0 paper, 1 full ink): polarity is found, uneven light is divided out, faint
pens are stretched. A line is then levelled, and scaled by the moments of its row profile (Marti and
Bunke, 2001, use the same idea), which hold still when a line has no ascender or one wild flourish.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.core.errors import ConfigError
from text_recognizer.core.images import LineImage, load_grey

Ink = npt.NDArray[np.float32]

_WIDEST = 30_000
"""OpenCV cannot warp images of 32,767 columns or more."""


@dataclass(frozen=True, kw_only=True)
class PreparedLine:
    """A line as the model sees it, and how to get back to the image it came from.

    Attributes:
        pixels: (height, W) ink in 0..1.
        left: column of the source image at which ``pixels`` starts.
        scale: columns of ``pixels`` per column of the source image.
    """

    pixels: Ink
    left: float
    scale: float

    def to_source(self, column: float) -> float:
        """The column of the source image under a column of ``pixels``."""
        return self.left + column / self.scale


@dataclass(frozen=True, kw_only=True)
class Preprocess:
    """Image to ink of a fixed height.

    Attributes:
        height: rows of the result, in pixels.
        deviations: rows kept, in standard deviations of the row profile of ink.
        steepest: largest slope levelled, in rows per column.
        longest: widest result in pixels; a longer line is squeezed.
        contrast: difference of grey levels (0 to 255) below which an image is blank.

    Raises:
        ConfigError: if a value is out of its range.

    Example:
        >>> float(Preprocess()(np.full((60, 200), 255, np.uint8)).max())
        0.0
    """

    height: int = 48
    deviations: float = 6.4
    steepest: float = 0.12
    longest: int = 3200
    contrast: float = 24.0

    def __post_init__(self) -> None:
        whole = all(isinstance(value, int) for value in (self.height, self.longest))
        if not whole:
            raise ConfigError(
                f"height and longest are whole pixels, got {self.height!r} and {self.longest!r}"
            )
        if not 16 <= self.height <= 256:
            raise ConfigError(f"height must be 16 to 256 pixels, got {self.height}; 48 is usual")
        if not 3 <= self.deviations <= 12:
            raise ConfigError(f"deviations must be 3 to 12, got {self.deviations}; 6.4 is usual")
        if not 0 <= self.steepest <= 0.5:
            raise ConfigError(f"steepest must be 0 to 0.5 rows per column, got {self.steepest}")
        if self.longest < self.height:
            raise ConfigError(
                f"longest must be at least height ({self.height}), got {self.longest}"
            )
        if not 1 <= self.contrast <= 255:
            raise ConfigError(f"contrast must be 1 to 255 grey levels, got {self.contrast}")

    def __call__(self, source: object) -> Ink:
        """The line's ink.

        Args:
            source: a LineImage, or anything ``load_grey`` takes.

        Returns:
            (height, W) float32 in 0..1; a blank image gives zeros of width ``height``.

        Raises:
            ImageError: if the source is no image.
        """
        return self.prepare(source).pixels

    def prepare(self, source: object) -> PreparedLine:
        """As ``__call__``, with the way back to the source's columns.

        Args:
            source: a LineImage, or anything ``load_grey`` takes.

        Raises:
            ImageError: if the source is no image.

        Example:
            >>> page = np.full((60, 200), 255, np.uint8)
            >>> page[20:40, 100:103] = 0
            >>> line = Preprocess().prepare(page)
            >>> abs(line.to_source(int(line.pixels.sum(axis=0).argmax())) - 101) < 3
            True
        """
        source_grey = source.pixels if isinstance(source, LineImage) else load_grey(source)
        grey = self._reduced(source_grey)
        reduced = source_grey.shape[1] / grey.shape[1]
        ink = self.ink(grey)
        if not ink.any():
            return PreparedLine(
                pixels=np.zeros((self.height, self.height), np.float32), left=0.0, scale=1.0
            )
        body = _without_rules(ink)
        slope = _slope(body, self.steepest)
        if slope:
            ink, body = _level(ink, slope), _level(body, slope)
        top, bottom = self._rows(body)
        left, right = _columns(body)
        scale = self.height / (bottom - top)
        width = int(np.clip(round((right - left) * scale), 8, self.longest))
        across = width / (right - left)
        matrix = np.array([[across, 0, -left * across], [0, scale, -top * scale]], np.float32)
        if scale < 0.75:
            ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.4 / scale), np.float32)
        warped = cv2.warpAffine(ink, matrix, (width, self.height), flags=cv2.INTER_LINEAR)
        peak = float(np.quantile(warped[warped > 0.2], 0.8)) if (warped > 0.2).any() else 1.0
        pixels = np.clip(warped / max(peak, 0.3), 0, 1).astype(np.float32)
        return PreparedLine(pixels=pixels, left=left * reduced, scale=across / reduced)

    def _reduced(self, grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """A copy of at most six times the height and of a width that OpenCV can warp."""
        factor = max(1, int(np.ceil(grey.shape[0] / (6 * self.height))))
        width = min(max(1, grey.shape[1] // factor), _WIDEST)
        if factor == 1 and width == grey.shape[1]:
            return grey
        size = (width, max(1, grey.shape[0] // factor))
        return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)

    def ink(self, grey: npt.NDArray[np.uint8]) -> Ink:
        """Ink of every pixel, (H, W) float32 in 0..1: polarity and background only, same size.

        Args:
            grey: (H, W) grey levels, 0 black to 255 white.

        Example:
            >>> int(Preprocess().ink(np.full((9, 9), 200, np.uint8)).max())
            0
        """
        dark = _dark_on_light(grey)
        paper = _background(dark)
        depth = np.clip(paper - dark.astype(np.float32), 0, None) * (
            255.0 / np.maximum(paper, 40.0)
        )
        noise = 2.5 * float(np.median(depth[depth > 0])) if (depth > 0).mean() > 0.5 else 0.0
        floor = min(max(noise, 6.0), 40.0)
        depth = np.clip(depth - floor, 0, None)
        strong = depth[depth > self.contrast / 3]
        if strong.size < 3 or float(depth.max()) < self.contrast - 6:
            return np.zeros(grey.shape, np.float32)
        full = max(float(np.quantile(strong, 0.85)), self.contrast / 2)
        return np.clip(depth / full, 0, 1).astype(np.float32)

    def _rows(self, body: Ink) -> tuple[float, float]:
        """Rows (top, bottom) of the window that is scaled to ``height``."""
        profile = np.minimum(body.sum(axis=1), np.quantile(body.sum(axis=1), 0.97) + 1e-6)
        rows = np.arange(len(profile)) + 0.5
        centre = float((profile * rows).sum() / profile.sum())
        spread = float(np.sqrt((profile * (rows - centre) ** 2).sum() / profile.sum()))
        # A lone dot or dash must not fill the height; wide margins must not shrink a line.
        inked = np.flatnonzero(body.max(axis=1) > 0.25)
        extent = inked[-1] - inked[0] + 1 if len(inked) else body.shape[0]
        least = 0.2 * min(body.shape[0], max(1.6 * float(extent), 40.0))
        half = max(self.deviations / 2 * spread, least, 4.0)
        return centre - half, centre + half

    def to_dict(self) -> dict[str, Any]:
        """The settings, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Preprocess:
        """The inverse of ``to_dict``.

        Args:
            values: settings by name; those left out keep their defaults.

        Raises:
            ConfigError: if a name is unknown or a value out of range.
        """
        try:
            return cls(**values)
        except TypeError as error:
            known = sorted(cls().to_dict())
            raise ConfigError(
                f"preprocess settings {values!r} do not fit; known names: {known}"
            ) from error

    @property
    def digest(self) -> str:
        """sha256 of the settings, in hex."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()


def _dark_on_light(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The image with dark ink on light paper: ink is the rarer side of the middle level."""
    sample = grey[:: max(1, grey.shape[0] // 256), :: max(1, grey.shape[1] // 1024)]
    low, middle, high = np.percentile(sample, [1, 50, 99]).astype(float)
    return 255 - grey if high - middle > 1.3 * (middle - low) and middle < 160 else grey


def _background(grey: npt.NDArray[np.uint8]) -> Ink:
    """Level of the paper under every pixel, from a coarse copy on which strokes are closed."""
    height, width = grey.shape
    step = max(1, min(height, width) // 24)
    coarse = cv2.resize(
        grey, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA
    )
    closed = cv2.dilate(coarse, np.ones((5, 5), np.uint8))
    closed = cv2.blur(closed, (7, 7), borderType=cv2.BORDER_REPLICATE)
    return cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _without_rules(ink: Ink) -> Ink:
    """The ink less long thin horizontal runs, which are ruled lines and not writing."""
    length = max(24, ink.shape[1] // 8)
    solid = (cv2.dilate(ink, np.ones((3, 1), np.uint8)) > 0.3).astype(np.uint8)
    runs = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if not runs.any():
        return ink
    body: Ink = np.where(runs > 0, np.float32(0), ink).astype(np.float32)
    return body if body.sum() > 0.15 * ink.sum() else ink


def _slope(body: Ink, steepest: float) -> float:
    """Slope that makes the row profile sharpest; 0 for short lines, which have no clear slope."""
    height, width = body.shape
    if steepest == 0 or width < 4 * height:
        return 0.0
    step = max(1, height // 40)
    small = cv2.resize(body, (width // step, height // step), interpolation=cv2.INTER_AREA)
    bins = np.add.reduceat(small, np.arange(0, small.shape[1], 8), axis=1)
    centres = (np.arange(bins.shape[1]) - bins.shape[1] / 2) * 8
    slopes = np.linspace(-steepest, steepest, 25)
    scores = [_sharpness(bins, np.rint(centres * slope).astype(int)) for slope in slopes]
    best = int(np.argmax(scores))
    return float(slopes[best]) if scores[best] > 1.03 * scores[12] else 0.0


def _sharpness(bins: Ink, shifts: npt.NDArray[np.int_]) -> float:
    """Energy of the row profile after each bin of columns is moved up by its shift."""
    rows = np.arange(bins.shape[0])[:, None] + shifts[None, :]
    inside = (rows >= 0) & (rows < bins.shape[0])
    moved = np.take_along_axis(bins, np.clip(rows, 0, bins.shape[0] - 1), axis=0) * inside
    return float((moved.sum(axis=1) ** 2).sum())


def _level(ink: Ink, slope: float) -> Ink:
    height, width = ink.shape
    matrix = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float32)
    return np.asarray(
        cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32
    )


def _columns(body: Ink) -> tuple[float, float]:
    """First and last column with ink, and a margin of a tenth of the height."""
    found = np.flatnonzero(body.max(axis=0) > 0.25)
    margin = max(2.0, 0.1 * body.shape[0])
    if not len(found):
        return 0.0, float(body.shape[1])
    return float(found[0]) - margin, float(found[-1]) + 1 + margin
