"""Lab 01: the tools around the tests. Names are loaded on first use; each starts a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from lab_utils.tools.breaks import break_lab, caught_by
    from lab_utils.tools.copies import clean_copy
    from lab_utils.tools.detection import first_alarms, recorded_alarms
    from lab_utils.tools.hooks import try_commit
    from lab_utils.tools.labels import check_script, strictness
    from lab_utils.tools.linters import compare_linters, seeded
    from lab_utils.tools.validate import refusals
    from lab_utils.tools.workflow import run_job

__all__ = [
    "break_lab",
    "caught_by",
    "check_script",
    "clean_copy",
    "compare_linters",
    "first_alarms",
    "recorded_alarms",
    "refusals",
    "run_job",
    "seeded",
    "strictness",
    "try_commit",
]

_HOME = {
    "break_lab": "breaks",
    "caught_by": "breaks",
    "check_script": "labels",
    "clean_copy": "copies",
    "compare_linters": "linters",
    "first_alarms": "detection",
    "recorded_alarms": "detection",
    "refusals": "validate",
    "run_job": "workflow",
    "seeded": "linters",
    "strictness": "labels",
    "try_commit": "hooks",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
