"""Tests of a suite are named, limited in time, and may be written in a notebook."""

from __future__ import annotations

import math

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.bench.entry import SuiteTest, Verdict

FIELDS = {"name": "scores", "kind": "unit", "run": "pytest:a.py", "what": "counts"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "vibes"}, "one of unit.*'vibes'"),
        ({"seconds": 0}, "above 0 s.*received 0"),
        ({"seconds": math.inf}, "finite; received inf"),
        ({"seconds": math.nan}, "received nan"),
        ({"name": ""}, "needs a name"),
        ({"run": "nowhere"}, "'nowhere'"),
    ],
)
def test_an_ill_formed_test_is_refused(changes, words):
    with pytest.raises(InputError, match=words):
        SuiteTest(**{**FIELDS, **changes})


def test_a_function_becomes_a_test():
    def test_mine(seed):
        """Looks at one thing.

        And says more.
        """
        return seed >= 0

    made = SuiteTest.from_function(test_mine, seconds=3)
    assert (made.name, made.kind, made.what) == ("test_mine", "learner", "Looks at one thing.")
    assert made.source.startswith("def test_mine(seed):")
    assert made.seconds == 3


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (lambda seed: True, "a lambda has no name to call"),
        (len, "its source cannot be had"),
        ("def test(): pass", "a text is no function"),
    ],
)
def test_what_is_no_function_is_refused(value, reason):
    with pytest.raises(InputError, match="a test is a function written with def"):
        SuiteTest.from_function(value)


@pytest.mark.parametrize("outcome", ["failed", "error", "timeout"])
def test_all_but_passing_is_an_alarm(outcome):
    assert Verdict(outcome=outcome, measured=1, limit=0, seconds=0).alarm
    assert not Verdict(outcome="passed", measured=0, limit=0, seconds=0).alarm
