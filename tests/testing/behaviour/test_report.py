"""Rates, tables, ladders and examples, on readers whose faults are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.testing.behaviour.fakes import LINES, Meter, behaviour
from text_recognizer.core.errors import InputError
from text_recognizer.testing.behaviour.cases import right
from text_recognizer.testing.behaviour.run import run_behaviours


def test_rates_count_the_failures():
    result = run_behaviours(Meter(), [behaviour(wide=3)], LINES)["test"]
    assert (result.failures, result.rate, result.changed) == (3, 0.25, 0.25)
    assert result.cer == pytest.approx(15 / 120)
    assert 0.25 in result.interval
    assert result.interval.low > 0.05
    assert result.to_dict()["cases"] == 12


def test_the_table_has_a_row_per_capability_and_none_where_nothing_is_tested():
    tests = [
        behaviour("a", wide=6),
        behaviour("b", wide=0),
        behaviour("c", kind="MFT", capability="text", judge=right),
    ]
    rows, columns, rates = run_behaviours(Meter(), tests, LINES).table()
    assert (rows, columns) == (["width", "text"], ["MFT", "INV"])
    assert rates == [[None, 0.25], [0.0, None]]


def test_a_ladder_is_sorted_and_says_where_it_breaks():
    rungs = ((3, 16, 6), (1, 2, 0), (2, 8, 0))
    tests = [
        replace(behaviour(f"s{step}", wide=wide, capability="slant"), step=step, strength=strength)
        for step, strength, wide in rungs
    ]
    report = run_behaviours(Meter(), tests, LINES)
    assert [each.rate for each in report.ladder("slant")] == [0, 0, 0.5]
    assert report.breaking_strength("slant", 0.25) == pytest.approx(12)
    assert report.breaking_strength("slant", 0.6) is None
    with pytest.raises(InputError, match=r"was run for \['slant'\]; received 'width'"):
        report.ladder("width")


@pytest.mark.parametrize(("limit", "passed"), [(0.0, False), (0.24, False), (0.25, True)])
def test_a_check_holds_the_rate_against_a_limit(limit, passed):
    check = run_behaviours(Meter(), [behaviour(wide=3)], LINES)["test"].check(limit)
    assert (check.passed, check.measured, check.limit) == (passed, 0.25, limit)
    assert check.reason == "such as 0"


def test_the_worst_are_failures_each_line_once():
    tests = [behaviour("a", wide=2), behaviour("b", wide=3)]
    worst = run_behaviours(Meter(), tests, LINES).worst(5)
    assert sorted(outcome.case.id for outcome in worst) == ["0", "1", "2"]
    assert worst[0].to_dict()["read"] == "a" * 15
    assert run_behaviours(Meter(), tests, LINES).worst(5, kind="MFT") == []


def test_an_unknown_name_lists_the_known():
    with pytest.raises(InputError, match=r"'x' is none of \['test'\]"):
        run_behaviours(Meter(), [behaviour()], LINES)["x"]
