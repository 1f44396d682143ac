"""Data tests: a table of labelled lines, what is expected of it, and Great Expectations to run it.

Names are loaded on first use; Great Expectations itself only where a suite is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.data.expectations.checks import Verdict, verdicts
    from text_recognizer.data.expectations.rules import (
        TUNED,
        Rule,
        Tolerance,
        learn_ranges,
        line_rules,
    )
    from text_recognizer.data.expectations.table import Row, line_table, read_rows
    from text_recognizer.data.expectations.validation import Validation, validate_table

__all__ = [
    "TUNED",
    "Row",
    "Rule",
    "Tolerance",
    "Validation",
    "Verdict",
    "learn_ranges",
    "line_rules",
    "line_table",
    "read_rows",
    "validate_table",
    "verdicts",
]

_HOME = {
    "TUNED": "rules",
    "Row": "table",
    "Rule": "rules",
    "Tolerance": "rules",
    "Validation": "validation",
    "Verdict": "checks",
    "learn_ranges": "rules",
    "line_rules": "rules",
    "line_table": "table",
    "read_rows": "table",
    "validate_table": "validation",
    "verdicts": "checks",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
