"""Intervals and tests against scipy, exact fractions and simulation."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core.errors import InputError
from text_recognizer.stats import (
    Interval,
    bootstrap_difference,
    bootstrap_ratio,
    mcnemar_exact,
)


def writers(rng: np.random.Generator, count: int, spread: float = 0.1):
    """Errors, characters and writers of lines whose writers differ in how hard they are."""
    rates = np.clip(rng.normal(0.25, spread, count), 0.01, 0.9)
    groups = np.repeat(np.arange(count), 6)
    totals = rng.integers(20, 40, groups.size)
    return rng.binomial(totals, rates[groups]), totals, groups.tolist()


# ---------------------------------------------------------------- intervals


def test_agrees_with_scipy_where_every_sample_is_a_group():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(1)
    totals = rng.integers(20, 60, 80)
    errors = rng.binomial(totals, 0.2)
    ours = bootstrap_ratio(errors, totals, range(80), resamples=9000)
    theirs = stats.bootstrap(
        (errors, totals),
        lambda e, t, axis: e.sum(axis=axis) / t.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=9000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.05 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.05 * width)


def test_coverage_is_close_to_the_level():
    """Of 200 simulated sets of 30 writers, the interval holds the true rate in about 95 %."""
    rng = np.random.default_rng(0)
    # The true rate: the ratio of expectations, estimated once from very many writers.
    errors, totals, _ = writers(rng, 40_000)
    truth = errors.sum() / totals.sum()
    hits = sum(
        truth in bootstrap_ratio(*writers(rng, 30), resamples=400, seed=i) for i in range(200)
    )
    assert 0.89 <= hits / 200 <= 0.985


def test_lines_as_groups_would_be_too_narrow():
    rng = np.random.default_rng(0)
    errors, totals, groups = writers(rng, 20)
    by_writer = bootstrap_ratio(errors, totals, groups)
    by_line = bootstrap_ratio(errors, totals, range(len(groups)))
    assert by_writer.high - by_writer.low > 1.5 * (by_line.high - by_line.low)


def test_equal_seeds_give_equal_intervals_and_others_do_not():
    data = writers(np.random.default_rng(0), 12)
    assert bootstrap_ratio(*data, seed=3) == bootstrap_ratio(*data, seed=3)
    assert bootstrap_ratio(*data, seed=3) != bootstrap_ratio(*data, seed=4)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=8))
def test_a_ratio_does_not_depend_on_the_order_of_samples_within_groups(pairs):
    errors, totals = [e for e, _ in pairs], [t for _, t in pairs]
    groups = [i % 2 for i in range(len(pairs))]
    one = bootstrap_ratio(errors, totals, groups, resamples=100)
    order = sorted(range(len(pairs)), key=lambda i: (groups[i], -i))
    two = bootstrap_ratio(
        [errors[i] for i in order],
        [totals[i] for i in order],
        [groups[i] for i in order],
        resamples=100,
    )
    assert one.estimate == pytest.approx(sum(errors) / sum(totals))
    assert (one.low, one.high) == pytest.approx((two.low, two.high))


def test_equal_writers_leave_no_doubt():
    interval = bootstrap_ratio([1, 1, 1], [4, 4, 4], "abc")
    assert (interval.low, interval.estimate, interval.high) == (0.25, 0.25, 0.25)


def test_a_writer_without_characters_is_no_trouble():
    interval = bootstrap_ratio([1, 0], [4, 0], "ab")
    assert (interval.low, interval.high) == (0.25, 0.25)


# ---------------------------------------------------------------- differences


def test_a_paired_difference_is_sharper_than_two_intervals():
    rng = np.random.default_rng(0)
    errors, totals, groups = writers(rng, 20, spread=0.15)
    better = np.maximum(errors - rng.integers(0, 2, errors.size), 0)
    difference = bootstrap_difference(errors, better, totals, groups)
    one, two = bootstrap_ratio(errors, totals, groups), bootstrap_ratio(better, totals, groups)
    assert difference.verdict("below", 0.0) == "holds"
    assert difference.estimate == pytest.approx(two.estimate - one.estimate)
    assert two.high > one.low
    assert difference.high - difference.low < 0.3 * (one.high - one.low)


def test_a_reader_against_itself_differs_by_nothing():
    errors, totals, groups = writers(np.random.default_rng(0), 5)
    difference = bootstrap_difference(errors, errors, totals, groups)
    assert (difference.low, difference.estimate, difference.high) == (0, 0, 0)


def test_a_constant_difference_leaves_no_doubt_whatever_the_writers_wrote():
    totals = np.array([4, 40, 400, 8])
    difference = bootstrap_difference(totals * 0.25, totals * 0.75, totals, "abcd")
    assert (difference.low, difference.high) == pytest.approx((0.5, 0.5))


def test_swapping_the_readers_flips_the_sign():
    errors, totals, groups = writers(np.random.default_rng(0), 8)
    other = errors[::-1]
    one = bootstrap_difference(errors, other, totals, groups)
    two = bootstrap_difference(other, errors, totals, groups)
    assert one.estimate == pytest.approx(-two.estimate)
    assert one.low == pytest.approx(-two.high)


# ---------------------------------------------------------------- McNemar


@pytest.mark.parametrize("counts", [(0, 1), (1, 9), (10, 3), (0, 40), (60, 61), (300, 200)])
def test_mcnemar_agrees_with_scipy_and_exact_fractions(counts):
    stats = pytest.importorskip("scipy.stats")
    broken, fixed = counts
    trials = broken + fixed
    tail = sum(math.comb(trials, k) for k in range(min(counts) + 1))
    exact = min(Fraction(1), 2 * Fraction(tail, 2**trials))
    ours = mcnemar_exact(broken, fixed)
    assert ours == pytest.approx(float(exact), rel=1e-9)
    assert ours == pytest.approx(stats.binomtest(broken, trials, 0.5).pvalue, rel=1e-9)
    assert ours == mcnemar_exact(fixed, broken)


@pytest.mark.parametrize("count", [0, 1, 50], ids=str)
def test_a_draw_is_no_evidence(count):
    assert mcnemar_exact(count, count) == 1.0


def test_mcnemar_alarms_at_most_at_its_level_when_readers_are_equal():
    rng = np.random.default_rng(0)
    alarms = [mcnemar_exact(int(b), 30 - int(b)) < 0.05 for b in rng.binomial(30, 0.5, 1000)]
    assert np.mean(alarms) <= 0.05


# ---------------------------------------------------------------- verdicts and ranges


@pytest.mark.parametrize(
    ("claim", "limit", "word"),
    [
        pytest.param("below", 0.4, "holds", id="all of it below"),
        pytest.param("below", 0.25, "undecided", id="across"),
        pytest.param("below", 0.1, "does not hold", id="all of it above"),
        pytest.param("above", 0.1, "holds", id="above, all of it"),
        pytest.param("above", 0.25, "undecided", id="above, across"),
        pytest.param("above", 0.4, "does not hold", id="above, none of it"),
        pytest.param("below", 0.3, "undecided", id="touching is not below"),
        pytest.param("below", 0.2, "does not hold", id="nor is starting there"),
    ],
)
def test_verdict(claim, limit, word):
    assert Interval(0.25, 0.2, 0.3, 0.95).verdict(claim, limit) == word


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: Interval(0.1, 0.3, 0.2, 0.95), "low 0.3, high 0.2", id="swapped"),
        pytest.param(lambda: Interval(math.nan, 0, 1, 0.95), "estimate nan", id="nan"),
        pytest.param(lambda: Interval(0.1, 0, 1, 95), "received 95; 0.95", id="level as percent"),
        pytest.param(lambda: Interval(0.1, 0, 1, 0.9).verdict("under", 1), "'under'", id="claim"),
        pytest.param(lambda: bootstrap_ratio([1], [2], ["a"]), "at least two", id="one writer"),
        pytest.param(lambda: bootstrap_ratio([], [], []), "received 0", id="no writer"),
        pytest.param(lambda: bootstrap_ratio([1], [2, 3], "ab"), "1, 2, 2", id="lengths"),
        pytest.param(lambda: bootstrap_ratio([1, -1], [2, 3], "ab"), "received -1", id="negative"),
        pytest.param(lambda: bootstrap_ratio([1, math.nan], [2, 3], "ab"), "nan", id="nan count"),
        pytest.param(lambda: bootstrap_ratio([0, 0], [0, 0], "ab"), "sum of 0", id="no text"),
        pytest.param(lambda: bootstrap_ratio([1, 1], [2, 2], "ab", resamples=5), "100", id="few"),
        pytest.param(lambda: bootstrap_ratio([1, 1], [2, 2], "ab", level=0), "received 0", id="0"),
        pytest.param(lambda: mcnemar_exact(-1, 2), "broken is a count.*-1", id="negative count"),
        pytest.param(lambda: mcnemar_exact(1, 0.5), r"fixed is a count.*0\.5", id="a rate"),
    ],
)
def test_refuses_out_of_range(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_to_dict_and_str():
    interval = Interval(0.25, 0.2, 0.3, 0.9)
    assert interval.to_dict() == {"estimate": 0.25, "low": 0.2, "high": 0.3, "level": 0.9}
    assert str(interval) == "0.250 (90 % CI 0.200 to 0.300)"
    assert 0.2 in interval
    assert 0.31 not in interval
