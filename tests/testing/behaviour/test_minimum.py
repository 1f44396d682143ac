"""MFT behaviours: cases are what they say, and blank paper reads as nothing."""

from __future__ import annotations

import string

import numpy as np
import pytest

from text_recognizer.core import EchoReader
from text_recognizer.core.errors import InputError
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.behaviour import load_written, run_behaviours
from text_recognizer.testing.behaviour.minimum import EMPTY, FOCUS, minimum_tests


@pytest.fixture(scope="module")
def lines():
    return load_written(120)


def cases(capability, lines, **settings):
    (test,) = minimum_tests([capability], **settings)
    return test.make(lines, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("word", "capabilities"),
    [
        pytest.param("1905", {"digits"}, id="a year"),
        pytest.param("AND", {"capitals"}, id="capitals"),
        pytest.param("well,", {"punctuation", "double letters"}, id="two at once"),
        pytest.param("the", {"common words"}, id="the commonest word"),
        pytest.param("questions", {"long words"}, id="nine letters"),
        pytest.param("cat", set(), id="of no kind"),
        pytest.param("1st", set(), id="not all digits"),
        pytest.param("...", set(), id="marks alone"),
    ],
)
def test_which_words_test_what(word, capabilities):
    assert {name for name, focus in FOCUS.items() if focus(word)} == capabilities


@pytest.mark.parametrize("capability", list(FOCUS))
def test_words_are_cut_out_with_their_text(capability, lines):
    found = cases(capability, lines, cases=5)
    assert 1 <= len(found) <= 5
    texts = {line.id: line.text for line in lines}
    for case in found:
        name, place = case.id.split(":")
        start, end = map(int, place.split("-"))
        assert texts[name][start:end] == case.expected
        assert case.images[0].width >= 12
        assert case.focus


def test_each_letter_has_its_words(lines):
    found = cases("letters", lines, cases=20)
    assert {case.focus for case in found} >= set(string.ascii_lowercase) - set("jqxz")
    assert all(case.focus in case.expected for case in found)


@pytest.mark.parametrize("capability", list(EMPTY))
def test_blank_paper_expects_nothing(capability, lines):
    found = cases(capability, lines)
    assert len(found) == 12
    assert {case.expected for case in found} == {""}
    assert len({case.images[0].pixels.tobytes() for case in found}) > 9


def test_the_shipped_reader_reads_nothing_on_an_empty_page():
    reader = TextRecognizer.load(backend="int8")
    for seed in range(3):
        report = run_behaviours(reader, minimum_tests(["empty page"]), [], seed=seed)
        assert report.results[0].failures == 0


def test_a_reader_that_sees_things_fails_on_all_of_it():
    report = run_behaviours(EchoReader(["I"] * 12), minimum_tests(["empty page"]), [])
    assert report.results[0].rate == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"capabilities": ["runes"]}, "received runes", id="unknown"),
        pytest.param({"cases": 0}, "received 0", id="no case"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InputError, match=message):
        minimum_tests(**arguments)
