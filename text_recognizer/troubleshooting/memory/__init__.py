"""Memory of a training step: predicted from shapes, measured in a child, limited, saved."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

_HOME = {
    "MemoryPlan": "plan",
    "Outcome": "jobs",
    "largest_batch": "plan",
    "machine_memory": "limit",
    "measure_savings": "savings",
    "plan_memory": "plan",
    "plan_subject": "subjects",
    "run_limited": "limit",
    "start_finder": "finder",
    "start_measuring": "measure",
    "start_savings": "savings",
}

__all__ = [
    "MemoryPlan",
    "Outcome",
    "largest_batch",
    "machine_memory",
    "measure_savings",
    "plan_memory",
    "plan_subject",
    "run_limited",
    "start_finder",
    "start_measuring",
    "start_savings",
]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
