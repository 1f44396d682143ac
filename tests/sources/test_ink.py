"""Ink before paper: where characters lie, how thick the pen is, that no two letters are equal."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hands import PLAIN, install_fonts
from text_recognizer.sources.fonts import X_HEIGHT
from text_recognizer.sources.ink import draw_ink
from text_recognizer.sources.style import draw_style


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    return install_fonts(tmp_path_factory.mktemp("data"))[0]


def draw(family, text, seed=0, **changes):
    style = dataclasses.replace(PLAIN, **changes)
    return draw_ink(text, family, style, np.random.default_rng(seed))


@given(
    seed=st.integers(0, 2**50),
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30),
)
def test_any_text_in_any_style_is_coverage_with_a_centre_per_character(seed, text, family):
    rng = np.random.default_rng(seed)
    line = draw_ink(text, family, draw_style(rng), rng)
    assert line.ink.dtype == np.float32
    assert 0 <= line.ink.min() <= line.ink.max() <= 1
    assert len(line.centres) == len(text)
    assert np.isfinite(line.centres).all()


def test_centres_lie_on_their_letters(family):
    line = draw(family, "iilli iil")
    columns = line.ink.max(axis=0)
    for character, centre in zip("iilli iil", line.centres, strict=True):
        near = columns[int(centre) - 2 : int(centre) + 3].max()
        assert (near > 0.5) == (character != " ")


def test_letters_stand_on_the_baseline(family):
    line = draw(family, "xnmxnm", jitter=0.0)
    rows = np.flatnonzero(line.ink.max(axis=1) > 0.5)
    assert abs(rows[-1] + 1 - line.baseline) <= 5
    assert abs(len(rows) - X_HEIGHT) <= 9


def test_two_letters_of_a_line_are_not_equal(family):
    line = draw(family, "n n", jitter=0.8)
    first, second = (
        line.ink[:, int(line.centres[i]) - 12 : int(line.centres[i]) + 12] for i in (0, 2)
    )
    assert np.abs(first - second).mean() > 0.01


@pytest.mark.parametrize(
    ("name", "small", "large", "measure"),
    [
        pytest.param("stroke", 1.5, 5.0, lambda line: line.ink.sum(), id="a wide pen inks more"),
        pytest.param("stretch", 0.8, 1.6, lambda line: line.centres[-1], id="stretched is longer"),
        pytest.param("spacing", 0.0, 8.0, lambda line: line.centres[-1], id="spaced is longer"),
        pytest.param("word_space", 8.0, 60.0, lambda line: line.centres[-1], id="wide spaces"),
        pytest.param("slope", 0.1, -0.1, lambda line: tilt(line), id="a slope tilts"),
        pytest.param("texture", 0.9, 0.0, lambda line: line.ink.sum(), id="texture takes ink"),
    ],
)
def test_a_setting_shows(name, small, large, measure, family):
    text = "nn nnnn nn nn"
    low, high = (measure(draw(family, text, **{name: value})) for value in (small, large))
    assert low < high


def tilt(line):
    """Rows that the right half of the ink lies below the left half."""
    rows = np.arange(line.ink.shape[0])[:, None]
    half = line.ink.shape[1] // 2
    parts = (line.ink[:, :half], line.ink[:, half:])
    left, right = (float((part * rows).sum() / part.sum()) for part in parts)
    return right - left


def test_slant_leans_to_the_right(family):
    line = draw(family, "llll", slant=0.5)
    top, bottom = (
        float((part * np.arange(part.shape[1])).sum() / part.sum())
        for part in (line.ink[: line.baseline - 24], line.ink[line.baseline - 10 : line.baseline])
    )
    assert top > bottom + 3


def test_the_zone_of_small_letters_is_scaled_and_ascenders_keep_their_length(family):
    tall, flat = (draw(family, "nlgn", x_height=factor).ink for factor in (1.0, 0.5))
    n = slice(0, int(draw(family, "nlgn").centres[0]) + 8)

    def extent(part):
        rows = np.flatnonzero(part.max(axis=1) > 0.4)
        return rows[0], rows[-1]

    assert extent(flat[:, n])[0] > extent(tall[:, n])[0] + 0.3 * X_HEIGHT
    assert abs(extent(flat[:, n])[1] - extent(tall[:, n])[1]) <= 2
    # The whole line loses what the small letters lost, and no more.
    lost = (extent(tall)[1] - extent(tall)[0]) - (extent(flat)[1] - extent(flat)[0])
    assert abs(lost - 0.5 * X_HEIGHT) <= 3


def test_a_struck_word_adds_ink_and_keeps_a_centre_per_character(family):
    plain, struck = draw(family, "nine letters"), draw(family, "nine letters", strike=True)
    assert struck.ink.sum() > 1.1 * plain.ink.sum()
    assert len(struck.centres) == len("nine letters")
