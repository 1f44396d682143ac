"""Chaining pieces of ridges into whole lines, and carrying lines on to the sides of the page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: Start, end, and row and slope at either, of a ridge.
Ends = tuple[int, int, tuple[float, float], tuple[float, float]]


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


def chain_ridges(pieces: list[Ridge], unit: float, pitch: float) -> list[Ridge]:
    """Join pieces whose tangents meet, the best-fitting pair first.

    Args:
        pieces: unbranched ridges.
        unit: height of small letters in rows, > 0.
        pitch: distance of neighbouring lines in rows, > 0.

    Returns:
        One ridge for each line, in no order.
    """
    chains: dict[int, Ridge] = {}
    ends: dict[int, Ends] = {}
    costs: dict[tuple[int, int], float] = {}

    def add(name: int, ridge: Ridge) -> None:
        tangents = (
            ridge.tangent(ridge.start, 6.0 * unit),
            ridge.tangent(ridge.end, 6.0 * unit),
        )
        own = (ridge.start, ridge.end, *tangents)
        for other, theirs in ends.items():
            for pair, left, right in (((name, other), own, theirs), ((other, name), theirs, own)):
                cost = _misfit(left, right, unit, pitch)
                if cost < 1.0:
                    costs[pair] = cost
        chains[name], ends[name] = ridge, own

    for name, piece in enumerate(pieces):
        add(name, piece)
    name = len(pieces)
    while costs:
        i, j = min(costs, key=lambda pair: costs[pair])
        joined = _join(chains[i], chains[j])
        for old in (i, j):
            del chains[old], ends[old]
        costs = {pair: cost for pair, cost in costs.items() if not {i, j} & set(pair)}
        add(name, joined)
        name += 1
    return list(chains.values())


def _misfit(left: Ends, right: Ends, unit: float, pitch: float) -> float:
    """How badly two pieces fit as one line: below 1 they may be joined."""
    gap = right[0] - left[1]
    if left[0] >= right[0] or left[1] >= right[1] or gap > 133.0 * unit:
        return np.inf
    shorter = min(left[1] - left[0], right[1] - right[0])
    if -gap > 0.5 * shorter and -gap > 2.0 * unit:
        return np.inf
    (y_left, slope_left), (y_right, slope_right) = left[3], right[2]
    # A tangent is trusted for a few letters; beyond, the level direction takes over.
    arm = min(max(gap / 2.0, 0.0), 6.0 * unit)
    y_left += slope_left * arm
    y_right -= slope_right * arm
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


def extend_ridges(chains: list[Ridge], width: int, unit: float) -> list[Floats]:
    """Smooth each chain and carry it on to both sides of the page.

    Args:
        chains: one ridge for each line.
        width: columns of the page.
        unit: height of small letters in rows, > 0.

    Returns:
        (width,) rows of each line, top line first.
    """
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


def _side(chain: Ridge, chains: list[Ridge], columns: npt.NDArray[np.intp], unit: float) -> Floats:
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
