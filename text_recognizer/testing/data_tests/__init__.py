"""How good the data tests are: corruptions, detection, false alarms, and the tolerance for both."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "CORRUPTIONS",
    "catches",
    "detection",
    "disagreements",
    "recorded",
    "recorded_curve",
    "try_expectation",
]

_HOME = {
    "CORRUPTIONS": "corruptions",
    "catches": "detections",
    "detection": "detections",
    "disagreements": "record",
    "recorded": "record",
    "recorded_curve": "record",
    "try_expectation": "trial",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
