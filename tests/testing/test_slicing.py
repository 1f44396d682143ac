"""Slices: who and what is read badly, with intervals; what they count adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import EchoReader
from text_recognizer.core.charset import Charset
from text_recognizer.core.scores import ErrorCounts
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.slicing import (
    CLASSES,
    class_of,
    count_classes,
    slice_report,
    slice_table,
)

PAPER = np.full((16, 40), 255, np.uint8)
CHARACTERS = Charset.english().characters
TEXT = st.text(alphabet="aB7 .", max_size=10)


def evaluation(pairs, slants=None):
    """Lines by ``(writer, written, read)``."""
    items = [
        LabelledItem(PAPER, text, kind="line", writer=writer, id=str(k))
        for k, (writer, text, _) in enumerate(pairs)
    ]
    angles = iter(slants or [])
    features = {"slant": lambda _: next(angles)} if slants else None
    reader = EchoReader([read for *_, read in pairs])
    return evaluate(reader, items, features=features)["line"]


def test_every_character_of_the_charset_is_in_exactly_one_class():
    for character in CHARACTERS:
        assert sum(bool(has(character)) for has in CLASSES.values()) == 1, character


@pytest.mark.parametrize(
    ("written", "read", "name", "counts"),
    [
        pytest.param("No 71", "No 77", "digits", (1, 2), id="one digit for another"),
        pytest.param("No 71", "No 7l", "digits", (1, 2), id="a digit read as a letter"),
        pytest.param("No 71", "No 7l", "small letters", (0, 1), id="which no letter pays for"),
        pytest.param("end.", "end", "punctuation", (1, 1), id="a lost full stop"),
        pytest.param("end", "end.", "punctuation", (1, 0), id="one too many, of its own class"),
        pytest.param("ab cd", "abcd", "spaces", (1, 1), id="joined words"),
    ],
)
def test_errors_go_to_the_class_of_what_is_written(written, read, name, counts):
    assert count_classes(written, read)[name] == counts


@given(TEXT, TEXT)
def test_the_classes_add_up_to_all_errors(written, read):
    total = ErrorCounts.compare(written, read)
    errors, characters = np.sum(list(count_classes(written, read).values()), axis=0)
    assert (errors, characters) == (total.errors, total.characters)


def test_a_character_of_no_class_counts_as_punctuation():
    assert class_of("\u4f60") == "punctuation"


def test_slices_of_each_group_add_up():
    pairs = [("w1", "Dear Sir, 7", "Dear Sir 1"), ("w2", "x" * 30, "x" * 29), ("w2", "a", "a")]
    found = slice_report(evaluation(pairs, slants=[-9.0, 0.0, 30.0]))
    groups = {each.group for each in found}
    assert groups == {"writer", "slant", "length", "characters"}
    for group in groups:
        parts = [each for each in found if each.group == group]
        assert sum(each.errors for each in parts) == 3
        assert sum(each.characters for each in parts) == 42


def test_intervals_resample_writers_or_the_images_of_one_writer():
    pairs = [(f"w{k % 4}", "abcd", "abcd" if k % 3 else "abxx") for k in range(24)]
    found = slice_report(evaluation(pairs))
    assert all(
        each.interval and each.interval.low <= each.cer <= each.interval.high for each in found
    )
    assert any(each.interval.low < each.cer < each.interval.high for each in found)
    assert [each.writers for each in found if each.group == "writer"] == [1] * 4
    (lonely,) = slice_report(evaluation([("w", "", ""), ("w", "ab", "ab")]))[:1]
    assert lonely.interval is None
    assert lonely.images == 1


def test_of_many_writers_the_ends_and_the_middle_are_named():
    pairs = [(f"w{k}", "x" * 10, "x" * (10 - k)) for k in range(9)]
    names = [each.name for each in slice_report(evaluation(pairs)) if each.group == "writer"]
    assert names == ["w0", "w1", "w4", "w7", "w8"]


def test_without_a_measured_slant_there_is_no_such_slice():
    assert "slant" not in {each.group for each in slice_report(evaluation([("w", "a", "a")]))}


def test_as_json_and_as_a_table():
    found = slice_report(evaluation([("w1", "No 7", "No 1"), ("w2", "Ox 8", "Ox 8")]))
    digits = next(each for each in found if each.name == "digits")
    assert digits.to_dict() == {
        "group": "characters",
        "name": "digits",
        "images": 2,
        "writers": 2,
        "characters": 2,
        "cer": 0.5,
        "low": 0.0,
        "high": 1.0,
    }
    lines = slice_table(found).splitlines()
    assert len(lines) == len(found) + 1
    assert lines[0].split()[:2] == ["by", "slice"]
    assert any("digits" in line and "0.500  0.000 to 1.000" in line for line in lines)
