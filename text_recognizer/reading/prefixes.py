"""The texts that a beam search keeps, as a tree in which texts with the same start share it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from text_recognizer.reading.ctc import BLANK

#: By node, the log-probabilities of its paths that end in a blank and in its last character.
Scores = dict[int, tuple[float, float]]


class Language(Protocol):
    """What the beam search asks of a language model."""

    order: int

    def log_probs(self, context: Sequence[int]) -> NDArray[np.float64]:
        """(C,) log-probabilities of the next id after ``context``; the entry of the blank is 0."""
        ...


class PrefixTree:
    """Texts as nodes: 0 is the empty one, every other adds one id to its parent.

    Args:
        language: A character language model, or none.
        weight: Exponent of its probabilities, at least 0.
        bonus: Added to the log score for every id.

    Example:
        >>> tree = PrefixTree()
        >>> tree.ids(tree.child(tree.child(0, 7), 9))
        (7, 9)
    """

    def __init__(
        self, language: Language | None = None, *, weight: float = 0.0, bonus: float = 0.0
    ) -> None:
        """Start with the empty text."""
        self._language, self._weight, self._bonus = language, weight, bonus
        self._last = [BLANK]
        self._parent = [-1]
        self._children: dict[tuple[int, int], int] = {}
        self._prices: dict[int, list[float]] = {}

    def child(self, node: int, each: int) -> int:
        """The node of a text with one id more; the same text is always the same node."""
        found = self._children.get((node, each))
        if found is None:
            found = self._children[node, each] = len(self._last)
            self._last.append(each)
            self._parent.append(node)
        return found

    def ids(self, node: int, longest: int | None = None) -> tuple[int, ...]:
        """The text of a node, or its last ``longest`` ids."""
        found: list[int] = []
        while node and (longest is None or len(found) < longest):
            found.append(self._last[node])
            node = self._parent[node]
        return tuple(reversed(found))

    def extend(
        self, kept: Scores, frame: list[float], columns: Sequence[int], *, width: int, margin: float
    ) -> Scores:
        """One frame further: every text as it is and with each id that is tried; the best stay.

        Args:
            kept: The texts so far.
            frame: Log-probabilities of all ids in this frame.
            columns: The ids to try, without the blank.
            width: Texts to keep, at least 1.
            margin: How far a text may lie behind the best.

        Returns:
            The texts kept, best first where any was grown; at least one.
        """
        blank: dict[int, float] = {}
        solid: dict[int, float] = {}
        totals: list[float] = []
        for node, (after_blank, after_solid) in kept.items():
            totals.append(add_logs(after_blank, after_solid))
            blank[node] = totals[-1] + frame[BLANK]
            # Repeating the last character without a blank stays at the same text.
            last = self._last[node]
            solid[node] = after_solid + frame[last] if last else -math.inf
        if columns:
            stays = [add_logs(blank[node], solid[node]) for node in kept]
            # There are enough texts at least this good, so a worse one need not be grown.
            least = max(max(stays) - margin, min(stays) if len(kept) >= width else -math.inf)
            likely = sorted(columns, key=frame.__getitem__, reverse=True)
            for (node, pair), total in zip(kept.items(), totals, strict=True):
                self._grow(node, (pair[0], total), frame, likely, least, solid)
        found = {node: (blank.get(node, -math.inf), score) for node, score in solid.items()}
        return _best(found, width, margin) if columns else found

    def _grow(
        self,
        node: int,
        scores: tuple[float, float],
        frame: list[float],
        likely: list[int],
        least: float,
        solid: dict[int, float],
    ) -> None:
        """Add a node's children, the likeliest ids first, to the scores ``solid``."""
        after_blank, total = scores
        prices = None if self._language is None else self._priced(node, self._language)
        for each in likely:
            reached = total + frame[each] + self._bonus
            if reached < least or reached == -math.inf:
                return  # a language model only takes away
            if each == self._last[node]:
                reached = after_blank + frame[each] + self._bonus
            if prices is not None:
                reached += prices[each]
            if reached >= least and reached > -math.inf:
                child = self.child(node, each)
                solid[child] = add_logs(solid[child], reached) if child in solid else reached

    def _priced(self, node: int, language: Language) -> list[float]:
        """What each next id adds to the score, by the language model."""
        found = self._prices.get(node)
        if found is None:
            row = self._weight * language.log_probs(self.ids(node, language.order - 1))
            found = self._prices[node] = row.tolist()
        return found


def ranked(scores: Scores) -> list[tuple[int, float]]:
    """Nodes with the log-probability of all their paths, best first, ties to the earlier.

    Example:
        >>> ranked({0: (-2.0, -math.inf), 1: (-math.inf, -1.0)})
        [(1, -1.0), (0, -2.0)]
    """
    totals = [(node, add_logs(*pair)) for node, pair in scores.items()]
    return sorted(totals, key=lambda item: item[1], reverse=True)


def add_logs(one: float, two: float) -> float:
    """The logarithm of the sum of two probabilities given as logarithms.

    Example:
        >>> round(math.exp(add_logs(math.log(0.5), math.log(0.25))), 9)
        0.75
    """
    if one < two:
        one, two = two, one
    return one if two < one - 40.0 or two == -math.inf else one + math.log1p(math.exp(two - one))


def _best(scores: Scores, width: int, margin: float) -> Scores:
    """The best texts; dead ends and those far behind are left out, but one stays."""
    order = ranked(scores)
    least = order[0][1] - margin
    alive = [node for node, score in order[:width] if -math.inf < score and score >= least]
    return {node: scores[node] for node in alive or [order[0][0]]}
