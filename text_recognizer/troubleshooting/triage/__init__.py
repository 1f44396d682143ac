"""Triage: broken trainers, what one sees of them, and the questions that lead to the cause."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "CAUSES",
    "FAULTS",
    "TREE",
    "Case",
    "Fault",
    "Observation",
    "Trainer",
    "cases",
    "observe_all",
    "puzzles",
    "repair",
    "show_source",
]

_HOME = {
    "CAUSES": "causes",
    "Case": "game",
    "FAULTS": "faults",
    "Fault": "causes",
    "Observation": "observation",
    "TREE": "tree",
    "Trainer": "trainer",
    "cases": "game",
    "observe_all": "game",
    "puzzles": "puzzles",
    "repair": "source",
    "show_source": "source",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
