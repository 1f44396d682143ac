"""Charset: ids, text and what lies outside."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import Charset
from text_recognizer.core.errors import CharsetError

ENGLISH = Charset.english()
FRENCH = Charset(string.ascii_letters + " éàç'")


def test_english_is_printable_ascii_with_the_blank_first():
    assert len(ENGLISH) == 96
    assert ENGLISH.characters == "".join(sorted(string.printable.strip() + " "))
    assert ENGLISH.encode(" ") == [1]
    assert ENGLISH.encode("~") == [95]


@pytest.mark.parametrize(
    ("characters", "words"),
    [
        pytest.param("", "non-empty", id="empty: no output but the blank"),
        pytest.param("aba", r"repeated: \['a'\]", id="repeated: ids would be ambiguous"),
        pytest.param("a\n", r"'\\n' \(U\+000A\), a control", id="newline: a line has none"),
        pytest.param("e\u0301", "combining mark", id="combining mark: two ids for one letter"),
        pytest.param("\ud800", "surrogate", id="surrogate: cannot be hashed or stored"),
        pytest.param(None, "received None", id="not a string"),
        pytest.param(b"ab", "received b'ab'", id="bytes instead of str"),
    ],
)
def test_refuses_ill_formed_charsets(characters, words):
    with pytest.raises(CharsetError, match=words):
        Charset(characters)


def test_digest_depends_on_order_only_through_the_characters():
    assert Charset("ab").digest == Charset("ab").digest
    assert Charset("ab").digest != Charset("ba").digest
    assert Charset("ab") == Charset("ab")
    assert hash(Charset("ab")) == hash(Charset("ab"))


@given(st.text(alphabet=ENGLISH.characters))
def test_decode_inverts_encode(text):
    ids = ENGLISH.encode(text)
    assert 0 not in ids
    assert ENGLISH.decode(ids) == text
    assert ENGLISH.decode(np.array(ids, dtype=np.int64)) == text


@given(st.lists(st.integers(0, 95)))
def test_decode_skips_blanks_and_does_not_collapse(ids):
    assert ENGLISH.encode(ENGLISH.decode(ids)) == [each for each in ids if each]


def test_encode_lists_every_missing_character_and_the_cure():
    with pytest.raises(CharsetError, match=r"'é' \(U\+00E9\), '日' \(U\+65E5\).*normalize"):
        ENGLISH.encode("日é日")


def test_encode_shortens_a_long_list():
    with pytest.raises(CharsetError, match="and 10 more"):
        ENGLISH.encode("".join(chr(0x4E00 + i) for i in range(30)))


@pytest.mark.parametrize("ids", [[96], [-1], [1.0], ["1"], [None]], ids=repr)
def test_decode_refuses_what_is_no_id(ids):
    with pytest.raises(CharsetError, match=r"0\.\.95; received .* at position 0"):
        ENGLISH.decode(ids)


@pytest.mark.parametrize("method", ["encode", "normalize"])
@pytest.mark.parametrize("value", [None, b"abc", 3], ids=repr)
def test_methods_refuse_what_is_no_text(method, value):
    with pytest.raises(CharsetError, match="takes a str"):
        getattr(ENGLISH, method)(value)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("\u201cHi\u201d \u2018there\u2019", "\"Hi\" 'there'", id="curly quotes"),
        pytest.param("a \u2013 b \u2014 c", "a - b - c", id="dashes"),
        pytest.param("wait…", "wait...", id="ellipsis"),
        pytest.param("café Ångström", "cafe Angstrom", id="accents, composed"),
        pytest.param("cafe\u0301", "cafe", id="accents, decomposed"),
        pytest.param("ﬁne", "fine", id="ligature"),
        pytest.param("Straße œuvre łódź", "Strasse oeuvre lodz", id="letters without accents"),
        pytest.param("½ ² №", "1/2 2 No", id="compatibility forms"),
        pytest.param("a\t\n  b\u00a0c", "a b c", id="white space is one space"),
        pytest.param("  x  ", "x", id="ends stripped"),
        pytest.param("日本 ok 🙂", "ok", id="others dropped"),
        pytest.param("", "", id="empty"),
        pytest.param("\ud800x", "x", id="lone surrogate"),
        pytest.param("a\u200bb\x00c", "abc", id="zero-width and control characters"),
    ],
)
def test_normalize_finds_the_plain_equivalent(text, plain):
    assert ENGLISH.normalize(text) == plain


def test_normalize_keeps_what_the_charset_knows():
    assert FRENCH.normalize("Été à la plage…, garçon!") == "Eté à la plage garçon"


def test_normalize_without_a_space_drops_it():
    assert Charset("ab").normalize("a b") == "ab"


@given(st.text())
def test_normalize_gives_text_within_the_charset_and_settles(text):
    for charset in (ENGLISH, FRENCH, Charset("ab…")):
        plain = charset.normalize(text)
        assert charset.covers(plain)
        assert charset.normalize(plain) == plain
        assert charset.decode(charset.encode(plain)) == plain


@given(st.text(alphabet=string.ascii_letters + string.digits + string.punctuation + " "))
def test_normalize_changes_only_the_spaces_of_plain_text(text):
    assert ENGLISH.normalize(text) == " ".join(text.split())
