"""What can be measured of a picture of a line without reading it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.core.errors import ImageError
from text_recognizer.core.pixels import load_grey
from text_recognizer.data.leaks import perceptual_hash

Pixels = npt.NDArray[np.uint8]
_NAN = float("nan")
#: Quantiles of the grey levels taken as the darkest ink, the paper and the lightest point.
_LEVELS = (0.01, 0.5, 0.99)
#: Columns of a block of JPEG.
_BLOCK = 8


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Numbers of one picture; NaN where it does not decode.

    Args:
        decodes: Whether it is a picture at all.
        height: Rows, px.
        width: Columns, px.
        paper: Grey level of the paper, the median, 0 to 255.
        contrast: Grey levels between the paper and the ink, 0 to 255.
        dark_on_light: Whether the levels reach farther below the paper than above it.
        ink: Share of the pixels nearer to the ink than to the paper, 0 to 1.
        sharpness: Changes of the steps from column to column, in units of the steps; 0.7 to 1.9
            where strokes have edges, less where they are soft.
        blocks: Share of the steps from column to column that stand between blocks of 8, as JPEG
            cuts them; 1/8 in a picture that has none.
        skewness: Of the rows of the ink; below 0 where more stands above the body of the line
            than below it, as ascenders do in English.
        look: Perceptual hash in hex; nearly equal pictures have nearly equal ones. None where
            it does not decode.
    """

    decodes: bool
    height: float = _NAN
    width: float = _NAN
    paper: float = _NAN
    contrast: float = _NAN
    dark_on_light: bool = False
    ink: float = _NAN
    sharpness: float = _NAN
    blocks: float = _NAN
    skewness: float = _NAN
    look: str | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture that is opened and measured when asked, and measured once.

    Args:
        source: Gives anything that ``load_grey`` takes, or something it refuses.

    Example:
        >>> page = np.full((40, 200), 255, np.uint8)
        >>> page[10:30, 50:60] = 0
        >>> measures = Picture(lambda: page).measures
        >>> measures.width, measures.dark_on_light, measures.ink
        (200.0, True, 0.025)
    """

    source: Callable[[], Any]
    _copies: dict[Any, Picture] = field(default_factory=dict, repr=False)

    @cached_property
    def measures(self) -> Measures:
        """See :class:`Measures`."""
        try:
            return measure(load_grey(self.source()))
        except ImageError:
            return Measures(decodes=False)

    def changed(self, change: Callable[[Any], Any]) -> Picture:
        """The picture after a change; the same change gives the same object, measured once.

        Args:
            change: Takes what ``source`` gives; changes nothing in place.

        Example:
            >>> picture = Picture(lambda: np.zeros((4, 9), np.uint8))
            >>> picture.changed(np.transpose) is picture.changed(np.transpose)
            True
        """
        if change not in self._copies:
            self._copies[change] = Picture(lambda: change(self.source()))
        return self._copies[change]


def measure(pixels: Pixels) -> Measures:
    """Measure a decoded picture, by its grey levels alone: no model, no binarisation by area.

    Args:
        pixels: (H, W) grey levels, 0 black.

    Returns:
        The measures; of a picture of one level, all but its size and its paper are 0.

    Example:
        >>> measure(np.full((30, 90), 200, np.uint8)).contrast
        0.0
    """
    shares = np.cumsum(np.bincount(pixels.ravel(), minlength=256)) / pixels.size
    low, paper, high = (float(np.searchsorted(shares, share)) for share in _LEVELS)
    dark_on_light = paper - low >= high - paper
    contrast = max(paper - low, high - paper)
    half = paper - contrast / 2 if dark_on_light else paper + contrast / 2
    inked = (pixels < half) if dark_on_light else (pixels > half)
    rows = inked.sum(axis=1).astype(np.float64)
    levels = pixels.astype(np.int16)
    steps = levels[:, 1:] - levels[:, :-1]
    return Measures(
        decodes=True,
        height=float(pixels.shape[0]),
        width=float(pixels.shape[1]),
        paper=paper,
        contrast=contrast,
        dark_on_light=dark_on_light,
        ink=float(rows.sum() / pixels.size),
        sharpness=_sharpness(steps),
        blocks=_blocks(steps),
        skewness=_skewness(rows),
        look=f"{perceptual_hash(_encoded(pixels)):064x}",
    )


def _sharpness(steps: npt.NDArray[np.int16]) -> float:
    total = float(np.abs(steps).sum())
    return float(np.abs(steps[:, 1:] - steps[:, :-1]).sum()) / total if total else 0.0


def _blocks(steps: npt.NDArray[np.int16]) -> float:
    columns = np.abs(steps[:, : steps.shape[1] // _BLOCK * _BLOCK]).sum(axis=0)
    total = float(columns.sum())
    return float(columns[_BLOCK - 1 :: _BLOCK].sum()) / total if total else 0.0


def _skewness(weights: npt.NDArray[np.float64]) -> float:
    total = weights.sum()
    if not total:
        return 0.0
    rows = np.arange(len(weights)) - float((weights * np.arange(len(weights))).sum() / total)
    spread = float(np.sqrt((weights * rows**2).sum() / total))
    return float((weights * (rows / spread) ** 3).sum() / total) if spread else 0.0


def _encoded(pixels: Pixels) -> bytes:
    """Uncompressed, as the hash takes the bytes of a file."""
    return bytes(cv2.imencode(".pgm", pixels)[1])
