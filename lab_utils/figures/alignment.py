"""Align two texts with the fewest edits, to show where they differ."""

from __future__ import annotations

__all__ = ["GAP", "align", "counts", "distances"]

#: Stands where the other text has a character and this one has none.
GAP = "\0"


def align(reference: str, reading: str) -> list[tuple[str, str]]:
    """Pair the characters of two texts.

    Args:
        reference: What is right.
        reading: What was read.

    Returns:
        Pairs (right, read); `GAP` on the left is an insertion, on the right a deletion. The number
        of unequal pairs is the Levenshtein distance.

    Example:
        >>> align("cat", "at") == [("c", GAP), ("a", "a"), ("t", "t")]
        True
    """
    costs = distances(reference, reading)
    row, column = len(reference), len(reading)
    pairs: list[tuple[str, str]] = []
    while row or column:
        here = costs[row][column]
        if row and column:
            wrong = reference[row - 1] != reading[column - 1]
            if here == costs[row - 1][column - 1] + wrong:
                row, column = row - 1, column - 1
                pairs.append((reference[row], reading[column]))
                continue
        if row and here == costs[row - 1][column] + 1:
            row -= 1
            pairs.append((reference[row], GAP))
        else:
            column -= 1
            pairs.append((GAP, reading[column]))
    return pairs[::-1]


def counts(pairs: list[tuple[str, str]]) -> tuple[int, int, int]:
    """Count substitutions, deletions and insertions of an alignment."""
    deletions = sum(read == GAP for _, read in pairs)
    insertions = sum(right == GAP for right, _ in pairs)
    unequal = sum(right != read for right, read in pairs)
    return unequal - deletions - insertions, deletions, insertions


def distances(reference: str, reading: str) -> list[list[int]]:
    """Fill the table of Levenshtein distances between all beginnings of two texts.

    Args:
        reference: n characters.
        reading: m characters.

    Returns:
        n + 1 rows of m + 1 distances; the last one is that of the texts.
    """
    rows = [list(range(len(reading) + 1))]
    for number, right in enumerate(reference, start=1):
        above, row = rows[-1], [number]
        for column, read in enumerate(reading):
            row.append(min(above[column] + (right != read), above[column + 1] + 1, row[-1] + 1))
        rows.append(row)
    return rows
