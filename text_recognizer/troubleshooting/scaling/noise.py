"""Wrong labels on purpose: by a rule, or by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.scaling.letters import LETTERS

__all__ = ["RULE", "Mislabel", "wrong_share"]

RULE = {"e": "c", "a": "o", "n": "u", "t": "l"}
"""What annotators with a wrong rule book write for what they see."""


@dataclass(frozen=True, kw_only=True)
class Mislabel:
    """Annotators who err.

    Attributes:
        kind: ``"rule"``: letters that :data:`RULE` names are taken for another; ``"chance"``: any
            letter is taken for any other.
        rate: Share of the letters that are mislabelled; for a rule, of those that it names.
        seed: Which ones.

    Raises:
        ConfigError: If the kind is unknown or the rate is not in 0 to 1.

    Example:
        >>> a = np.array([LETTERS.index("a")])
        >>> new = Mislabel(kind="rule", rate=1.0).apply(a, np.array([7]))
        >>> LETTERS[int(new[0])]
        'o'
    """

    kind: str
    rate: float
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the ranges at birth."""
        if self.kind not in ("rule", "chance") or not 0 <= self.rate <= 1:
            raise ConfigError(
                "labels go wrong by 'rule' or by 'chance', at a rate of 0 to 1; received "
                f"{self.kind!r} and {self.rate!r}"
            )

    def apply(self, labels: NDArray[np.int64], lines: NDArray[np.int64]) -> NDArray[np.int64]:
        """The labels that the annotators give.

        Args:
            labels: (N,) true labels, 0 to 25, the letters of a line one after the other.
            lines: (N,) number of the line of each; a line gets the same labels in every draw.
        """
        result: NDArray[np.int64] = labels.copy()
        for line in np.unique(lines):
            places = np.flatnonzero(lines == line)
            source = np.random.default_rng((self.seed, int(line)))
            hit = source.random(len(places)) < self.rate
            away = source.integers(1, len(LETTERS), len(places))
            if self.kind == "chance":
                other = (labels[places] + away) % len(LETTERS)
            else:
                other = _RULED[labels[places]]
            result[places[hit]] = other[hit]
        return result


_RULED = np.array([LETTERS.index(RULE.get(letter, letter)) for letter in LETTERS])


def wrong_share(labels: NDArray[np.int64], given: NDArray[np.int64]) -> float:
    """Share of labels that are not the true ones.

    Args:
        labels: The true ones.
        given: What the annotators gave.

    Example:
        >>> wrong_share(np.array([0, 1]), np.array([0, 2]))
        0.5
    """
    return float(np.mean(labels != given)) if len(labels) else 0.0
