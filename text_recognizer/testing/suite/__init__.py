"""The tests that the bug bench rates, and the pieces they are made of."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "SUITE",
    "GradientReport",
    "Latency",
    "MemorisationRun",
    "gradient_report",
    "latency",
    "memorise",
    "short_lines",
    "tiny_recognizer",
]

_HOME = {
    "SUITE": "catalog",
    "GradientReport": "gradients",
    "Latency": "latency",
    "MemorisationRun": "memorise",
    "gradient_report": "gradients",
    "latency": "latency",
    "memorise": "memorise",
    "short_lines": "material",
    "tiny_recognizer": "material",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
