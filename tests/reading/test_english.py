"""The English that ships: it knows English, loads at once, and mends what the frames leave open."""

from __future__ import annotations

import time

import numpy as np
import pytest

from text_recognizer.core import Charset
from text_recognizer.core.errors import ConfigError
from text_recognizer.reading.ctc import expand
from text_recognizer.reading.decode import greedy
from text_recognizer.reading.english import PATH, english, language_beam
from text_recognizer.sources.prose import passages

ENGLISH = Charset.english()


def lattice_of(text: str, doubts: dict[int, str], *, sure: float = 0.55) -> np.ndarray:
    """A (T, 96) lattice that spells ``text``, but takes another character at some places."""
    rows = []
    for place, each in enumerate(text):
        for _id in expand(ENGLISH.encode(each), blanks=0):
            row = np.full(96, 1e-6)
            row[_id] = 1 - sure if place in doubts else 0.99
            if place in doubts:
                row[ENGLISH.encode(doubts[place])[0]] = sure
            rows += [row, np.eye(96)[0] + 1e-6]
    lattice = np.array(rows)
    return np.log(lattice / lattice.sum(axis=1, keepdims=True))


def test_it_is_small_and_there_at_once():
    assert PATH.stat().st_size < 1_000_000
    english.cache_clear()
    start = time.process_time()
    english()
    assert time.process_time() - start < 0.3


def test_it_expects_held_out_prose():
    held_out = " ".join(passages("val")[:20])[:3000]
    assert english().bits_per_character(held_out) < 2.4
    assert english().bits_per_character(held_out[::-1]) > 3.0


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        pytest.param("the weather is fine", {1: "n"}, id="tne"),
        pytest.param("I would like to come", {4: "a"}, id="waald"),
        pytest.param("his brother came home", {5: "n"}, id="bnother"),
    ],
)
def test_what_the_frames_leave_open_is_settled_by_english(text, doubts):
    lattice = lattice_of(text, doubts)
    assert "".join(span.character for span in greedy(lattice, ENGLISH)) != text
    assert "".join(span.character for span in language_beam(lattice, ENGLISH)) == text


def test_what_the_frames_are_sure_of_stays():
    text = "Xq7 zzkw, 1905"
    spans = language_beam(lattice_of(text, {}), ENGLISH)
    assert "".join(span.character for span in spans) == text


def test_another_charset_is_refused():
    with pytest.raises(ConfigError, match="received a charset of 2"):
        language_beam(np.zeros((0, 3)), Charset("ab"))
