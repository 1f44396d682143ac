"""Ridges: the middle of each text line as a curve, found on a page blurred along the lines."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.data.segmentation.chains import Floats, Ridge, chain_ridges, extend_ridges

#: Rows per letter body on the small map on which ridges are traced.
_BODY = 5.0
#: Columns of the page are thinned this many times more than its rows.
_SQUASH = 3.0
#: Pieces of ridges that are kept, the heaviest first.
_MOST_PIECES = 300


def trace_ridges(ink: npt.NDArray[np.uint8], body: float) -> list[npt.NDArray[np.float64]]:
    """Trace the middle of every text line over the full width of a page.

    The page, level but for a drift of some degrees, is blurred far along the lines and little
    across them: each line becomes one ridge. Pieces of ridges are chained over word gaps by
    their tangents, false ridges between lines are dropped, and each chain is extended to the
    page's sides in parallel with its neighbours.

    Args:
        ink: (H, W) mask of 0 and 1, furniture removed, lines nearly level.
        body: height of small letters in pixels, > 0.

    Returns:
        One (W,) array of rows per line, from the top down; empty without ink.

    Source:
        Bukhari, S. S., Shafait, F., Breuel, T. M. (2009), Script-independent handwritten
        textlines segmentation using active contours, ICDAR (the anisotropic blur).
    """
    height, width = ink.shape
    fy = min(1.0, _BODY / body)
    fx = fy / _SQUASH
    size = (max(1, round(width * fx)), max(1, round(height * fy)))
    small = cv2.resize(ink * np.float32(1), size, interpolation=cv2.INTER_AREA)
    unit = body * size[1] / height
    sigma_x = 2.6 * body * size[0] / width
    pieces = _pieces(blur(small, sigma_y=0.45 * unit, sigma_x=sigma_x))
    bend = _common_bend(pieces, size[0])
    if np.ptp(bend) > 0.5 * unit:
        # A page that curls, or was curved by the camera: straighten it and look again.
        straight = _shift_columns(small, bend)
        again = _pieces(blur(straight, sigma_y=0.45 * unit, sigma_x=sigma_x))
        bend = bend if len(again) < len(pieces) else np.zeros(size[0])
        pieces = again if len(again) < len(pieces) else pieces
    else:
        bend = np.zeros(size[0])
    # Noise makes thousands of faint pieces; a page of writing has hundreds at most.
    pieces = _drop_weak(sorted(pieces, key=lambda p: -p.weight)[:_MOST_PIECES], unit)
    pitch = line_pitch(pieces, size[0]) or 3.0 * unit
    pieces = chain_ridges(pieces, unit, pitch)
    curves = [curve + bend for curve in extend_ridges(pieces, size[0], unit)]
    columns = (np.arange(width) + 0.5) * size[0] / width - 0.5
    rows = [np.interp(columns, np.arange(size[0]), curve) for curve in curves]
    return [(row + 0.5) * height / size[1] - 0.5 for row in rows]


def _common_bend(pieces: list[Ridge], width: int) -> Floats:
    """The shape that all ridges share: the median of their slopes, summed up along the row."""
    slopes = np.full((len(pieces), width), np.nan)
    for k, piece in enumerate(pieces):
        if len(piece.heights) > 2:
            slopes[k, piece.start : piece.end] = np.gradient(piece.heights)
    known = ~np.isnan(slopes)
    several = known.sum(axis=0) >= 3
    if not several.any():
        return np.zeros(width)
    shared = np.zeros(width)
    shared[several] = np.nanmedian(slopes[:, several], axis=0)
    sigma = max(2.0, width / 12.0)
    smooth = cv2.GaussianBlur(shared[None, :], (0, 0), sigmaX=sigma, borderType=cv2.BORDER_REFLECT)
    bend = np.cumsum(smooth[0])
    return np.asarray(bend - bend.mean(), dtype=np.float64)


def _shift_columns(image: npt.NDArray[np.float32], bend: Floats) -> npt.NDArray[np.float32]:
    """Move each column up by its bend."""
    height, width = image.shape
    across = np.arange(width, dtype=np.float32)[None, :].repeat(height, axis=0)
    down = (np.arange(height)[:, None] + bend).astype(np.float32)
    moved = cv2.remap(
        image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return np.asarray(moved, dtype=np.float32)


def blur(
    ink: npt.NDArray[np.float32], *, sigma_y: float, sigma_x: float
) -> npt.NDArray[np.float32]:
    """Blur with a Gaussian of two widths; what lies beyond the sides counts as paper."""
    top = int(3 * sigma_y) + 1
    padded = np.pad(ink, ((top, top), (0, 0)))
    smooth = cv2.GaussianBlur(
        padded, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(smooth[top : top + ink.shape[0]], dtype=np.float32)


def _pieces(blurred: npt.NDArray[np.float32]) -> list[Ridge]:
    """Local maxima over rows, joined from column to column into unbranched pieces."""
    padded = np.pad(blurred, ((1, 1), (0, 0)))
    peak = (padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:])
    floor = 0.12 * float(np.percentile(blurred.max(axis=0), 80)) if blurred.size else 0.0
    peak &= blurred > max(floor, 1e-4)
    slack = cv2.dilate(peak.astype(np.uint8), np.ones((3, 1), np.uint8))
    _, labels = cv2.connectedComponents(slack, connectivity=8)
    rows, columns = np.nonzero(peak)
    names = labels[rows, columns]
    values = blurred[rows, columns].astype(np.float64)
    fine = rows + _offsets(padded, rows, columns)
    # At a fork two rows of one label share a column: the stronger stays.
    order = np.lexsort((-values, columns, names))
    names, columns, fine, values = names[order], columns[order], fine[order], values[order]
    first = np.ones(len(names), dtype=bool)
    first[1:] = (names[1:] != names[:-1]) | (columns[1:] != columns[:-1])
    names, columns, fine, values = names[first], columns[first], fine[first], values[first]
    pieces = []
    cuts = np.nonzero((np.diff(names) != 0) | (np.diff(columns) != 1))[0] + 1
    for x, y, v in zip(
        np.split(columns, cuts), np.split(fine, cuts), np.split(values, cuts), strict=True
    ):
        if len(x):
            pieces.extend(_unbroken(int(x[0]), y, v))
    return pieces


def _offsets(
    padded: npt.NDArray[np.float32], rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> Floats:
    """Place of a peak between rows, from the parabola through three values (-0.5..0.5)."""
    low, mid, high = (padded[rows + k, columns].astype(np.float64) for k in range(3))
    bend = np.minimum(low - 2 * mid + high, -1e-9)
    return np.asarray(np.clip(0.5 * (low - high) / bend, -0.5, 0.5))


def _unbroken(start: int, heights: Floats, strength: Floats) -> list[Ridge]:
    """Cut a piece where it jumps from one branch of a fork to the other."""
    jumps = np.nonzero(np.abs(np.diff(heights)) > 2.0)[0] + 1
    edges = [0, *jumps.tolist(), len(heights)]
    return [
        Ridge(start=start + a, heights=heights[a:b], strength=strength[a:b])
        for a, b in pairwise(edges)
    ]


def _drop_weak(pieces: list[Ridge], unit: float) -> list[Ridge]:
    """Drop ridges of dots or loops that run closely along a much stronger ridge."""
    kept: list[Ridge] = []
    for piece in sorted(pieces, key=lambda p: -p.weight):
        beaten = 0
        for other in kept:
            a, b = max(piece.start, other.start), min(piece.end, other.end)
            if a >= b:
                continue
            mine, theirs = piece.heights[a - piece.start : b - piece.start], other.heights
            gap = np.abs(mine - theirs[a - other.start : b - other.start])
            # At its ends a line is faint: there its usual strength is what counts.
            usual = np.maximum(
                other.strength[a - other.start : b - other.start], np.median(other.strength)
            )
            ratio = piece.strength[a - piece.start : b - piece.start] / usual
            # A serif or a tail makes a stub of a ridge, shorter than a word, beside its line.
            stub = len(piece.heights) < 3.0 * unit / _SQUASH
            weak = ratio < (0.8 if stub else 0.45)
            beaten += int(((gap < 1.9 * unit) & weak | (gap < 0.9 * unit)).sum())
        if beaten < 0.5 * len(piece.heights):
            kept.append(piece)
    return kept


def line_pitch(pieces: list[Ridge], width: int) -> float:
    """Median distance of neighbouring ridges in pixels; 0.0 with fewer than two lines."""
    distances: list[float] = []
    for column in range(0, width, max(1, width // 24)):
        rows = sorted(
            float(p.heights[column - p.start]) for p in pieces if p.start <= column < p.end
        )
        distances.extend(np.diff(rows).tolist())
    return float(np.median(distances)) if distances else 0.0
