"""A bench of two tests on four faults, small enough to be counted by hand."""

from __future__ import annotations

import math

from text_recognizer.testing.bench.entry import SuiteTest, Verdict
from text_recognizer.testing.bench.patches import Patch, Variant
from text_recognizer.testing.bench.table import Table

INF = math.inf


def fault(name):
    return Patch(
        name=name,
        family="data",
        module="text_recognizer.core.scores",
        before="a",
        after="b",
        story="For a test.",
    )


BANK = tuple(fault(name) for name in ("one", "two", "three", "four"))
TESTS = tuple(
    SuiteTest(name=name, kind="unit", run="pytest:x.py", what="x") for name in ("quick", "slow")
)
ROWS = (*(Variant(patch=each) for each in BANK), *(Variant(patch=None, seed=s) for s in range(2)))
#: What quick (limit 1) and slow (limit 0) measure on each row; None is a hang.
MEASURED = [(2.0, 1.0), (1.5, 0.0), (0.5, None), (0.5, 0.0), (0.4, 0.0), (0.6, 0.0)]


def cell(measured, limit, seconds):
    if measured is None:
        return Verdict(outcome="timeout", measured=INF, limit=0.0, seconds=seconds, reason="hung")
    outcome = "passed" if measured <= limit else "failed"
    return Verdict(outcome=outcome, measured=measured, limit=limit, seconds=seconds)


def small_table():
    """The table."""
    cells = {}
    for row, (quick, slow) in zip(ROWS, MEASURED, strict=True):
        cells[row.name, "quick"] = cell(quick, 1.0, 0.5)
        cells[row.name, "slow"] = cell(slow, 0.0, 2.0)
    return Table(tests=TESTS, variants=ROWS, verdicts=cells)
