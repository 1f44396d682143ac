"""Intervals and paired tests for error rates.

Lines of one writer resemble each other, so a writer is the unit that is resampled: intervals
over lines would be too narrow, as if every line had come from a stranger.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence interval.

    Args:
        estimate: The value measured.
        low: Lower end, at most ``high``.
        high: Upper end.
        level: Confidence level, strictly between 0 and 1.

    Raises:
        InputError: If a value is NaN, the ends are swapped or the level is out of range.

    Example:
        >>> print(Interval(0.25, 0.2, 0.3125, 0.95))
        0.250 (95 % CI 0.200 to 0.312)
    """

    estimate: float
    low: float
    high: float
    level: float

    def __post_init__(self) -> None:
        """Check the ends at birth."""
        if math.isnan(self.estimate) or not self.low <= self.high:
            raise InputError(
                "an interval needs an estimate and low <= high; received estimate "
                f"{self.estimate!r}, low {self.low!r}, high {self.high!r}; check for NaN"
            )
        _check_level(self.level)

    def __contains__(self, value: float) -> bool:
        """Whether a value lies within, ends included."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """Three decimals and the level."""
        return f"{self.estimate:.3f} ({100 * self.level:g} % CI {self.low:.3f} to {self.high:.3f})"

    def verdict(self, claim: str, limit: float) -> str:
        """Whether the interval bears a claim out.

        Args:
            claim: ``"below"`` or ``"above"``.
            limit: What the true value is claimed to lie below or above.

        Returns:
            ``"holds"`` if the entire interval lies on the claimed side, ``"does not hold"`` if
            all of it lies on the other, else ``"undecided"``.

        Raises:
            InputError: For another claim.

        Example:
            >>> Interval(0.25, 0.2, 0.3, 0.95).verdict("below", 0.28)
            'undecided'
        """
        if claim not in ("below", "above"):
            raise InputError(f"a claim is 'below' or 'above'; received {claim!r}; pass one of them")
        low, high = (self.low, self.high) if claim == "below" else (-self.high, -self.low)
        edge = limit if claim == "below" else -limit
        return "holds" if high < edge else "does not hold" if low >= edge else "undecided"

    def to_dict(self) -> dict[str, float]:
        """The fields as JSON types."""
        return {
            "estimate": float(self.estimate),
            "low": float(self.low),
            "high": float(self.high),
            "level": float(self.level),
        }


def bootstrap_ratio(
    numerators: Sequence[float] | NDArray[Any],
    denominators: Sequence[float] | NDArray[Any],
    groups: Sequence[Hashable],
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """A ratio of sums, such as a CER, with a percentile interval over resampled groups.

    Args:
        numerators: Errors of each sample, at least 0.
        denominators: Characters of each sample, at least 0.
        groups: The writer of each sample; at least two different ones.
        level: Confidence level, strictly between 0 and 1.
        resamples: Number of bootstrap resamples, at least 100.
        seed: Seed of the resampling; equal seeds give equal intervals.

    Returns:
        The ratio of the sums and its interval. With fewer than some 20 groups the interval is
        somewhat too narrow: with 10 it holds the truth in about 90 instead of 95 % of cases.

    Raises:
        InputError: If the lists differ in length, hold NaN or negative values, there are fewer
            than two groups, or the denominators sum to 0.

    Source:
        Efron & Tibshirani (1993), "An introduction to the bootstrap", chapters 8 and 13; groups
        as in Davison & Hinkley (1997), section 3.8.

    Example:
        >>> interval = bootstrap_ratio([1, 2, 3, 2], [10, 10, 10, 10], ["a", "a", "b", "c"])
        >>> interval.estimate, interval.low < 0.2 < interval.high
        (0.2, True)
    """
    errors, totals = _group_sums([numerators, denominators], groups)
    weights = _resample(len(errors), level, resamples, seed)
    estimate = float(errors.sum() / _positive(totals.sum()))
    return _percentile(estimate, weights @ errors, weights @ totals, level)


def bootstrap_difference(
    numerators_a: Sequence[float] | NDArray[Any],
    numerators_b: Sequence[float] | NDArray[Any],
    denominators: Sequence[float] | NDArray[Any],
    groups: Sequence[Hashable],
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """How much larger the ratio of b is than that of a on the same samples, paired.

    Both readers meet the same writers in every resample, so what makes a writer hard for both
    cancels out and the interval is narrower than the difference of two intervals.

    Args:
        numerators_a: Errors of the first reader on each sample, at least 0.
        numerators_b: Errors of the second reader on the same samples.
        denominators: Characters of each sample, at least 0.
        groups: The writer of each sample; at least two different ones.
        level: Confidence level, strictly between 0 and 1.
        resamples: Number of bootstrap resamples, at least 100.
        seed: Seed of the resampling.

    Returns:
        The ratio of b minus the ratio of a, and its interval: below 0, b is better.

    Raises:
        InputError: As :func:`bootstrap_ratio`.

    Source:
        Bisani & Ney (2004), "Bootstrap estimates for confidence intervals in ASR performance
        evaluation", ICASSP.

    Example:
        >>> bootstrap_difference([3, 4, 3], [1, 2, 1], [10, 10, 10], "abc").estimate
        -0.2
    """
    errors_a, errors_b, totals = _group_sums([numerators_a, numerators_b, denominators], groups)
    weights = _resample(len(totals), level, resamples, seed)
    gain = errors_b - errors_a
    estimate = float(gain.sum() / _positive(totals.sum()))
    return _percentile(estimate, weights @ gain, weights @ totals, level)


def mcnemar_exact(broken: int, fixed: int) -> float:
    """The two-sided exact p-value that two readers fail equally often on the same samples.

    Samples that both read, or both miss, say nothing. If neither reader is better, each of the
    others is a fair coin.

    Args:
        broken: Samples that only the first reader read.
        fixed: Samples that only the second reader read.

    Returns:
        A p-value in 0..1; 1 where there is no such sample.

    Raises:
        InputError: If a count is no integer of at least 0.

    Source:
        McNemar (1947), Psychometrika 12(2); the exact binomial form.

    Example:
        >>> mcnemar_exact(1, 9)
        0.021484375
    """
    for name, value in (("broken", broken), ("fixed", fixed)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
            raise InputError(
                f"{name} is a count, an integer of at least 0; received {value!r}; count the "
                "samples that only one reader read"
            )
    trials, least = int(broken) + int(fixed), min(int(broken), int(fixed))
    if 2 * least == trials:
        return 1.0
    from scipy.stats import binom  # a second to import: only where it is used

    return min(1.0, 2.0 * float(binom.cdf(least, trials, 0.5)))


def _check_level(level: float) -> None:
    if not 0.0 < level < 1.0:
        raise InputError(
            f"a confidence level lies strictly between 0 and 1; received {level!r}; 0.95 is usual"
        )


def _group_sums(
    columns: Sequence[Sequence[float] | NDArray[Any]], groups: Sequence[Hashable]
) -> list[NDArray[np.float64]]:
    """Check the columns and sum each within its groups, in order of first appearance."""
    arrays = [np.asarray(column, dtype=np.float64) for column in columns]
    lengths = [array.size for array in arrays] + [len(groups)]
    if any(array.ndim != 1 for array in arrays) or len(set(lengths)) != 1:
        raise InputError(
            "each sample needs one value per list and one group; received lists of lengths "
            f"{', '.join(map(str, lengths))}; pass flat lists of one length"
        )
    for array in arrays:
        if not (np.isfinite(array) & (array >= 0)).all():
            worst = array[~(np.isfinite(array) & (array >= 0))][0]
            raise InputError(f"counts are finite and at least 0; received {worst}; count errors")
    places: dict[Hashable, int] = {}
    index = np.array([places.setdefault(group, len(places)) for group in groups], dtype=np.intp)
    if len(places) < 2:
        raise InputError(
            f"resampling groups needs at least two of them; received {len(places)}; group by "
            "page or line if there is one writer, and say so"
        )
    return [
        np.bincount(index, weights=array, minlength=len(places)).astype(np.float64)
        for array in arrays
    ]


def _resample(groups: int, level: float, resamples: int, seed: int) -> NDArray[np.float64]:
    """How often each group is drawn in each resample: (resamples, groups)."""
    _check_level(level)
    if resamples < 100:
        raise InputError(f"a bootstrap needs 100 resamples or more; received {resamples!r}")
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(groups, np.full(groups, 1.0 / groups), size=resamples)
    return draws.astype(np.float64)


def _positive(total: float) -> float:
    """The denominators' sum, if there is anything to divide by."""
    if total <= 0:
        raise InputError(
            f"a ratio needs a positive denominator; received a sum of {total:g}; an error rate "
            "needs at least one character of reference"
        )
    return total


def _percentile(
    estimate: float, tops: NDArray[np.float64], bottoms: NDArray[np.float64], level: float
) -> Interval:
    """The middle ``level`` of the resampled ratios; resamples without reference are left out."""
    ratios = tops[bottoms > 0] / bottoms[bottoms > 0]
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high), level)
