"""Confidences that mean what they say: from softmax to probabilities.

A network's softmax is no probability of being right: trained to the end it is too sure of itself,
and more so on handwriting that it has not met. Two logistic maps, four numbers in all, correct
that on average. They never decrease, so whoever is more confident before is so after, and no text
changes.

Source:
    Platt (1999), "Probabilistic outputs for support vector machines"; Guo, Pleiss, Sun &
    Weinberger (2017), "On calibration of modern neural networks", ICML.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.rates import check_rates
from text_recognizer.core.readings import Reading, geometric_mean

#: Confidences are kept this far from 0 and 1, where the logit is infinite.
EDGE = 1e-5
#: Nothing to learn from less than this.
FEWEST = 20


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """A confidence to a probability: ``sigmoid(slope * logit(confidence) + offset)``.

    Args:
        slope: Above 0; below 1 where the confidence exaggerates.
        offset: Any finite number; 0 and a slope of 1 leave the confidence as it is.

    Raises:
        InputError: If a number is out of its range.

    Example:
        >>> Logistic(slope=0.5)(0.9)
        0.75
    """

    slope: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers at birth."""
        for name in ("slope", "offset"):
            value = getattr(self, name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or (name == "slope" and value <= 0):
                raise InputError(
                    "a calibration needs finite numbers, a slope above 0 and any offset; received "
                    f"{name}={value!r}; fit it again"
                )

    def __call__(self, confidence: float) -> float:
        """The probability, 0..1; a confidence of 0 stays 0: nothing was read."""
        if confidence <= 0 or (self.slope, self.offset) == (1.0, 0.0):
            return confidence
        kept = min(max(confidence, EDGE), 1 - EDGE)
        score = self.slope * math.log(kept / (1 - kept)) + self.offset
        # Two forms of one formula: neither overflows.
        if score >= 0:
            return 1 / (1 + math.exp(-score))
        return math.exp(score) / (1 + math.exp(score))


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What turns the raw confidences of a reader into those that ``core.readings`` defines.

    Args:
        character: From a character's largest softmax to the probability that it is right.
        line: From the geometric mean of these to the share of the line that is read right.

    Example:
        >>> from text_recognizer.core import CharacterSpan
        >>> spans = (CharacterSpan("a", 0, 9, 0.9), CharacterSpan("b", 9, 18, 0.9))
        >>> half = Logistic(slope=0.5)
        >>> reading = Calibration(character=half, line=half).apply(Reading("ab", 0.9, spans))
        >>> reading.confidence, reading.characters[0].confidence
        (0.75, 0.75)
    """

    character: Logistic = field(default_factory=Logistic)
    line: Logistic = field(default_factory=Logistic)

    def apply(self, reading: Reading) -> Reading:
        """The reading with calibrated confidences; text and places stay.

        Args:
            reading: One line, its confidences raw.

        Returns:
            The same line; a reading without text is returned as it is.
        """
        spans = tuple(
            replace(span, confidence=self.character(span.confidence)) for span in reading.characters
        )
        return replace(reading, characters=spans, confidence=self.line(reading.confidence))

    def to_dict(self) -> dict[str, Any]:
        """Four numbers as JSON types, as ``bundle.json`` keeps them."""
        return {
            name: {"slope": one.slope, "offset": one.offset}
            for name, one in (("character", self.character), ("line", self.line))
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Calibration:
        """The inverse of :meth:`to_dict`.

        Raises:
            InputError: If a number is missing or out of range, or there is something else.

        Example:
            >>> Calibration.from_dict(Calibration().to_dict()) == Calibration()
            True
        """
        try:
            return cls(**{name: Logistic(**numbers) for name, numbers in content.items()})
        except (TypeError, AttributeError) as error:
            raise InputError(
                "a calibration has 'character' and 'line', each with slope and offset; received "
                f"{content!r} ({error}); fit it again"
            ) from error


def fit_logistic(
    confidences: Sequence[float] | NDArray[Any],
    right: Sequence[float] | NDArray[Any],
    weights: Sequence[float] | NDArray[Any] | None = None,
) -> Logistic:
    """The logistic map under which what was right is most likely.

    Newton's method on the log loss, with a ridge on the distance from the identity: as strong as
    one sample, so that a set without errors gives no infinite slope.

    Args:
        confidences: Raw confidences, 0..1, at least 20 of them.
        right: How right each was, 0..1: 0 or 1 for a character, a share for a line.
        weights: How much each counts, at least 0; equally by default.

    Returns:
        The map; its slope is at least 0.05, so that it never turns the order around.

    Raises:
        InputError: If the lists differ in length, are too short or hold other values.

    Example:
        >>> sure = [0.99] * 80 + [0.6] * 40
        >>> fitted = fit_logistic(sure, [1] * 60 + [0] * 20 + [1] * 20 + [0] * 20)
        >>> round(fitted(0.99), 2), round(fitted(0.6), 2)
        (0.75, 0.5)
    """
    raw, target = np.asarray(confidences, np.float64), np.asarray(right, np.float64)
    counts = np.ones_like(raw) if weights is None else np.asarray(weights, np.float64)
    if raw.ndim != 1 or raw.shape != target.shape or raw.shape != counts.shape or len(raw) < FEWEST:
        raise InputError(
            f"a calibration is fitted to flat lists of one length, at least {FEWEST}; received "
            f"shapes {raw.shape}, {target.shape} and {counts.shape}; read more lines"
        )
    check_rates(raw, target, counts)
    kept = np.clip(raw, EDGE, 1 - EDGE)
    features = np.stack([np.log(kept / (1 - kept)), np.ones_like(kept)], axis=1)
    start = np.array([1.0, 0.0])
    found = start.copy()
    for _ in range(50):
        guess = 1 / (1 + np.exp(-np.clip(features @ found, -50, 50)))
        slope = features.T @ (counts * (target - guess)) - (found - start)
        bend = (features * (counts * guess * (1 - guess))[:, None]).T @ features + np.eye(2)
        step = np.linalg.solve(bend, slope)
        found = found + np.clip(step, -1, 1)  # short steps: the loss is convex, not quadratic
        if np.abs(step).max() < 1e-9:
            break
    return Logistic(slope=max(0.05, round(float(found[0]), 4)), offset=round(float(found[1]), 4))


def fit(
    readings: Sequence[Reading],
    right: Sequence[Sequence[bool]],
    shares: Sequence[float],
    characters: Sequence[int],
) -> Calibration:
    """Fit both maps to lines whose truth is known.

    Args:
        readings: Lines with raw confidences.
        right: For each line, whether each of its characters is right.
        shares: For each line, the share read right: 1 - CER, at least 0.
        characters: For each line, characters of its truth: how much it counts.

    Returns:
        The calibration.

    Raises:
        InputError: As :func:`fit_logistic`, or if lines and flags do not pair up.
    """
    flags = [list(each) for each in right]
    if [len(reading.characters) for reading in readings] != [len(each) for each in flags]:
        raise InputError(
            f"each character of a reading is right or wrong; received {len(readings)} readings and "
            f"flags for {len(flags)}, of other lengths; pass one list of flags per reading"
        )
    spans = [span.confidence for reading in readings for span in reading.characters]
    means = [geometric_mean(span.confidence for span in each.characters) for each in readings]
    return Calibration(
        character=fit_logistic(spans, [float(one) for each in flags for one in each]),
        line=fit_logistic(means, shares, characters),
    )
