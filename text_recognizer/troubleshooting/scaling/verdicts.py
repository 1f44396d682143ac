"""Bias or variance: what the errors in training and on strangers ask for, with their doubt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.stats.compare import Interval

__all__ = ["compare_pairs", "diagnose", "seed_interval"]


def seed_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """The mean over seeds with Student's interval.

    Args:
        values: One for each seed, two or more.
        level: Confidence level, strictly between 0 and 1.

    Raises:
        InputError: If there are fewer than two, one is not finite, or the level is out of range.

    Source:
        Student (1908), "The probable error of a mean", Biometrika 6(1).

    Example:
        >>> print(seed_interval([0.2, 0.3, 0.4]))
        0.300 (95 % CI 0.052 to 0.548)
    """
    from scipy.special import stdtrit  # scipy.stats would take a second to import

    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size < 2 or not np.isfinite(array).all():
        raise InputError(
            f"an interval over seeds needs two finite values or more; received {values!r}; "
            "train with more seeds"
        )
    if not 0 < level < 1:
        raise InputError(f"a confidence level lies strictly between 0 and 1; received {level!r}")
    middle = float(array.mean())
    half = float(stdtrit(array.size - 1, (1 + level) / 2) * array.std(ddof=1) / array.size**0.5)
    return Interval(middle, middle - half, middle + half, level)


def diagnose(train: Interval, held_out: Interval, target: float) -> str:
    """What to try next, as far as the intervals bear it out.

    An error in training above the target is bias: the model cannot even hold what it has seen. An
    error below it in training and above it on strangers is variance.

    Args:
        train: Error on lines of the training, 0 to 1.
        held_out: Error on lines of other hands.
        target: The error that would do, strictly between 0 and 1.

    Returns:
        ``"done"``, ``"bigger model"``, ``"more data"``, or ``"undecided"`` where an interval
        that matters holds the target.

    Raises:
        InputError: If the target is out of range.

    Source:
        Ng, "Machine learning yearning" (2018), chapters 20 to 32.

    Example:
        >>> low, high = Interval(0.1, 0.08, 0.12, 0.95), Interval(0.5, 0.45, 0.55, 0.95)
        >>> diagnose(low, high, 0.3), diagnose(high, high, 0.3), diagnose(low, high, 0.5)
        ('more data', 'bigger model', 'undecided')
    """
    if not 0 < target < 1:
        raise InputError(f"a target is an error strictly between 0 and 1; received {target!r}")
    if held_out.verdict("below", target) == "holds":
        return "done"
    if train.verdict("above", target) == "holds":
        return "bigger model"
    if train.verdict("below", target) == held_out.verdict("above", target) == "holds":
        return "more data"
    return "undecided"


def compare_pairs(
    usual: Sequence[float], changed: Sequence[float], level: float = 0.95
) -> tuple[Interval, str]:
    """What a change does to a loss, seed by seed.

    Args:
        usual: Losses without the change, one for each seed.
        changed: Losses with it, in the order of the same seeds.
        level: Confidence level, strictly between 0 and 1.

    Returns:
        The mean difference, above 0 where the change is for the worse, and the verdict:
        ``"hurts"``, ``"helps"`` or ``"undecided"``.

    Raises:
        InputError: If the numbers of seeds differ, or there are fewer than two.

    Example:
        >>> compare_pairs([1.0, 1.1, 1.2], [1.5, 1.6, 1.8])[1]
        'hurts'
    """
    if len(usual) != len(changed):
        raise InputError(
            f"pairs need a loss of each seed on either side; received {len(usual)} and "
            f"{len(changed)}; train the missing seeds"
        )
    interval = seed_interval([b - a for a, b in zip(usual, changed, strict=True)], level)
    if interval.low > 0:
        return interval, "hurts"
    return interval, "helps" if interval.high < 0 else "undecided"
