"""Sentences: printable, varied, and with the marks that real lines have."""

from __future__ import annotations

import re

import numpy as np
import pytest

from text_recognizer.sources.grammar import fragment, sentence

SENTENCES = [sentence(np.random.default_rng(seed)) for seed in range(1500)]
FRAGMENTS = [fragment(np.random.default_rng(seed)) for seed in range(1500)]


@pytest.mark.parametrize("found", [SENTENCES, FRAGMENTS], ids=["sentences", "fragments"])
def test_texts_are_printable_ascii_on_one_line(found):
    assert all(text.strip() and all(" " <= c <= "~" for c in text) for text in found)
    assert not any("  " in text for text in found)


@pytest.mark.parametrize("found", [SENTENCES, FRAGMENTS], ids=["sentences", "fragments"])
def test_texts_differ(found):
    assert len(set(found)) > 0.9 * len(found)


def test_no_slot_of_a_note_is_left_open():
    assert not [text for text in SENTENCES if "{" in text or "}" in text]


def test_the_same_seed_gives_the_same_sentence():
    assert [sentence(np.random.default_rng(7)) for _ in range(2)] == [SENTENCES[7]] * 2


def test_sentences_start_with_a_capital_or_a_digit_or_a_quote():
    lower = [text for text in SENTENCES if re.match(r"[a-z]", text)]
    assert len(lower) < 0.03 * len(SENTENCES), "only the end of a letter starts small, as cc: does"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param(r"\?$", "questions are asked", id="question"),
        pytest.param(r"\"[A-Z][^\"]*\"", "people speak", id="speech"),
        pytest.param(r"\b(Mr|Mrs|Dr)\. [A-Z]", "names have titles", id="title"),
        pytest.param(r"\b[A-Z]\. [A-Z]", "names have initials", id="initial"),
        pytest.param(r"\b(17|18|19|20)\d\d\b", "years are written", id="year"),
        pytest.param(r"[,;] \w", "clauses are joined", id="joined"),
        pytest.param(r"'s ", "things belong to people", id="genitive"),
        pytest.param(r"\ban [aeiou]", "an stands before vowels", id="an"),
        pytest.param(r"\b(I'll|I'm|We're|you're)\b", "notes use short forms", id="short forms"),
        pytest.param(r"^(Can|Could|How|Why|Who|What|Did|Have) .*\?$", "notes ask", id="asking"),
        pytest.param(r"\w+n't\b", "verbs are negated", id="negation"),
    ],
)
def test_sentences_have(pattern, reason):
    assert any(re.search(pattern, text) for text in SENTENCES), reason


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^\(\d+\) \d+-\d{2,4}$", id="phone"),
        pytest.param(r"^\d{1,2}:\d\d$", id="time"),
        pytest.param(r"^\$[\d,]+(\.\d\d)?$", id="amount"),
        pytest.param(r"^\d{4}-\d\d-\d\d$", id="ISO date"),
        pytest.param(r"^\d+/\d+/\d{4}$", id="date with slashes"),
        pytest.param(r"^\d+ \S+ (Street|Road|Lane|St\.)", id="address"),
        pytest.param(r"^No\. \d+$", id="number"),
    ],
)
def test_fragments_have(pattern):
    assert any(re.search(pattern, text) for text in FRAGMENTS)
