"""One test in a forked child: what it says, however it ends. The whole bench is in test_run."""

from __future__ import annotations

import math
import sys

import pytest

from tests.testing.bench import checks
from text_recognizer.testing.bench.entry import SuiteTest
from text_recognizer.testing.bench.worker import judge

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs processes that fork")


def learner(body):
    source = f"def test(seed):\n    {body}\n"
    return SuiteTest(name="test", kind="learner", run="test", what="x", seconds=1.0, source=source)


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        ("pass", "passed", ""),
        ("return True", "passed", ""),
        ("return False", "failed", ""),
        ("assert seed == 8, f'seed {seed}'", "failed", "AssertionError: seed 7"),
        ("raise OSError('gone')", "error", "OSError: gone"),
        ("return 3", "error", "a test returns None, True, False or a CheckResult; received 3"),
        ("return (", "error", "SyntaxError"),
        ("import os; os._exit(3)", "error", "the process died"),
        ("import time; time.sleep(9)", "timeout", "not done within 1 s"),
    ],
)
def test_each_way_to_end_has_its_outcome(body, outcome, reason):
    [(_, verdict)] = judge([learner(body)], 7)
    assert verdict.outcome == outcome
    assert reason in verdict.reason
    assert verdict.alarm == (outcome != "passed")


@pytest.mark.parametrize(
    ("measured", "passed", "told"),
    [("0.25", True, 0.25), ("2.0", False, 2.0), ("float('nan')", False, math.inf)],
)
def test_a_check_tells_what_it_measured(measured, passed, told):
    body = (
        "from text_recognizer.core import CheckResult; "
        f"return CheckResult(name='x', passed={passed}, measured={measured}, limit=1.0)"
    )
    [(_, verdict)] = judge([learner(body)], 0)
    assert (verdict.measured, verdict.limit, verdict.alarm) == (told, 1.0, not passed)


def check(name, *, seconds=1.0):
    run = f"tests.testing.bench.checks:{name}"
    return SuiteTest(name=name, kind="unit", run=run, what="x", seconds=seconds)


def test_functions_share_a_child_until_one_ends_it(monkeypatch):
    # Another test of this process may have called them before.
    monkeypatch.setattr(checks, "CALLS", [])
    names = ("counts", "counts_again", "dies", "counts", "hangs", "counts")
    found = list(judge([check(name, seconds=0.5) for name in names], 0))
    outcomes = ["passed", "passed", "error", "passed", "timeout", "passed"]
    assert [verdict.outcome for _, verdict in found] == outcomes
    # The second saw what the first left behind; after a crash there is a new child.
    assert [verdict.measured for _, verdict in found][:4] == [1.0, 2.0, math.inf, 1.0]
