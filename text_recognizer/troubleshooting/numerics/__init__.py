"""Shapes, NaN, gradient norms, normalisation, two processes: what it takes to make it run."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "Contract",
    "ctc_contract",
    "guarded",
    "line_contract",
    "try_mistakes",
    "unchecked",
]

_HOME = {
    "Contract": "contracts",
    "ctc_contract": "contracts",
    "guarded": "contracts",
    "line_contract": "contracts",
    "try_mistakes": "mistakes",
    "unchecked": "contracts",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
