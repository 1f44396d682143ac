"""Ridges: the middle of each text line as a curve, found on a page blurred along the lines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Rows per letter body on the small map on which ridges are traced.
_BODY = 5.0
#: Columns of the page are thinned this many times more than its rows.
_SQUASH = 3.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Ridge:
    """The middle of one text line.

    Attributes:
        start: first column, in pixels.
        heights: (n,) row of the middle in each column from `start` on.
        strength: (n,) blurred ink under the ridge, 0..1.
    """

    start: int
    heights: Floats
    strength: Floats

    @property
    def end(self) -> int:
        """First column past the ridge."""
        return self.start + len(self.heights)

    @property
    def weight(self) -> float:
        """Total blurred ink under the ridge."""
        return float(self.strength.sum())

    def tangent(self, column: float, reach: float) -> tuple[float, float]:
        """Row and slope at one end, from a straight fit over the last `reach` columns."""
        n = max(2, min(len(self.heights), int(reach)))
        if len(self.heights) < 3:
            return float(self.heights.mean()), 0.0
        piece = slice(0, n) if column <= self.start else slice(len(self.heights) - n, None)
        x = np.arange(self.start, self.end, dtype=np.float64)[piece]
        y = self.heights[piece]
        spread = float(((x - x.mean()) ** 2).sum())
        # Short pieces say little about slope: pull towards level, as the page was made level.
        slope = float(((x - x.mean()) * (y - y.mean())).sum() / (spread + reach**3 / 24.0))
        return float(y.mean() + slope * (column - x.mean())), slope


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
        pieces = _pieces(blur(straight, sigma_y=0.45 * unit, sigma_x=sigma_x))
    else:
        bend = np.zeros(size[0])
    pieces = _drop_weak(pieces, unit)
    pitch = line_pitch(pieces, size[0]) or 3.0 * unit
    pieces = _chain(pieces, unit, pitch)
    curves = [curve + bend for curve in _extend(pieces, size[0], unit)]
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


def blur(ink: npt.NDArray[np.float32], *, sigma_y: float, sigma_x: float) -> npt.NDArray[np.float32]:
    """Blur with a Gaussian of two widths; what lies beyond the sides counts as paper."""
    padded = cv2.copyMakeBorder(
        ink, *(2 * [int(3 * sigma_y) + 1]), *(2 * [0]), borderType=cv2.BORDER_CONSTANT, value=(0,)
    )
    smooth = cv2.GaussianBlur(
        padded, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_REPLICATE
    )
    top = int(3 * sigma_y) + 1
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
        for a, b in zip(edges[:-1], edges[1:], strict=True)
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


def _chain(pieces: list[Ridge], unit: float, pitch: float) -> list[Ridge]:
    """Join pieces whose tangents meet, the best-fitting pair first."""
    chains = list(pieces)
    reach = 6.0 * unit
    while True:
        best: tuple[float, int, int] | None = None
        for i, left in enumerate(chains):
            for j, right in enumerate(chains):
                if i == j or left.start >= right.start or left.end >= right.end:
                    continue
                cost = _misfit(left, right, unit, pitch, reach)
                if cost < 1.0 and (best is None or cost < best[0]):
                    best = (cost, i, j)
        if best is None:
            return chains
        _, i, j = best
        joined = _join(chains[i], chains[j])
        chains = [c for k, c in enumerate(chains) if k not in (i, j)] + [joined]


def _misfit(left: Ridge, right: Ridge, unit: float, pitch: float, reach: float) -> float:
    """How badly two pieces fit as one line: below 1 they may be joined."""
    gap = right.start - left.end
    if -gap > 0.5 * min(len(left.heights), len(right.heights)) and -gap > 2.0 * unit:
        return np.inf
    middle = 0.5 * (left.end + right.start)
    y_left, slope_left = left.tangent(left.end, reach)
    y_right, slope_right = right.tangent(right.start, reach)
    # A tangent is trusted for a few letters; beyond, the level direction takes over.
    arm = float(np.clip(gap / 2.0, 0.0, reach))
    y_left += slope_left * min(arm, middle - left.end) if gap > 0 else 0.0
    y_right -= slope_right * min(arm, right.start - middle) if gap > 0 else 0.0
    tolerance = min(0.42 * pitch, 1.3 * unit)
    return abs(y_left - y_right) / tolerance + 0.15 * max(0.0, gap) / (20.0 * unit)


def _join(left: Ridge, right: Ridge) -> Ridge:
    """One ridge of two, the stronger where they overlap, a straight bridge between."""
    start, end = left.start, max(left.end, right.end)
    x = np.arange(start, end)
    heights, strength = np.full(len(x), np.nan), np.zeros(len(x))
    for piece in (left, right):
        here = slice(piece.start - start, piece.end - start)
        better = piece.strength > strength[here]
        heights[here] = np.where(better, piece.heights, heights[here])
        strength[here] = np.maximum(strength[here], piece.strength)
    known = ~np.isnan(heights)
    return Ridge(start=start, heights=np.interp(x, x[known], heights[known]), strength=strength)


def _extend(chains: list[Ridge], width: int, unit: float) -> list[Floats]:
    """Smooth each chain and carry it on to both sides of the page, top chain first."""
    rows = []
    for chain in chains:
        curve = np.empty(width)
        curve[chain.start : chain.end] = chain.heights
        curve[: chain.start] = _side(chain, chains, np.arange(chain.start), unit)
        curve[chain.end :] = _side(chain, chains, np.arange(chain.end, width), unit)
        smooth = cv2.GaussianBlur(
            curve[None, :], (0, 0), sigmaX=max(0.5, unit), borderType=cv2.BORDER_REPLICATE
        )[0]
        rows.append(np.asarray(smooth, dtype=np.float64))
    return sorted(rows, key=lambda row: float(row.mean()))


def _side(
    chain: Ridge, chains: list[Ridge], columns: npt.NDArray[np.intp], unit: float
) -> Floats:
    """Rows of a chain beyond one of its ends: in parallel with the nearest line that goes on."""
    if not columns.size:
        return np.empty(0)
    end = chain.start if columns[0] < chain.start else chain.end
    row, slope = chain.tangent(end, 8.0 * unit)
    inner = min(max(end, chain.start), chain.end - 1)
    guides = [
        other
        for other in chains
        if other is not chain
        and other.start <= inner < other.end
        and (other.end > end + columns.size // 2 if end != chain.start else
             other.start < end - columns.size // 2)
    ]  # fmt: skip
    if not guides:
        return np.asarray(row + slope * np.clip(columns - end, -10.0 * unit, 10.0 * unit))
    guide = min(guides, key=lambda other: abs(float(other.heights[inner - other.start]) - row))
    inside = np.clip(columns, guide.start, guide.end - 1) - guide.start
    return np.asarray(row + guide.heights[inside] - guide.heights[inner - guide.start])
