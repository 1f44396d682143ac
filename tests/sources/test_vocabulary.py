"""Word lists: what they may hold, and that frequency decides."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from text_recognizer.sources import vocabulary
from text_recognizer.sources.vocabulary import draw, lexicon

TAGS = ("NN", "NNS", "NNP", "JJ", "RB", "VB", "VBD", "VBG", "VBN", "VBZ")
LISTS = [name for name in vars(vocabulary) if name.isupper()]


@pytest.mark.parametrize("tag", TAGS)
def test_every_part_of_speech_has_words_with_a_rising_cumulative(tag):
    words, cumulative = lexicon()[tag]
    assert len(words) > 100
    assert np.all(np.diff(cumulative) > 0)
    assert cumulative[-1] == pytest.approx(1)


def test_words_are_printable_ascii_without_spaces():
    words = [word for table, _ in lexicon().values() for word in table]
    assert all(word and all("!" <= c <= "~" for c in word) for word in words)


@pytest.mark.parametrize("name", LISTS)
def test_closed_classes_are_printable_ascii(name):
    assert all(word == word.strip() and word.isascii() for word in getattr(vocabulary, name))


def test_frequent_words_come_more_often():
    rng = np.random.default_rng(0)
    counts = Counter(draw(rng, "NN") for _ in range(4000))
    words, cumulative = lexicon()["NN"]
    half = int(np.searchsorted(cumulative, 0.5))
    common = sum(counts[word] for word in words[: half + 1]) / 4000
    assert half < len(words) / 3, "frequencies are flattened, not flat"
    assert common == pytest.approx(0.5, abs=0.04)


def test_a_draw_at_the_very_end_of_the_scale_is_a_word():
    class Last:
        def random(self):
            return 1.0

    assert draw(Last(), "JJ") == lexicon()["JJ"][0][-1]
