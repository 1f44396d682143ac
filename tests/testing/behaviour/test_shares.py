"""The score interval against scipy and at its ends."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.behaviour.shares import wilson


@pytest.mark.parametrize(("failures", "cases"), [(0, 1), (0, 30), (3, 30), (15, 30), (30, 30)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
def test_the_interval_is_that_of_scipy(failures, cases, level):
    ours = wilson(failures, cases, level=level)
    theirs = binomtest(failures, cases).proportion_ci(level, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("failures", "cases"), [(0, 0), (-1, 5), (6, 5)])
def test_counts_that_do_not_fit_are_refused(failures, cases):
    with pytest.raises(InputError, match=f"received {failures} of {cases}"):
        wilson(failures, cases)
