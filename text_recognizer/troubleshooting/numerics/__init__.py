"""Shapes, NaN, gradient norms, normalisation, two processes: what it takes to make it run."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "Contract",
    "GradientNorms",
    "TwoProcesses",
    "ctc_contract",
    "guarded",
    "line_contract",
    "nan_costs",
    "run_stacks",
    "trace_nan",
    "try_mistakes",
    "try_nans",
    "unchecked",
]

_HOME = {
    "Contract": "contracts",
    "GradientNorms": "norms",
    "TwoProcesses": "processes",
    "ctc_contract": "contracts",
    "guarded": "contracts",
    "line_contract": "contracts",
    "nan_costs": "planted",
    "run_stacks": "stacks",
    "trace_nan": "nans",
    "try_mistakes": "mistakes",
    "try_nans": "planted",
    "unchecked": "contracts",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
