"""Each check on values that keep it and values that break it."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.charset import Charset
from text_recognizer.data.expectations.checks import (
    CHECKS,
    is_transcription,
    keeps,
    verdicts,
)
from text_recognizer.data.expectations.rules import Rule, line_rules
from text_recognizer.data.expectations.table import line_table, read_rows
from text_recognizer.data.leaks import Record, find_leaks

pandas = pytest.importorskip("pandas")

TEXTS = [
    pytest.param("Half a dozen", True, id="plain"),
    pytest.param("salt & pepper; 5 #", True, id="ampersand, semicolon and hash of a writer"),
    pytest.param("R&D; later", True, id="looks like an entity but is none"),
    pytest.param("", False, id="empty"),
    pytest.param(" ", False, id="a space alone"),
    pytest.param("a line ", False, id="space at the end"),
    pytest.param("\ta line", False, id="a tab"),
    pytest.param("two\nlines", False, id="a control character inside"),
    pytest.param("caf\u00e9", False, id="outside the charset"),
    pytest.param("it\u2019s", False, id="a curly quote"),
    pytest.param("salt &amp; pepper", False, id="a named entity"),
    pytest.param("it&#39;s", False, id="a numbered entity"),
    pytest.param(None, False, id="no text"),
    pytest.param(7, False, id="a number"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_transcription_is_told(text, expected):
    assert is_transcription(text, Charset.english().characters) is expected


def check(kind, *columns, **settings):
    return list(CHECKS[kind](*(np.array(column) for column in columns), **settings))


def test_every_copy_of_a_value_breaks_uniqueness():
    assert check("unique", ["a", "b", "a"]) == [False, True, False]


def test_ends_of_a_range_belong_to_it():
    assert check("between", [1.0, 2.0, 2.1, np.nan], low=1, high=2) == [True, True, False, False]


def test_a_picture_must_decode_be_dark_on_light_and_have_some_ink():
    decodes = [True, False, True, True, True]
    dark = [True, True, False, True, True]
    ink = [0.1, np.nan, 0.1, 0.0, 0.9]
    found = check("picture", decodes, dark, ink, low=0.005, high=0.6)
    assert found == [True, False, False, False, False]


FITS = [
    pytest.param("abcd", 80.0, True, id="twenty columns a character"),
    pytest.param("abcd", 400.0, False, id="too wide: part of the text is missing"),
    pytest.param("abcd", 36.0, False, id="too narrow: part of the line is missing"),
    pytest.param("", 80.0, True, id="an empty text breaks another rule"),
    pytest.param("abcd", np.nan, True, id="a picture that does not decode breaks another"),
]


@pytest.mark.parametrize(("text", "width", "expected"), FITS)
def test_the_width_fits_the_text(text, width, expected):
    assert check("fit", [text], [width], low=10, high=50) == [expected]


def test_twins_need_a_frame_between_them():
    """Eight columns are two frames: enough for two letters, not for two equal ones (CTC)."""
    assert check("fit", ["ab", "aa"], [8.0, 8.0], low=1, high=50) == [True, False]


@pytest.mark.parametrize(
    ("broken", "rows", "mostly", "expected"),
    [
        (0, 0, 1.0, True),
        (1, 100, 1.0, False),
        (1, 100, 0.99, True),
        (2, 100, 0.99, False),
        (4, 4, 0.5, False),
    ],
)
def test_mostly(broken, rows, mostly, expected):
    assert keeps(broken, rows, mostly) is expected


def test_missing_values_are_not_asked():
    table = line_table(read_rows(["test"], limit=4))
    table.loc[0, "height"] = np.nan
    rule = Rule(
        name="h", kind="between", columns=("height",), settings={"low": 1, "high": 2}, mostly=0.5
    )
    [found] = verdicts([rule], table)
    assert (found.broken, found.rows, found.passed) == (3, 3, False)
    assert found.examples == tuple(table["id"][1:])


def test_leaks_of_writers_are_those_that_the_leak_check_finds():
    """The pipeline asks ``find_leaks``; the rules must not disagree."""
    rows = read_rows(["test"], limit=30)
    for splits in (["train"] * 30, ["train"] * 29 + ["val"]):
        table = line_table(rows).assign(split=splits)
        homes = table.groupby("writer")["split"].nunique()
        table["writer_splits"] = table["writer"].map(homes)
        [found] = verdicts([rule for rule in line_rules() if "writers" in rule.name], table)
        records = [
            Record(id=r.id, writer=r.writer, split=s, text=r.text, digest=r.id, look=0)
            for r, s in zip(rows, splits, strict=True)
        ]
        leaks = [leak for leak in find_leaks(records) if leak.startswith("writer")]
        assert found.passed is (not leaks)


def test_texts_are_sound_where_the_pipeline_finds_them_sound():
    """The pipeline's own check of texts, which knows nothing of entities."""
    from text_recognizer.pipeline.validate import _sound_text

    charset = Charset.english()
    for parameter in TEXTS:
        text, expected = parameter.values
        if isinstance(text, str) and "&" not in text and "\n" not in text:
            assert _sound_text({"text": text}, charset) is expected
