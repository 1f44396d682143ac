"""The character n-gram: a proper distribution, learns, stores, and refuses to cheat."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core import Charset
from text_recognizer.core.errors import CharsetError, ConfigError, InputError, ParseError
from text_recognizer.reading.decode import beam
from text_recognizer.reading.language import CharacterLanguage

AB = Charset("ab ")
ENGLISH = Charset.english()
LINES = [
    "the cat sat on the mat with the other cats",
    "that is the thing they thought about then",
    "there was nothing in the house but the mouse",
]


@settings(max_examples=40)
@given(
    st.lists(st.text(alphabet="ab ", min_size=1, max_size=20), min_size=1, max_size=5),
    st.integers(1, 5),
    st.lists(st.integers(1, 3), max_size=6),
)
def test_every_row_is_a_distribution(texts, order, context):
    if not any(text.strip() for text in texts):
        texts = ["a"]
    model = CharacterLanguage.train(texts, AB, order=order)
    row = model.log_probs(context)
    assert row.shape == (4,)
    assert row[0] == 0.0
    assert np.exp(row[1:]).sum() == pytest.approx(1.0, abs=1e-12)
    assert np.isfinite(row).all()


def witten_bell(text: str, context: str, character: str, letters: int) -> float:
    """The recursion of the paper, counted by hand in one text (contexts within the text)."""
    follow = Counter(
        text[i + len(context)]
        for i in range(len(text) - len(context))
        if text[i : i + len(context)] == context
    )
    lower = witten_bell(text, context[1:], character, letters) if context else 1 / letters
    total, kinds = sum(follow.values()), len(follow)
    return (follow[character] + kinds * lower) / (total + kinds) if total else lower


@pytest.mark.parametrize("context", ["", "a", "b", "ab", "ba"])
def test_agrees_with_the_recursion_of_the_paper(context):
    text = "abbab aab bab"
    model = CharacterLanguage.train([text], AB, order=len(context) + 1)
    row = np.exp(model.log_probs(AB.encode(context)))
    for character in "ab ":
        expected = witten_bell(text, context, character, 3)
        assert row[AB.encode(character)[0]] == pytest.approx(expected, abs=1e-12)


def test_the_start_of_a_line_is_a_context_of_its_own():
    model = CharacterLanguage.train(["ab", "ab", "ab"], AB, order=3)
    start, after = np.exp(model.log_probs([])), np.exp(model.log_probs(AB.encode("b")))
    assert start[AB.encode("a")[0]] > 0.8 > after[AB.encode("a")[0]]


def test_longer_contexts_predict_familiar_text_better():
    bits = [
        CharacterLanguage.train(LINES, ENGLISH, order=order).bits_per_character("the house")
        for order in (1, 2, 3, 5)
    ]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] < math.log2(95)


def test_familiar_text_is_cheaper_than_noise():
    model = CharacterLanguage.train(LINES, ENGLISH)
    assert model.bits_per_character("the cat") < 3 < model.bits_per_character("xq#Zv~")


def test_rows_are_cached_and_read_only():
    model = CharacterLanguage.train(LINES, ENGLISH)
    row = model.log_probs(ENGLISH.encode("th"))
    assert model.log_probs(ENGLISH.encode("th")) is row
    with pytest.raises(ValueError, match="read-only"):
        row[1] = 0


def test_only_the_last_characters_count():
    model = CharacterLanguage.train(LINES, ENGLISH, order=3)
    assert np.array_equal(
        model.log_probs(ENGLISH.encode("xxxxth")), model.log_probs(ENGLISH.encode("th"))
    )


def test_rare_ngrams_can_be_dropped(tmp_path):
    whole = CharacterLanguage.train(LINES, ENGLISH).save(tmp_path / "whole")
    pruned = CharacterLanguage.train(LINES, ENGLISH, minimum=2).save(tmp_path / "pruned")
    assert pruned.stat().st_size < whole.stat().st_size
    row = np.exp(CharacterLanguage.load(pruned).log_probs(ENGLISH.encode("the ")))
    assert row[1:].sum() == pytest.approx(1.0)


def test_save_and_load_agree(tmp_path):
    model = CharacterLanguage.train(LINES, ENGLISH, order=4)
    path = model.save(tmp_path / "english")
    assert path.name == "english.npz"
    again = CharacterLanguage.load(path)
    assert (again.charset, again.order) == (model.charset, 4)
    for text in ("", "t", "th", "the cat", "zzz"):
        ids = ENGLISH.encode(text)
        assert np.array_equal(again.log_probs(ids), model.log_probs(ids))


def test_texts_are_normalised_to_the_charset():
    one = CharacterLanguage.train(["“café”"], ENGLISH, order=2)
    two = CharacterLanguage.train(['"cafe"'], ENGLISH, order=2)
    assert one.bits_per_character('"cafe"') == two.bits_per_character('"cafe"')


def test_works_in_the_beam_search():
    model = CharacterLanguage.train(LINES * 5, ENGLISH)
    path = ENGLISH.encode("tke")
    lattice = np.full((3, 96), math.log(1e-4))
    lattice[np.arange(3), path] = math.log(0.5)
    lattice[1, ENGLISH.encode("h")[0]] = math.log(0.45)
    lattice -= np.logaddexp.reduce(lattice, axis=1, keepdims=True)
    assert "".join(s.character for s in beam(lattice, ENGLISH)) == "tke"
    assert "".join(s.character for s in beam(lattice, ENGLISH, language=model)) == "the"


# ---------------------------------------------------------------- refusals


def test_refuses_texts_it_will_be_judged_on():
    judged = ["He will be there for a week, at home."]
    with pytest.raises(InputError, match="'he will be there for a'; remove it"):
        CharacterLanguage.train(["and HE WILL be there for a day"], ENGLISH, forbidden=judged)
    CharacterLanguage.train(["he will be here for a week"], ENGLISH, forbidden=judged)


@pytest.mark.parametrize(
    ("texts", "options", "error", "words"),
    [
        pytest.param([], {}, InputError, "received none", id="no text"),
        pytest.param(["日本"], {}, InputError, "received none", id="nothing within the charset"),
        pytest.param(["a"], {"order": 0}, ConfigError, "received 0", id="order 0"),
        pytest.param(["a"], {"order": 9}, ConfigError, "received 9", id="order 9"),
        pytest.param(["a"], {"order": 2.0}, ConfigError, "received 2.0", id="order as float"),
        pytest.param(["a"], {"minimum": 0}, ConfigError, "received 0", id="minimum 0"),
    ],
)
def test_refuses_to_train(texts, options, error, words):
    with pytest.raises(error, match=words):
        CharacterLanguage.train(texts, ENGLISH, **options)


def test_a_huge_charset_lowers_the_order():
    wide = Charset("".join(chr(0x4E00 + i) for i in range(5000)))
    with pytest.raises(ConfigError, match="exceed 64 bits"):
        CharacterLanguage.train(["一"], wide, order=8)


def test_bits_need_text_within_the_charset():
    model = CharacterLanguage.train(["ab"], AB)
    with pytest.raises(InputError, match="received ''"):
        model.bits_per_character("")
    with pytest.raises(CharsetError):
        model.bits_per_character("x")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"text"], ids=repr)
def test_refuses_damaged_files(tmp_path, content):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ParseError, match=r"model\.npz.*train and save it again"):
        CharacterLanguage.load(path)


def test_refuses_missing_truncated_and_foreign_files(tmp_path):
    with pytest.raises(ParseError, match="FileNotFoundError"):
        CharacterLanguage.load(tmp_path / "none.npz")
    path = CharacterLanguage.train(LINES, ENGLISH).save(tmp_path / "m")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ParseError):
        CharacterLanguage.load(path)
    np.savez(tmp_path / "foreign.npz", meta=np.array('{"format": 99}'))
    with pytest.raises(ParseError, match="format 99, not 1"):
        CharacterLanguage.load(tmp_path / "foreign.npz")
    np.savez(tmp_path / "empty.npz", other=np.zeros(3))
    with pytest.raises(ParseError, match="KeyError"):
        CharacterLanguage.load(tmp_path / "empty.npz")
