"""Error counts: character and word error rates as counts that add up.

Counts are exact and additive, so the rate of a corpus is the rate of the sum ("micro"), the rate
of a slice is the rate of its sum, and no average of averages is ever taken.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from text_recognizer.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class ErrorCounts:
    """Errors of a hypothesis against a reference; ``a + b`` and ``sum`` add them up.

    Args:
        substitutions: Characters read as another.
        deletions: Characters of the reference that were not read.
        insertions: Characters read that are not in the reference.
        characters: Characters of the reference.
        word_errors: Substituted, deleted and inserted words.
        words: Words of the reference.

    Raises:
        InputError: If a count is negative or not an integer.

    Example:
        >>> counts = ErrorCounts.compare("the cat sat", "the bat sat on")
        >>> counts.cer, counts.wer
        (0.36363636363636365, 0.6666666666666666)
    """

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    characters: int = 0
    word_errors: int = 0
    words: int = 0

    def __post_init__(self) -> None:
        """Check the counts at birth."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise InputError(
                    f"counts are integers of at least 0; received {field.name}={value!r} "
                    f"({type(value).__name__}); use ErrorCounts.compare(reference, hypothesis)"
                )

    @classmethod
    def compare(cls, reference: str, hypothesis: str) -> ErrorCounts:
        """Count the errors of one text.

        The distance is Levenshtein's; among the shortest edit scripts the one with the most
        substitutions is counted. Words are what ``str.split`` yields.

        Args:
            reference: What is written.
            hypothesis: What was read. The order matters: rates divide by the reference.

        Returns:
            The counts.

        Raises:
            InputError: If an argument is no str.

        Source:
            Levenshtein (1966), Soviet Physics Doklady 10(8); Wagner & Fischer (1974), JACM 21(1).

        Example:
            >>> ErrorCounts.compare("abc", "axcd").insertions
            1
        """
        for name, value in (("reference", reference), ("hypothesis", hypothesis)):
            if not isinstance(value, str):
                raise InputError(
                    f"{name} must be a str; received {value!r} ({type(value).__name__}); "
                    "the call is compare(reference, hypothesis), and a Reading has .text"
                )
        substitutions, deletions, insertions = edit_counts(reference, hypothesis)
        reference_words, hypothesis_words = reference.split(), hypothesis.split()
        return cls(
            substitutions=substitutions,
            deletions=deletions,
            insertions=insertions,
            characters=len(reference),
            word_errors=sum(edit_counts(reference_words, hypothesis_words)),
            words=len(reference_words),
        )

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions of characters: the edit distance."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def cer(self) -> float:
        """Character error rate: errors per character of the reference.

        It exceeds 1 when more was inserted than there was to read. Without any reference
        character it is 0 if nothing was read either, else infinite.
        """
        return _rate(self.errors, self.characters)

    @property
    def wer(self) -> float:
        """Word error rate, with the same conventions as :attr:`cer`."""
        return _rate(self.word_errors, self.words)

    def __add__(self, other: object) -> ErrorCounts:
        """Add the counts of two texts."""
        if not isinstance(other, ErrorCounts):
            return NotImplemented
        return ErrorCounts(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    def __radd__(self, other: object) -> ErrorCounts:
        """Let ``sum`` start from 0."""
        return self if other == 0 and isinstance(other, int) else NotImplemented


def count_errors(references: Iterable[str], hypotheses: Iterable[str]) -> ErrorCounts:
    """Count the errors of many texts, summed.

    Args:
        references: What is written, one text per item.
        hypotheses: What was read, in the same order.

    Returns:
        The sum of the counts of all pairs.

    Raises:
        InputError: If the lists differ in length, or one is a single str (which would be
            compared letter by letter).

    Example:
        >>> count_errors(["ab", "cd"], ["ab", "c"]).cer
        0.25
    """
    for name, value in (("references", references), ("hypotheses", hypotheses)):
        if isinstance(value, str):
            raise InputError(
                f"{name} must be a list of texts; received one str, {value!r}; pass [text] or use "
                "ErrorCounts.compare"
            )
    expected, given = list(references), list(hypotheses)
    if len(expected) != len(given):
        raise InputError(
            f"each reference needs one hypothesis; received {len(expected)} references and "
            f"{len(given)} hypotheses; a text that was not read counts as ''"
        )
    pairs = zip(expected, given, strict=True)
    return sum((ErrorCounts.compare(*pair) for pair in pairs), ErrorCounts())


def edit_counts(
    reference: Sequence[Hashable], hypothesis: Sequence[Hashable]
) -> tuple[int, int, int]:
    """Substitutions, deletions and insertions of a shortest edit script.

    One dynamic programme, a row at a time. A substitution costs B, an insertion or deletion
    B + 1, with B larger than any number of edits: the total is B x distance + (deletions +
    insertions), minimal in the distance first and in the indels second; and deletions -
    insertions is the difference of the lengths. So no path has to be traced back.

    Args:
        reference: n items (characters of a str, or words).
        hypothesis: m items.

    Returns:
        (substitutions, deletions, insertions).

    Example:
        >>> edit_counts("kitten", "sitting")
        (2, 0, 1)
    """
    codes: dict[Hashable, int] = {}
    ref = [codes.setdefault(item, len(codes)) for item in reference]
    hyp = np.array([codes.setdefault(item, len(codes)) for item in hypothesis], dtype=np.int64)
    n, m = len(ref), len(hyp)
    big = n + m + 1
    indel = big + 1
    ladder = np.arange(m + 1, dtype=np.int64) * indel
    row = ladder
    for i, item in enumerate(ref, start=1):
        best = np.empty(m + 1, dtype=np.int64)
        best[0] = i * indel
        np.minimum(row[1:] + indel, row[:-1] + big * (hyp != item), out=best[1:])
        # Insertions run along the row: min over k <= j of best[k] + (j - k) * indel.
        row = np.minimum.accumulate(best - ladder) + ladder
    distance, indels = divmod(int(row[m]), big)
    deletions = (indels + n - m) // 2
    return distance - indels, deletions, indels - deletions


def _rate(errors: int, total: int) -> float:
    """Errors per item of the reference; see ErrorCounts.cer for the empty one."""
    if total:
        return errors / total
    return math.inf if errors else 0.0
