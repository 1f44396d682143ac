"""The slope that all lines of a page share, found where its row sums are most uneven."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

Pixel = TypeVar("Pixel", np.uint8, np.float32)

#: Slopes up to this one (pixels down per pixel right, about 11 degrees) are searched.
MAX_SLOPE = 0.2
_MAX_POINTS = 20_000


def find_slope(ink: npt.NDArray[np.bool_], *, limit: float = MAX_SLOPE) -> float:
    """Find the slope of the text lines on a page.

    The ink is projected along lines of many slopes; the right slope piles it into the sharpest
    rows, so the squared differences of neighbouring row sums are largest there.

    Args:
        ink: (H, W) mask, true on ink.
        limit: largest absolute slope searched, in pixels down per pixel right, 0 < limit <= 1.

    Returns:
        Pixels down per pixel right (positive: the lines fall to the right); 0.0 without ink.

    Source:
        Postl, W. (1986), Detection of linear oblique structures and skew scan in digitized
        documents, ICPR.

    Example:
        >>> mask = np.zeros((80, 200), dtype=bool)
        >>> mask[np.arange(200) // 10 + 20, np.arange(200)] = True
        >>> abs(find_slope(mask) - 0.1) < 0.01
        True
    """
    rows, columns = np.nonzero(ink)
    if rows.size < 2:
        return 0.0
    if rows.size > _MAX_POINTS:
        # A fixed stride over row-major order would favour some columns; a seeded draw does not.
        chosen = np.random.default_rng(0).integers(0, rows.size, _MAX_POINTS)
        rows, columns = rows[chosen], columns[chosen]
    height, width = ink.shape
    # A line much steeper than the image's diagonal would leave the image.
    limit = min(limit, 2.0 * height / width)
    # Rows are grouped so that the sharpness of a page does not depend on its resolution.
    bin_height = max(1.0, max(ink.shape) / 500.0)
    y = rows.astype(np.float64) / bin_height
    x = (columns - width / 2.0) / bin_height
    best, step = 0.0, limit / 10.0
    candidates = np.linspace(-limit, limit, 21)
    for _ in range(3):
        best = max(candidates, key=lambda slope: (_sharpness(y - slope * x), -abs(slope)))
        candidates = np.linspace(best - step, best + step, 9)
        step /= 4.0
    return float(np.clip(best, -limit, limit))


def _sharpness(heights: npt.NDArray[np.float64]) -> float:
    profile = np.bincount((heights - heights.min()).astype(np.int64)).astype(np.float64)
    smooth = np.convolve(profile, (0.25, 0.5, 0.25))
    return float(np.sum(np.diff(smooth) ** 2))


def added_rows(width: int, slope: float) -> int:
    """Rows by which an image of a width grows when a slope is sheared out of it.

    Example:
        >>> added_rows(101, -0.1)
        10
    """
    return int(np.ceil(round(abs(slope) * (width - 1), 6)))


def shear(
    image: npt.NDArray[Pixel], slope: float, *, smooth: bool = True
) -> tuple[npt.NDArray[Pixel], float]:
    """Slide the columns of an image up or down until lines of a slope lie level.

    Args:
        image: (H, W) values, 0 = paper.
        slope: pixels down per pixel right.
        smooth: interpolate between rows; otherwise each pixel is moved whole.

    Returns:
        The (H + abs(slope) * W, W) image and the offset: a point (x, y) of the input lies at
        (x, y - slope * x + offset) of the output.

    Example:
        >>> shear(np.eye(5, dtype=np.uint8), 1.0, smooth=False)[0].sum(axis=1).tolist()
        [0, 0, 0, 0, 5, 0, 0, 0, 0]
    """
    height, width = image.shape
    extra = added_rows(width, slope)
    if extra == 0:
        return image, 0.0
    offset = float(extra) if slope > 0 else 0.0
    matrix = np.array([[1.0, 0.0, 0.0], [-slope, 1.0, offset]])
    flags = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    moved = cv2.warpAffine(image, matrix, (width, height + extra), flags=flags)
    return np.asarray(moved, dtype=image.dtype), offset
