"""Behavioural tests of a reader of images: minimum functionality, invariance, direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.testing.behaviour.augmentation import compare_readers, load_pair
    from text_recognizer.testing.behaviour.cases import Behaviour, load_written
    from text_recognizer.testing.behaviour.direction import direction_tests
    from text_recognizer.testing.behaviour.faulty import FaultyReader, exposes
    from text_recognizer.testing.behaviour.invariance import invariance_tests, own_behaviour
    from text_recognizer.testing.behaviour.minimum import minimum_tests
    from text_recognizer.testing.behaviour.remember import RememberingReader
    from text_recognizer.testing.behaviour.run import run_behaviours

__all__ = [
    "Behaviour",
    "FaultyReader",
    "RememberingReader",
    "compare_readers",
    "direction_tests",
    "exposes",
    "invariance_tests",
    "load_pair",
    "load_written",
    "minimum_tests",
    "own_behaviour",
    "run_behaviours",
]

_HOME = {
    "Behaviour": "cases",
    "FaultyReader": "faulty",
    "RememberingReader": "remember",
    "compare_readers": "augmentation",
    "direction_tests": "direction",
    "exposes": "faulty",
    "invariance_tests": "invariance",
    "load_pair": "augmentation",
    "load_written": "cases",
    "minimum_tests": "minimum",
    "own_behaviour": "invariance",
    "run_behaviours": "run",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
