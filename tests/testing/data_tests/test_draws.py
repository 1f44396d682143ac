"""Drawn sets are by hand, without a line twice, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations import read_rows
from text_recognizer.testing.data_tests.draws import PER_HAND, SHARES, clean_set, draws

pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def rows():
    return read_rows(["test"], limit=200)


def test_no_line_stands_twice_and_no_hand_in_two_splits(rows):
    drawn = clean_set(rows, seed=4, size=120)
    assert len({row.id for row in drawn}) == len(drawn) == 120
    homes = {(row.writer, row.split) for row in drawn}
    assert len(homes) == len({row.writer for row in drawn})
    assert {row.split for row in drawn} == {"train", "val", "test"}


def test_a_hand_may_be_drawn_again(rows):
    most = Counter(row.writer for row in clean_set(rows, seed=0, size=120)).most_common(1)
    assert most[0][1] > PER_HAND


def test_when_hands_have_no_more_the_set_is_smaller(rows):
    assert len(clean_set(rows[:30], seed=0, size=300)) == 30


def test_the_seed_decides(rows):
    one, two, other = (clean_set(rows, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other


def test_the_first_draws_do_not_depend_on_how_many_follow(rows):
    few, many = (
        [list(table["id"]) for _, _, table in draws(rows, bootstraps=n, seed=7, corruptions=[])]
        for n in (2, 3)
    )
    assert few == many[:2]


def test_each_set_comes_clean_and_then_corrupted_at_each_share(rows):
    plan = draws(rows, bootstraps=2, seed=0, corruptions=["blank", "mirrored"])
    expected = [("clean", 0.0), *((n, s) for n in ("blank", "mirrored") for s in SHARES)] * 2
    assert [(name, share) for name, share, _ in plan] == expected


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda rows: clean_set([], seed=0), id="no rows"),
        pytest.param(lambda rows: clean_set(rows, seed=0, size=0), id="an empty set"),
        pytest.param(lambda rows: list(draws(rows, bootstraps=0, seed=0)), id="no draws"),
        pytest.param(
            lambda rows: list(draws(rows, bootstraps=1, seed=0, corruptions=["x"])), id="unknown"
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, rows):
    with pytest.raises(InputError, match="received"):
        ask(rows)
