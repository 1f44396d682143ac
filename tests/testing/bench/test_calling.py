"""A test is called as its place says, and what it says becomes fields of a verdict."""

from __future__ import annotations

import math

import pytest

from text_recognizer.testing.bench.calling import NO_TESTS, answer
from text_recognizer.testing.bench.entry import SuiteTest


def told(run, source=""):
    test = SuiteTest(name="test", kind="unit", run=run, what="x", source=source)
    return answer(test, 3)


@pytest.mark.parametrize(
    ("run", "outcome", "reason"),
    [
        ("doctest:text_recognizer.core.scores", "passed", ""),
        ("doctest:text_recognizer.core", "error", NO_TESTS),
        ("text_recognizer.nowhere:check", "error", "ModuleNotFoundError"),
        ("text_recognizer.core.scores:nobody", "error", "AttributeError"),
        ("tests.testing.bench.checks:counts", "passed", ""),
    ],
)
def test_a_place_is_found_or_named(run, outcome, reason):
    found = told(run)
    assert found["outcome"] == outcome
    assert reason in found["reason"]


def test_a_crash_is_infinitely_bad():
    assert told("text_recognizer.nowhere:check")["measured"] == math.inf


def test_source_is_called_with_the_seed():
    assert told("mine", source="def mine(seed):\n    assert seed == 3\n")["outcome"] == "passed"
