"""How well found lines agree with true ones: matched, lost, merged, split, extra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Box

LabelMap = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LineCounts:
    """Counts of true lines by what became of them; counts of many pages add up.

    Every true line is exactly one of matched, lost, merged, split.

    Attributes:
        matched: true lines found whole and alone.
        lost: true lines that no found line holds a fifth of.
        merged: true lines found together with another true line.
        split: true lines found in parts.
        extra: found lines that hold no true line's fifth.

    Raises:
        InputError: if a count is negative.

    Example:
        >>> LineCounts(matched=8, merged=2) + LineCounts(matched=9, lost=1)
        LineCounts(matched=17, lost=1, merged=2, split=0, extra=0)
    """

    matched: int = 0
    lost: int = 0
    merged: int = 0
    split: int = 0
    extra: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0:
                raise InputError(
                    f"{field.name} must be 0 or more, got {value}; count lines, not differences"
                )

    @property
    def lines(self) -> int:
        """Number of true lines."""
        return self.matched + self.lost + self.merged + self.split

    @property
    def rate(self) -> float:
        """Share of true lines that were matched, 0..1; 1.0 where there was nothing to find."""
        return self.matched / self.lines if self.lines else 1.0

    def __add__(self, other: LineCounts) -> LineCounts:
        """Counts of two pages together."""
        return LineCounts(
            matched=self.matched + other.matched,
            lost=self.lost + other.lost,
            merged=self.merged + other.merged,
            split=self.split + other.split,
            extra=self.extra + other.extra,
        )

    def __radd__(self, other: int) -> LineCounts:
        """Let ``sum`` start from 0."""
        return self if other == 0 else NotImplemented


def score_lines(
    found: LabelMap | Sequence[Box], truth: LabelMap | Sequence[Box], *, whole: float = 0.7
) -> LineCounts:
    """Compare the lines found on one page with the true ones.

    Label maps are exact on any page; boxes serve where lines lie level. Because the boxes of
    neighbours overlap, what must be found of a true box is the middle half of its rows, and a
    tenth of a found box's rows at its top and bottom does not count.

    Args:
        found: (H, W) line numbers with 0 for paper, or one box per line.
        truth: the same for the true lines, of the same kind and shape.
        whole: share of a true line that one found line must hold to have found it whole, 0.5..1.

    Returns:
        The counts of this page.

    Raises:
        InputError: if the two differ in kind or shape, or `whole` is out of its range.

    Example:
        >>> score_lines([Box(0, 0, 90, 20)], [Box(0, 1, 91, 21), Box(0, 40, 90, 60)])
        LineCounts(matched=1, lost=1, merged=0, split=0, extra=0)
    """
    if not 0.5 <= whole <= 1.0:
        raise InputError(f"whole must be 0.5 to 1, got {whole}; 0.7 is usual")
    if isinstance(found, np.ndarray) != isinstance(truth, np.ndarray):
        raise InputError(
            f"found and truth must be of one kind, got {type(found).__name__} and "
            f"{type(truth).__name__}; pass two label maps or two sequences of boxes"
        )
    if isinstance(found, np.ndarray) and isinstance(truth, np.ndarray):
        shares = _map_shares(found, truth)
    else:
        shares = _box_shares(list(found), list(truth))
    return _count(shares, whole)


def _count(shares: Floats, whole: float) -> LineCounts:
    """Counts from the (found, truth) matrix of shares of each true line."""
    held = shares >= 0.5
    crowded = held.sum(axis=1) > 1
    matched = lost = merged = split = 0
    for column in shares.T:
        best = int(np.argmax(column)) if column.size else -1
        if best < 0 or column.max() < 0.2:
            lost += 1
        elif column[best] >= 0.5 and crowded[best]:
            merged += 1
        elif column[best] >= whole:
            matched += 1
        else:
            split += 1
    extra = int((shares.max(axis=1, initial=0.0) < 0.2).sum())
    return LineCounts(matched=matched, lost=lost, merged=merged, split=split, extra=extra)


def _map_shares(found: LabelMap, truth: LabelMap) -> Floats:
    if found.shape != truth.shape:
        raise InputError(
            f"label maps must have one shape, got {found.shape} and {truth.shape}; "
            "bring both to page pixels"
        )
    n, m = int(found.max(initial=0)), int(truth.max(initial=0))
    both = truth.ravel() > 0
    cells = truth.ravel()[both].astype(np.int64) * (n + 1) + found.ravel()[both]
    table = np.bincount(cells, minlength=(m + 1) * (n + 1)).reshape(m + 1, n + 1)[1:]
    table = table[table.sum(axis=1) > 0]
    here = np.unique(found[found > 0]).astype(np.int64)
    # Ink that both miss (a faint edge, say) decides nothing: shares are of the ink both hold,
    # unless most of a line is missing.
    total, seen = table.sum(axis=1), table[:, 1:].sum(axis=1)
    base = np.where(seen >= 0.5 * total, np.maximum(seen, 1), total)
    return np.asarray((table / base[:, None])[:, here].T, dtype=np.float64)


def _box_shares(found: Sequence[Box], truth: Sequence[Box]) -> Floats:
    shares = np.zeros((len(found), len(truth)))
    for j, true in enumerate(truth):
        top, bottom = _inner(true, 0.25)
        area = (true.right - true.left) * (bottom - top)
        for i, box in enumerate(found):
            low, high = _inner(box, 0.1)
            across = min(box.right, true.right) - max(box.left, true.left)
            down = min(high, bottom) - max(low, top)
            shares[i, j] = max(0, across) * max(0.0, down) / area
    return shares


def _inner(box: Box, share: float) -> tuple[float, float]:
    """Top and bottom of a box less a share of its height at either."""
    trim = share * (box.bottom - box.top)
    return box.top + trim, box.bottom - trim
