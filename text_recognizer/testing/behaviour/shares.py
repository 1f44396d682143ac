"""The interval of a share: how sure a failure rate over so many cases is."""

from __future__ import annotations

import math
from statistics import NormalDist

from text_recognizer.core.errors import InputError
from text_recognizer.stats.compare import Interval


def wilson(failures: int, cases: int, *, level: float = 0.95) -> Interval:
    """A share with its score interval, which holds for few cases and for none that failed.

    Args:
        failures: How many, 0 to ``cases``.
        cases: Of how many, at least 1.
        level: Confidence level, strictly between 0 and 1.

    Raises:
        InputError: If the counts do not fit.

    Source:
        Wilson (1927), "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22.

    Example:
        >>> print(wilson(0, 30))
        0.000 (95 % CI 0.000 to 0.114)
    """
    if not 0 <= failures <= cases or cases < 1:
        raise InputError(
            f"a share needs 0 <= failures <= cases and a case; received {failures} of {cases}; "
            "count both over the same cases"
        )
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, scale = failures / cases, 1 + z * z / cases
    middle = (share + z * z / (2 * cases)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half), level)
