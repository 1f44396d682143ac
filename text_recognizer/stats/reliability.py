"""Whether confidences mean what they say: reliability bins and the expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.rates import check_rates


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """What was claimed and what was so, among confidences between two limits.

    Args:
        low: Smallest confidence of the bin.
        high: The next bin's.
        weight: How much fell into it: samples, or their summed weights.
        confidence: Mean confidence, 0..1.
        right: Mean of what was right, 0..1.

    Example:
        >>> ReliabilityBin(low=0.5, high=0.6, weight=4, confidence=0.55, right=0.25).gap
        0.30000000000000004
    """

    low: float
    high: float
    weight: float
    confidence: float
    right: float

    @property
    def gap(self) -> float:
        """Confidence minus what was right: above 0 it boasts, below it is modest."""
        return self.confidence - self.right


def reliability_bins(
    confidences: Sequence[float] | NDArray[Any],
    right: Sequence[float] | NDArray[Any],
    weights: Sequence[float] | NDArray[Any] | None = None,
    *,
    bins: int = 10,
) -> list[ReliabilityBin]:
    """Group confidences into bins of equal width; empty bins are left out.

    Args:
        confidences: What was claimed, 0..1.
        right: What was so, 0..1: 0 or 1, or a share.
        weights: How much each counts, at least 0; equally by default.
        bins: Number of bins over 0..1, at least 1.

    Returns:
        Bins in rising order.

    Raises:
        InputError: If lists differ in length or are empty, or a value is out of its range.

    Source:
        DeGroot & Fienberg (1983), "The comparison and evaluation of forecasters", The
        Statistician 32.

    Example:
        >>> [(b.low, b.right) for b in reliability_bins([0.95, 0.91, 0.3], [1, 0, 0])]
        [(0.3, 0.0), (0.9, 0.5)]
    """
    claimed, was = np.asarray(confidences, np.float64), np.asarray(right, np.float64)
    counts = np.ones_like(claimed) if weights is None else np.asarray(weights, np.float64)
    _check(claimed, was, counts, bins)
    # A confidence of 0.3 belongs to 0.3..0.4 although 0.3 * 10 is 2.9999999999999996.
    place = np.minimum(np.floor(claimed * bins + 1e-9).astype(int), bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        weight = float(counts[inside].sum())
        if weight:
            found.append(
                ReliabilityBin(
                    low=number / bins,
                    high=(number + 1) / bins,
                    weight=weight,
                    confidence=float(np.average(claimed[inside], weights=counts[inside])),
                    right=float(np.average(was[inside], weights=counts[inside])),
                )
            )
    return found


def _check(
    claimed: NDArray[np.float64], was: NDArray[np.float64], counts: NDArray[np.float64], bins: int
) -> None:
    """One value of each for each sample, all in their ranges."""
    sizes = {claimed.shape, was.shape, counts.shape}
    if len(sizes) > 1 or claimed.ndim != 1 or not claimed.size or bins < 1:
        raise InputError(
            "reliability needs flat lists of one length, not empty, and at least one bin; received "
            f"shapes {claimed.shape}, {was.shape}, {counts.shape} and bins={bins!r}"
        )
    check_rates(claimed, was, counts)


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """The mean distance between what was claimed and what was so, weighted by the bins.

    Args:
        bins: From :func:`reliability_bins`.

    Returns:
        0..1; 0 is perfect.

    Raises:
        InputError: If there is no bin.

    Source:
        Naeini, Cooper & Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian
        binning", AAAI.

    Example:
        >>> expected_calibration_error(reliability_bins([0.75] * 4, [1, 1, 0, 0]))
        0.25
    """
    total = sum(each.weight for each in bins)
    if not total:
        raise InputError(f"a calibration error needs filled bins; received {list(bins)!r}")
    return sum(each.weight * abs(each.gap) for each in bins) / total
