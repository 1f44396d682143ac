"""Cut prepared lines into glyphs: at white space, and where the ink is thin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Sample
from text_recognizer.data.preprocess import PreparedLine, Preprocess

Ink = NDArray[np.float32]
Piece = tuple[int, int]

ROWS, COLUMNS = 16, 12
"""Cells of the raster that a glyph is compared in; rows keep their place on the line."""

_FAINT = 0.25


@dataclass(frozen=True, eq=False, kw_only=True)
class Glyphs:
    """Glyphs cut from training lines, and what was learnt while cutting.

    Attributes:
        rasters: (N, ROWS * COLUMNS + 1) float32, see :func:`raster`.
        labels: N characters.
        pitch: median width of a glyph, in pixels of a prepared line.
        gap: gaps at least this wide, in the same pixels, are spaces.
    """

    rasters: Ink
    labels: NDArray[np.str_]
    pitch: float
    gap: float

    def sheet(self, characters: str, *, columns: int = 16) -> Ink:
        """A picture of some glyphs: a row for each character, the first ``columns`` cut of it.

        Args:
            characters: which rows to draw; one that was never cut gives an empty row.
            columns: glyphs in a row.

        Returns:
            (rows, width) float32 in 0..1, 1 is paper.
        """
        page = np.ones((len(characters) * (ROWS + 2), columns * (COLUMNS + 2)), np.float32)
        for row, character in enumerate(characters):
            for column, place in enumerate(np.flatnonzero(self.labels == character)[:columns]):
                cells = self.rasters[place, :-1].reshape(ROWS, COLUMNS)
                top, left = row * (ROWS + 2) + 1, column * (COLUMNS + 2) + 1
                page[top : top + ROWS, left : left + COLUMNS] = 1 - cells / max(cells.max(), 1e-6)
        return page


def segment(ink: Ink, pitch: float) -> list[Piece]:
    """Cut a prepared line into glyph candidates: at white columns, then where wide runs are thin.

    Args:
        ink: (H, W) ink in 0..1.
        pitch: Usual width of a glyph, px; a run is cut into as many equal parts as it has pitches,
            each cut moved to the column with the least ink nearby.

    Returns:
        (left, right) columns of each candidate, right exclusive, from left to right.

    Example:
        >>> ink = np.zeros((16, 12), np.float32)
        >>> ink[4:12, 2:4] = ink[4:12, 7:10] = 1
        >>> segment(ink, pitch=4.0)
        [(2, 4), (7, 10)]
    """
    profile = ink.sum(axis=0)
    pieces: list[Piece] = []
    for left, right in _runs(ink):
        parts = max(1, round((right - left) / pitch))
        ideal = [left + (right - left) * part / parts for part in range(1, parts)]
        cuts = [_thinnest(profile, at - pitch / 3, at + pitch / 3) for at in ideal]
        pieces.extend(_between(left, cuts, right))
    return pieces


def raster(ink: Ink, piece: Piece) -> Ink:
    """A piece of a line as a point in space: its ink on a small grid, and its width.

    Args:
        ink: (H, W) ink in 0..1.
        piece: (left, right) columns.

    Returns:
        (ROWS * COLUMNS + 1,) float32; the grid has unit length, so the pen's width counts little.
    """
    left, right = piece
    cells = cv2.resize(ink[:, left:right], (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    grid = cells.ravel() / max(float(np.linalg.norm(cells)), 1e-6)
    return np.append(grid, (right - left) / ink.shape[0]).astype(np.float32)


def cut_glyphs(
    samples: Sequence[Sample], centres: Sequence[Sequence[float]], preprocess: Preprocess
) -> Glyphs:
    """Cut labelled lines into glyphs, knowing where the characters stand.

    Args:
        samples: Lines with their texts.
        centres: For each line the columns of its characters' middles, px of its image.
        preprocess: The transform of lines.

    Raises:
        InputError: If lines and centres do not pair up, or no glyph is found.
    """
    if len(samples) != len(centres):
        raise InputError(
            f"each line needs its centres; received {len(samples)} lines and {len(centres)} lists; "
            "load both with the same split, limit and seed"
        )
    rasters: list[Ink] = []
    labels: list[str] = []
    widths: list[int] = []
    gaps: list[tuple[int, bool]] = []
    for sample, columns in zip(samples, centres, strict=True):
        line = preprocess.prepare(sample.image)
        pieces = _labelled(line, sample.text, columns)
        for (left, right), place in pieces:
            rasters.append(raster(line.pixels, (left, right)))
            labels.append(sample.text[place])
            widths.append(right - left)
        for (before, one), (after, two) in pairwise(pieces):
            gaps.append((after[0] - before[1], " " in sample.text[one:two]))
    if not labels:
        raise InputError(
            f"no glyph was found in {len(samples)} lines; pass lines with ink and their texts"
        )
    return Glyphs(
        rasters=np.stack(rasters),
        labels=np.array(labels),
        pitch=float(np.median(widths)),
        gap=_best_gap(gaps),
    )


def _labelled(line: PreparedLine, text: str, centres: Sequence[float]) -> list[tuple[Piece, int]]:
    """Pieces of a line with the place of their character in the text."""
    if len(centres) != len(text):
        raise InputError(
            f"each character has one centre; received {len(centres)} centres for {text!r}, which "
            f"has {len(text)} characters; load both from one row"
        )
    columns = {
        place: (centre - line.left) * line.scale
        for place, centre in enumerate(centres)
        if text[place] != " "
    }
    profile = line.pixels.sum(axis=0)
    found: list[tuple[Piece, int]] = []
    for left, right in _runs(line.pixels):
        inside = [place for place, column in columns.items() if left - 1 <= column < right + 1]
        pairs = pairwise(inside)
        cuts = [_thinnest(profile, columns[one], columns[two]) for one, two in pairs]
        pieces = _between(left, cuts, right)
        if len(pieces) == len(inside):
            found.extend(zip(pieces, inside, strict=True))
    return found


def _runs(ink: Ink) -> list[Piece]:
    """Runs of columns with ink."""
    dark = np.concatenate([[False], ink.max(axis=0) > _FAINT, [False]])
    edges = np.flatnonzero(dark[1:] != dark[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _thinnest(profile: Ink, low: float, high: float) -> int:
    """The column with the least ink from ``low`` to ``high``."""
    first = max(0, round(low))
    return first + int(np.argmin(profile[first : max(first + 1, round(high) + 1)]))


def _between(left: int, cuts: Iterable[int], right: int) -> list[Piece]:
    """The pieces that cuts leave of a run; a cut at its edge leaves none."""
    edges = [left, *sorted({cut for cut in cuts if left < cut < right}), right]
    return list(pairwise(edges))


def _best_gap(gaps: Sequence[tuple[int, bool]]) -> float:
    """The width that parts gaps within words from spaces with the fewest errors."""
    widths = sorted({width for width, _ in gaps})
    if not widths:
        return float("inf")
    table = np.array(gaps)
    errors = [int(((table[:, 0] >= width) != table[:, 1].astype(bool)).sum()) for width in widths]
    return float(widths[int(np.argmin(errors))])
