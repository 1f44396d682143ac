"""Which character of a reading stands for which character of the truth.

``ErrorCounts`` says how many errors there are; this says where. Slices by class of character, the
failure gallery and the calibration of confidences need to know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: What a step does to the reference, as ``ErrorCounts`` names it.
OPERATIONS = ("equal", "substitution", "deletion", "insertion")


@dataclass(frozen=True)
class Step:
    """One step of an edit script.

    Args:
        operation: One of :data:`OPERATIONS`.
        reference: Place in the reference; for an insertion, the place it stands before.
        hypothesis: Place in the hypothesis; for a deletion, the place it is missing before.

    Example:
        >>> Step("equal", 0, 0).operation
        'equal'
    """

    operation: str
    reference: int
    hypothesis: int


def align_texts(reference: str, hypothesis: str) -> list[Step]:
    """A shortest edit script between two texts, in order.

    Among the shortest it takes one with the most substitutions, as ``ErrorCounts.compare`` counts
    them; where that leaves a choice, equal characters are matched as late as possible.

    Args:
        reference: What is written, n characters.
        hypothesis: What was read, m characters.

    Returns:
        Steps that use every character of both texts once.

    Source:
        Wagner & Fischer (1974), "The string-to-string correction problem", JACM 21(1).

    Example:
        >>> [step.operation for step in align_texts("cat", "cut!")]
        ['equal', 'substitution', 'equal', 'insertion']
    """
    n, m = len(reference), len(hypothesis)
    truth = np.array([ord(c) for c in reference], dtype=np.int64)
    read = np.array([ord(c) for c in hypothesis], dtype=np.int64)
    # A substitution costs B, an insertion or deletion B + 1: as in core.scores.edit_counts.
    big = n + m + 1
    ladder = np.arange(m + 1, dtype=np.int64) * (big + 1)
    table = np.empty((n + 1, m + 1), dtype=np.int64)
    table[0] = ladder
    for i in range(1, n + 1):
        row = np.full(m + 1, i * (big + 1), dtype=np.int64)
        changed = table[i - 1, :-1] + big * (read != truth[i - 1])
        np.minimum(table[i - 1, 1:] + big + 1, changed, out=row[1:])
        table[i] = np.minimum.accumulate(row - ladder) + ladder
    steps = []
    i, j = n, m
    while i or j:
        here = int(table[i, j])
        same = bool(i and j and truth[i - 1] == read[j - 1])
        if i and j and here == table[i - 1, j - 1] + (0 if same else big):
            i, j = i - 1, j - 1
            steps.append(Step("equal" if same else "substitution", i, j))
        elif i and here == table[i - 1, j] + big + 1:
            i -= 1
            steps.append(Step("deletion", i, j))
        else:
            j -= 1
            steps.append(Step("insertion", i, j))
    return steps[::-1]
