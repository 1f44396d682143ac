"""Cases and rules: what a behaviour is made of."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core import LineImage, Reading
from text_recognizer.core.errors import InputError
from text_recognizer.testing.behaviour.cases import (
    Behaviour,
    Case,
    WrittenLine,
    allowed_edits,
    compare_to,
    load_written,
    right,
    unchanged,
)

PAPER = LineImage(np.full((16, 60), 255, np.uint8))


def case(**fields):
    return Case(id="1", writer="w", images=(PAPER, PAPER), **fields)


def readings(*texts):
    return [Reading(text, 0.5 if text else 0.0) for text in texts]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("one two", [(0, 3), (4, 7)], id="two words"),
        pytest.param(" a  b ", [(1, 2), (4, 5)], id="spaces at the ends and double"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_words_of_a_line(text, words):
    assert WrittenLine(image=PAPER, text=text, writer="w", id="1").words == words


def test_columns_are_cut_in_the_spaces_and_stay_inside():
    centres = (5.0, 15.0, 25.0, 35.0, 999.0)
    line = WrittenLine(image=PAPER, text="ab cd", writer="w", id="1", centres=centres)
    assert [line.columns(*word) for word in line.words] == [(0, 25), (25, 60)]


def test_the_sample_gives_lines_with_centres_and_the_seed_chooses():
    lines = load_written(5)
    assert all(len(line.centres) == len(line.text) for line in lines)
    assert [line.id for line in load_written(5)] == [line.id for line in lines]
    assert [line.id for line in load_written(5, seed=1)] != [line.id for line in lines]


@pytest.mark.parametrize(
    ("expected", "read", "passed"),
    [
        pytest.param("abcde", "abcdx", True, id="one letter of a short text is let pass"),
        pytest.param("abcde", "abcxx", False, id="two are not"),
        pytest.param("x" * 24, "x" * 22, True, id="two of 24"),
        pytest.param("x" * 24, "x" * 21, False, id="three of 24"),
        pytest.param("abc", "", False, id="nothing read"),
        pytest.param("", "", True, id="both empty"),
        pytest.param("", "ab", False, id="text out of nothing"),
    ],
)
def test_an_invariance_lets_one_letter_in_ten_pass(expected, read, passed):
    assert unchanged(case(), readings(expected, read)).passed is passed


def test_the_plain_reading_is_the_measure_not_the_truth():
    judged = unchanged(case(expected="truth"), readings("wrong but steady", "wrong but steady"))
    assert judged.passed
    assert judged.edits == 0


@pytest.mark.parametrize(
    ("focus", "read", "passed"),
    [
        pytest.param("", "No. 7", True, id="all of it"),
        pytest.param("", "no. 7", False, id="a letter wrong"),
        pytest.param("0123456789", "xx 7", True, id="only digits matter"),
        pytest.param("0123456789", "No. 1", False, id="the digit is wrong"),
        pytest.param("0123456789", "N0. 7", False, id="one digit too many"),
    ],
)
def test_a_minimum_test_is_right_in_what_matters(focus, read, passed):
    assert right(case(expected="No. 7", focus=focus), readings("", read)).passed is passed


def test_the_allowance_never_falls_below_one_and_grows_with_the_text():
    allowed = [allowed_edits("x" * length) for length in range(60)]
    assert allowed[0] == 1
    assert allowed == sorted(allowed)
    assert allowed[-1] == 6


def test_edits_are_counted_against_what_was_expected():
    assert compare_to("abcd", "abd", allowed=0).edits == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"name": " "}, "has a name and a capability", id="no name"),
        pytest.param({"capability": ""}, "has a name and a capability", id="no capability"),
        pytest.param({"kind": "mft"}, "one of MFT, INV, DIR; received 'mft'", id="another kind"),
    ],
)
def test_a_behaviour_is_checked_at_birth(fields, message):
    usual = {"name": "n", "capability": "c", "kind": "MFT", "make": lambda a, b: [], "judge": right}
    with pytest.raises(InputError, match=message):
        Behaviour(**{**usual, **fields})


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="at least one picture"):
        Case(id="1", writer="w", images=())
    with pytest.raises(InputError, match=r"one centre per character; received 1 for 'ab'"):
        WrittenLine(image=PAPER, text="ab", writer="w", id="1", centres=(1.0,))
    with pytest.raises(InputError, match="limit=0"):
        load_written(0)
