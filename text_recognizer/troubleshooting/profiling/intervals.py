"""Arithmetic of intervals: unions, gaps, overlaps."""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[float, float]
"""(start, end), µs."""


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The moments that at least one interval covers, as intervals that do not touch.

    Args:
        intervals: In any order; those without length cover nothing.

    Example:
        >>> union([(4, 6), (0, 2), (1, 3)])
        [(0, 3), (4, 6)]
    """
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def total(intervals: Iterable[Interval]) -> float:
    """How much intervals cover together; what two of them cover counts once.

    Args:
        intervals: In any order.

    Example:
        >>> total([(0, 2), (1, 3), (4, 6)])
        5
    """
    return sum(end - start for start, end in union(intervals))


def gaps(intervals: Iterable[Interval], start: float, end: float) -> list[Interval]:
    """What of a window no interval covers.

    Args:
        intervals: In any order.
        start: Of the window, µs.
        end: Of the window, µs.

    Example:
        >>> gaps([(1, 2), (4, 9)], 0, 5)
        [(0, 1), (2, 4)]
    """
    found: list[Interval] = []
    place = start
    for first, last in union(intervals):
        if first > place:
            found.append((place, min(first, end)))
        place = max(place, last)
        if place >= end:
            break
    if place < end:
        found.append((place, end))
    return [one for one in found if one[1] > one[0]]


def overlap(one: Iterable[Interval], other: Iterable[Interval]) -> float:
    """How long both cover the same moment.

    Args:
        one: In any order.
        other: In any order.

    Example:
        >>> overlap([(0, 4)], [(1, 2), (3, 9)])
        2
    """
    left, right = union(one), union(other)
    # The union of both holds what they share once, their sum twice.
    # Rounding may leave less than nothing.
    return max(0, total(left) + total(right) - total([*left, *right]))
