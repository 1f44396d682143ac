"""Statistics of evaluation: intervals that respect writers, and tests of two readers."""

from __future__ import annotations

from text_recognizer.stats.compare import (
    Interval,
    bootstrap_difference,
    bootstrap_ratio,
    mcnemar_exact,
)

__all__ = ["Interval", "bootstrap_difference", "bootstrap_ratio", "mcnemar_exact"]
