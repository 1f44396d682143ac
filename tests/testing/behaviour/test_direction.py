"""DIR behaviours: pictures change as they say, and each rule has readings that break it."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core import CharacterSpan, LineImage, Reading
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.behaviour import direction_tests, load_written, run_behaviours
from text_recognizer.testing.behaviour.cases import Case
from text_recognizer.testing.behaviour.direction import (
    both,
    erased_cases,
    half_cases,
    joined_cases,
    less_sure,
    within,
    without_word,
)

PAPER = LineImage(np.full((16, 60), 255, np.uint8))


def spelled(text, confidence=0.9):
    """Ten columns to a character."""
    spans = [CharacterSpan(c, 10 * k, 10 * k + 10, confidence) for k, c in enumerate(text)]
    return Reading.from_characters(spans)


def case(count=2, **fields):
    return Case(id="1", writer="w", images=(PAPER,) * count, **fields)


@pytest.fixture(scope="module")
def lines():
    return load_written(20)


def test_joined_lines_hold_both_pictures_and_a_gap(lines):
    found = joined_cases(lines, np.random.default_rng(0))
    assert len(found) == 10
    for each in found:
        first, second, joined = each.images
        assert joined.width == first.width + 29 + second.width
        assert np.array_equal(joined.pixels[:, : first.width], first.pixels)


def test_an_erased_word_leaves_the_rest_untouched(lines):
    texts = {line.id: line.text for line in lines}
    for each in erased_cases(lines, np.random.default_rng(0)):
        left, right = each.columns
        plain, erased = (image.pixels for image in each.images)
        assert len(np.unique(erased[:, left:right])) == 1
        assert np.array_equal(plain[:, :left], erased[:, :left])
        assert np.array_equal(plain[:, right:], erased[:, right:])
        assert len(texts[each.id]) - len(each.expected) - 1 >= 3


def test_half_a_line_is_its_start(lines):
    found = half_cases(lines, np.random.default_rng(0))
    texts = {line.id: line.text for line in lines}
    assert found
    for each in found:
        assert texts[each.id].startswith(each.expected + " ")
        assert each.images[1].width == each.columns[0] < each.images[0].width


@pytest.mark.parametrize(
    ("joined", "passed"),
    [
        pytest.param("one two", True, id="both"),
        pytest.param("onetwo", True, id="a space lost is one letter"),
        pytest.param("one", False, id="only the first"),
        pytest.param("two one", False, id="the other way round"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_joined_lines_read_as_both(joined, passed):
    readings = [spelled(text) for text in ("one", "two", joined)]
    assert both(case(3), readings).passed is passed


@pytest.mark.parametrize(
    ("read", "passed"),
    [
        pytest.param("a few men", True, id="the word is gone"),
        pytest.param("a few brave men", False, id="still there: a stale reading"),
        pytest.param("a men", False, id="another word went as well"),
        pytest.param("", False, id="everything went"),
    ],
)
def test_an_erased_word_is_gone_and_the_rest_stays(read, passed):
    judged = without_word(case(columns=(60, 120)), [spelled("a few brave men"), spelled(read)])
    assert judged.passed is passed
    assert judged.expected == "a few men"


def test_a_reader_without_spans_is_held_against_the_truth():
    judged = within(
        case(columns=(60, 120), expected="a few men"),
        [Reading("x", 0.5), Reading("a few men", 0.5)],
    )
    assert judged.passed


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [(0.8, 0.3, True), (0.8, 0.84, True), (0.8, 0.9, False)],
    ids=["surer before", "within the slack", "surer of the worse picture"],
)
def test_a_worse_picture_is_not_read_with_more_confidence(before, after, passed):
    readings = [spelled("abc", before), spelled("abc", after)]
    assert less_sure(case(), readings).passed is passed


def test_the_shipped_reader_knows_what_is_upside_down_and_joins_lines(lines):
    reader = TextRecognizer.load(backend="int8")
    wished = ("upside down", "joined lines", "grain")
    tests = [test for test in direction_tests() if test.capability in wished]
    rates = {r.behaviour.capability: r.rate for r in run_behaviours(reader, tests, lines).results}
    assert rates["upside down"] <= 0.1
    assert rates["grain"] <= 0.2
    assert rates["joined lines"] <= 0.4
