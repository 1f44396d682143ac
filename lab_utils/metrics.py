"""Measurements that a lab stakes its claims on: recorded, and held to a stated range."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measurement", "load", "record"]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A number with the range in which the lab's claim holds.

    Args:
        name: As in `"cer_test"`.
        value: What was measured.
        low: Smallest value for which the claim holds.
        high: Largest value for which the claim holds.
    """

    name: str
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the value lies in the range; NaN does not."""
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        """Say name, value and range in one line."""
        return f"{self.name} = {self.value:.4g}, stated range {self.low:.4g} to {self.high:.4g}"


def record(name: str, value: float, low: float, high: float) -> float:
    """Record a measurement, and stop the lab when it lies outside its range.

    It prints nothing. The range is to hold for every seed; the tests run the labs with another.

    Args:
        name: A short name, unique in the lab.
        value: What was measured.
        low: Smallest value for which the claim holds.
        high: Largest value for which the claim holds, at least `low`.

    Returns:
        The value.

    Raises:
        AssertionError: The value lies outside the range.
        ValueError: The range is empty or not a range.

    Example:
        >>> record("cer_test", 0.12, 0.0, 0.25)
        0.12
    """
    if math.isnan(low) or math.isnan(high) or low > high:
        raise ValueError(f"{name}: a range goes from low to high, got {low!r} to {high!r}.")
    measurement = Measurement(name=name, value=float(value), low=float(low), high=float(high))
    path = os.environ.get("LABS_METRICS")
    if path:
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(vars(measurement)) + "\n")
    if not measurement.holds:
        raise AssertionError(f"The claim does not hold: {measurement}.")
    return value


def load(path: Path) -> list[Measurement]:
    """Read what a run recorded; nothing when it recorded nothing."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Measurement(**json.loads(line)) for line in lines]
