"""What a confidence, a share that is right and a weight can be, checked for whole lists at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError


def check_rates(
    confidences: NDArray[Any], right: NDArray[Any], weights: NDArray[np.float64]
) -> None:
    """Check that every value lies in its range.

    Args:
        confidences: Probabilities, 0..1.
        right: How right each was, 0..1.
        weights: How much each counts, finite or not, at least 0.

    Raises:
        InputError: If a value lies outside, or is NaN.

    Example:
        >>> check_rates(np.array([0.5]), np.array([1.0]), np.array([3.0]))
    """
    for name, values, top in (
        ("confidences", confidences, 1.0),
        ("right", right, 1.0),
        ("weights", weights, np.inf),
    ):
        if not ((values >= 0) & (values <= top)).all():  # NaN fails as well
            raise InputError(
                f"{name} lie in 0..{top:g}; received {values.min():g} to {values.max():g}; "
                "pass probabilities"
            )
