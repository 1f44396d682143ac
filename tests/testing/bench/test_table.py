"""Recall, false alarms, ROC and the rest on a small table that can be counted by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.testing.bench.small import BANK, ROWS, TESTS, cell, small_table
from text_recognizer.core.errors import InputError
from text_recognizer.testing.bench.patches import Variant
from text_recognizer.testing.bench.table import Rates, Table


@pytest.fixture
def table():
    return small_table()


def test_rates_of_the_suite_and_of_one_test(table):
    assert table.rates() == Rates(caught=3, faulty=4, alarmed=0, clean=2, seconds=2.5)
    assert table.only(["quick"]).rates().recall == 0.5


def test_what_is_hidden_is_not_in_the_open(table):
    secret = Variant(patch=replace(BANK[0], hidden=True))
    rows = (secret, *ROWS[1:])
    found = Table(tests=TESTS, variants=rows, verdicts=table.verdicts).open
    assert found.variants == ROWS[1:]


def test_deleting_a_test_lowers_recall(table):
    assert table.without("slow").rates().recall < table.rates().recall


def test_who_catches_what(table):
    assert [row.patch.name for row in table.uncaught()] == ["four"]
    alone = {name: [row.patch.name for row in rows] for name, rows in table.caught_by_one().items()}
    assert alone == {"quick": ["two"], "slow": ["three"]}
    assert table.alarms(ROWS[0]) == ("quick", "slow")


@pytest.mark.parametrize(
    ("factor", "caught", "alarmed", "reason"),
    [
        (1.0, 3, 0, "nothing moved"),
        (10.0, 2, 0, "quick is silent, slow has a limit of 0 and stays"),
        (0.5, 3, 1, "0.6 is above 0.5 now; 0.5 itself is not"),
        (0.0, 4, 2, "everything above nothing alarms"),
    ],
)
def test_tolerance_trades_recall_for_false_alarms(table, factor, caught, alarmed, reason):
    rates = table.with_tolerance(factor).rates()
    assert (rates.caught, rates.alarmed) == (caught, alarmed)


def test_the_curve_of_a_test_runs_from_never_to_always(table):
    assert table.roc("quick") == [
        (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.25), (0.0, 0.5), (0.5, 0.5),
        (0.5, 1.0), (1.0, 1.0),
    ]  # fmt: skip
    # A hang is above every limit.
    assert table.roc("slow")[1] == (0.0, 0.25)


def test_cheapest_first_adds_up(table):
    assert table.cheapest_first() == [("quick", 0.5, 2), ("slow", 2.5, 3)]


def test_best_first_adds_what_is_new_and_stops(table):
    assert table.best_first() == [("quick", 2), ("slow", 3)]
    assert table.rows(ROWS[1:2]).best_first() == [("quick", 1)]


@pytest.mark.parametrize(
    ("prevalence", "expected", "reason"),
    [
        (None, 0.75, "as in the bench"),
        (0.5, 0.75, "half of all changes are faulty, as in the bench"),
        (0.1, 0.25, "few faults: most alarms are false"),
        (0.0, 0.0, "every alarm is false"),
        (1.0, 1.0, "no alarm can be false"),
    ],
)
def test_precision_depends_on_how_rare_faults_are(prevalence, expected, reason):
    rates = Rates(caught=3, faulty=5, alarmed=1, clean=5, seconds=0)
    assert rates.precision(prevalence) == pytest.approx(expected)


@pytest.mark.parametrize("prevalence", [-0.1, 1.1, math.nan])
def test_a_prevalence_is_a_share(prevalence):
    with pytest.raises(InputError, match="0 to 1"):
        Rates(caught=1, faulty=1, alarmed=0, clean=1, seconds=0).precision(prevalence)


def test_without_alarms_there_is_no_precision():
    assert math.isnan(Rates(caught=0, faulty=4, alarmed=0, clean=4, seconds=0).precision())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: t.only([]), "received none"),
        (lambda t: t.only(["nobody"]), "received nobody; it has quick, slow"),
        (lambda t: t.without("quick", "slow"), "received none"),
        (lambda t: t.with_tolerance(-1), "received -1"),
        (lambda t: t.roc("nobody"), "nobody"),
    ],
)
def test_wrong_questions_are_answered_with_the_right_ones(table, call, words):
    with pytest.raises(InputError, match=words):
        call(table)


def test_a_missing_verdict_is_seen_at_once(table):
    cells = dict(table.verdicts)
    del cells["two/0", "slow"]
    with pytest.raises(InputError, match="none for two/0 and slow"):
        Table(tests=TESTS, variants=ROWS, verdicts=cells)


def test_a_part_run_again_is_compared_cell_by_cell(table):
    part = table.rows(ROWS[:2])
    assert table.disagreements(part) == []
    other = {**part.verdicts, ("two/0", "quick"): cell(0.0, 1.0, 0.5)}
    again = Table(tests=TESTS, variants=ROWS[:2], verdicts=other)
    assert table.disagreements(again) == [("two/0", "quick")]
