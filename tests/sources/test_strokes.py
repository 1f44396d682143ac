"""Strokes beside the letters: each only adds ink, and lies where it belongs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.hands import PLAIN, install_fonts
from text_recognizer.sources.fonts import X_HEIGHT
from text_recognizer.sources.layout import lay_out
from text_recognizer.sources.strokes import add_strokes

BASELINE = 64


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    return install_fonts(tmp_path_factory.mktemp("data"))[0]


def strokes(family, text, seed=0, **changes):
    """The strokes alone, on an empty canvas, and the layout they belong to."""
    style = dataclasses.replace(PLAIN, **changes)
    rng = np.random.default_rng(seed)
    layout = lay_out(text, family, style, rng)
    canvas = np.zeros((120, layout.width), np.uint8)
    add_strokes(canvas, layout, style, rng, baseline=BASELINE)
    return canvas, layout


def test_a_plain_hand_adds_nothing(family):
    assert not strokes(family, "tin tin")[0].any()


def test_joins_fill_the_gap_between_letters_of_a_word_only(family):
    canvas, layout = strokes(family, "nn nn", joins=1.0, spacing=12.0)
    inked = canvas.max(axis=0) > 100
    first, second, third, _ = layout.letters
    assert inked[int(first.end) - 6 : int(second.pen) + 2].all()
    assert not inked[int(second.end) + 2 : int(third.pen)].any()
    rows = np.flatnonzero(canvas.max(axis=1))
    assert rows[0] >= BASELINE - X_HEIGHT
    assert rows[-1] <= BASELINE + 3


def test_a_bar_crosses_each_t_near_the_mean_line(family):
    canvas, layout = strokes(family, "tot", bars=1.0)
    first, _, last = layout.letters
    for letter in (first, last):
        middle = int((letter.pen + letter.end) / 2)
        assert canvas[:, middle - 1 : middle + 2].any()
    rows = np.flatnonzero(canvas.max(axis=1))
    assert rows[0] < BASELINE - 0.7 * X_HEIGHT
    assert rows[-1] < BASELINE


@pytest.mark.parametrize("seed", range(6))
def test_a_struck_word_is_crossed_from_end_to_end(seed, family):
    canvas, layout = strokes(family, "so it was", seed, strike=True)
    first, last = layout.struck
    inked = np.flatnonzero(canvas.max(axis=0) > 100)
    assert inked[0] < first + 12
    assert inked[-1] > last - 12
