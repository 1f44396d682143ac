"""Readings agree with themselves; confidence has one definition."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import (
    Box,
    CharacterSpan,
    EchoReader,
    PageReading,
    Reader,
    Reading,
)
from text_recognizer.core.errors import ImageError, InputError
from text_recognizer.core.readings import geometric_mean

PAPER = np.full((20, 30), 255, np.uint8)
BOX = Box(0, 0, 10, 5)


def spans(*confidences: float) -> list[CharacterSpan]:
    return [CharacterSpan("abcdefgh"[i], i, i + 1, c) for i, c in enumerate(confidences)]


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=8))
def test_reading_confidence_is_the_geometric_mean_of_its_characters(values):
    reading = Reading.from_characters(spans(*values))
    assert reading.confidence == pytest.approx(math.prod(values) ** (1 / len(values)), rel=1e-9)
    assert min(values) - 1e-12 <= reading.confidence <= max(values) + 1e-12


@given(st.lists(st.lists(st.floats(0.01, 1.0), max_size=5), min_size=1, max_size=5))
def test_page_confidence_is_the_geometric_mean_over_all_characters(lines):
    page = PageReading(
        tuple(Reading.from_characters(spans(*line)) for line in lines), (BOX,) * len(lines)
    )
    assert page.confidence == pytest.approx(geometric_mean([c for line in lines for c in line]))


@pytest.mark.parametrize(
    ("values", "weights", "mean"),
    [
        pytest.param([], None, 0.0, id="nothing read"),
        pytest.param([0.0, 1.0], None, 0.0, id="one impossible character"),
        pytest.param([0.0, 1.0], [0, 1], 1.0, id="which does not count without weight"),
        pytest.param([0.5], [0], 0.0, id="no weight at all"),
        pytest.param([1.0] * 7, None, 1.0, id="never above 1"),
    ],
)
def test_geometric_mean_at_the_edges(values, weights, mean):
    assert geometric_mean(values, weights) == mean


def test_geometric_mean_needs_a_weight_each():
    with pytest.raises(InputError, match="2 confidences and 1 weights"):
        geometric_mean([0.5, 0.5], [1])


def test_empty_readings_have_confidence_0():
    assert Reading.from_characters([]) == Reading("", 0.0)
    assert PageReading((), ()).confidence == 0.0
    assert PageReading((), ()).text == ""


@pytest.mark.parametrize(
    ("build", "words"),
    [
        pytest.param(lambda: Reading("a", 1.5), "0..1; received 1.5", id="percentage"),
        pytest.param(lambda: Reading("a", math.nan), "received nan", id="nan"),
        pytest.param(lambda: Reading("", 0.5), "confidence 0; received 0.5", id="empty, sure"),
        pytest.param(
            lambda: Reading("b", 0.5, tuple(spans(0.5))), "spans for 'a'", id="other text"
        ),
        pytest.param(lambda: CharacterSpan("ab", 0, 1, 0.5), "received 'ab'", id="two letters"),
        pytest.param(lambda: CharacterSpan("", 0, 1, 0.5), "received ''", id="no letter"),
        pytest.param(lambda: CharacterSpan("a", 2, 1, 0.5), "2 and 1", id="swapped ends"),
        pytest.param(lambda: CharacterSpan("a", 0, math.inf, 0.5), "inf", id="infinite end"),
        pytest.param(lambda: CharacterSpan("a", 0, 1, -0.1), "received -0.1", id="negative"),
        pytest.param(
            lambda: PageReading((Reading("a", 1.0),), ()), "1 lines and 0 boxes", id="no box"
        ),
        pytest.param(lambda: EchoReader("text"), r"pass \[text\]", id="echo of a bare str"),
        pytest.param(lambda: EchoReader(["a"], confidence=2), "received 2", id="echo too sure"),
    ],
)
def test_ranges_are_checked_at_birth(build, words):
    with pytest.raises(InputError, match=words):
        build()


def test_to_dict_survives_json():
    line = Reading.from_characters(
        [CharacterSpan("a", np.float32(0), np.float64(2), np.float32(0.5))], bundle="f00d"
    )
    page = PageReading((line, Reading("", 0.0)), (BOX, Box(0, 5, 10, 9)))
    stored = json.loads(json.dumps(page.to_dict()))
    assert stored["text"] == page.text == "a\n"
    assert stored["lines"][0]["box"] == [0, 0, 10, 5]
    assert stored["lines"][0]["bundle"] == "f00d"
    assert stored["lines"][0]["characters"] == [
        {"character": "a", "start": 0.0, "end": 2.0, "confidence": 0.5}
    ]


def test_echo_reader_is_a_reader_and_says_its_texts_in_turn():
    reader = EchoReader(["one", "two\nthree", ""], confidence=0.5)
    assert isinstance(reader, Reader)
    assert [r.text for r in reader.read_lines([PAPER])] == ["one"]
    page = reader.read(PAPER)
    assert [line.text for line in page.lines] == ["two", "three"]
    assert page.confidence == pytest.approx(0.5)
    assert page.boxes[0] == Box(0, 0, 30, 20)
    assert reader.read_lines([PAPER])[0].confidence == 0.0


def test_echo_reader_runs_dry_with_a_word():
    with pytest.raises(InputError, match="image 2 for 1 texts"):
        EchoReader(["a"]).read_lines([PAPER, PAPER])


def test_echo_reader_refuses_what_is_no_page():
    with pytest.raises(ImageError):
        EchoReader(["a"]).read(b"")
