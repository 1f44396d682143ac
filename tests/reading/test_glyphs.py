"""Cutting lines into glyphs: on drawn blocks whose cuts are known, and on what may not crash it."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage, Sample
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.glyphs import (
    COLUMNS,
    ROWS,
    cut_glyphs,
    raster,
    segment,
)


def blocks(*columns: tuple[int, int], width: int = 60) -> np.ndarray:
    ink = np.zeros((48, width), np.float32)
    for left, right in columns:
        ink[14:34, left:right] = 1.0
    return ink


@pytest.mark.parametrize(
    ("columns", "pitch", "expected"),
    [
        pytest.param([(5, 15), (20, 30)], 10, [(5, 15), (20, 30)], id="white columns part glyphs"),
        pytest.param([(5, 18)], 10, [(5, 18)], id="a glyph may be wider than the pitch"),
        pytest.param([(10, 11)], 10, [(10, 11)], id="a thin one is a glyph"),
        pytest.param([(0, 60)], 100, [(0, 60)], id="ink up to both edges"),
        pytest.param([], 10, [], id="no ink"),
    ],
)
def test_a_line_is_cut_at_white_columns(
    columns: list[tuple[int, int]], pitch: float, expected: list[tuple[int, int]]
) -> None:
    assert segment(blocks(*columns), pitch) == expected


def test_a_wide_run_is_cut_where_the_ink_is_thin() -> None:
    ink = blocks((10, 40))
    ink[:, 27] = 0
    ink[30, 27] = 1.0  # a joining stroke, off the middle
    assert segment(ink, pitch=15.0) == [(10, 27), (27, 40)]


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(st.integers(0, 59), min_size=0, max_size=12),
    pitch=st.floats(1.0, 80.0),
)
def test_pieces_are_disjoint_ordered_and_cover_all_ink(edges: list[int], pitch: float) -> None:
    ink = blocks(*((edge, min(60, edge + 4)) for edge in edges))
    pieces = segment(ink, pitch)
    covered = np.zeros(60, bool)
    for left, right in pieces:
        assert 0 <= left < right <= 60
        assert not covered[left:right].any()
        covered[left:right] = True
    assert pieces == sorted(pieces)
    assert np.array_equal(covered, ink.max(axis=0) > 0)


def test_a_raster_ignores_the_pens_strength_and_keeps_place_and_width() -> None:
    ink = blocks((5, 25))
    full = raster(ink, (5, 25))
    assert full.shape == (ROWS * COLUMNS + 1,)
    assert full.dtype == np.float32
    assert np.allclose(full, raster(0.5 * ink, (5, 25)), atol=1e-5)
    assert np.linalg.norm(full[:-1]) == pytest.approx(1.0, abs=1e-5)
    assert full[-1] == pytest.approx(20 / 48)
    lower = np.roll(ink, 6, axis=0)
    assert np.linalg.norm(full - raster(lower, (5, 25))) > 0.5


def test_an_empty_piece_gives_a_finite_raster() -> None:
    assert np.isfinite(raster(np.zeros((48, 10), np.float32), (2, 7))).all()


def page(text: str, pitch: int = 30) -> tuple[Sample, list[float]]:
    """A line whose letters are bars of different heights, and where they stand."""
    pixels = np.full((60, pitch * len(text) + 20), 255, np.uint8)
    for place, letter in enumerate(text):
        if letter != " ":
            left = 10 + pitch * place
            pixels[10 : 20 + 6 * (ord(letter) - ord("a")), left : left + 14] = 0
    sample = Sample(LineImage(pixels), text, writer="w", id=text)
    return sample, [10 + pitch * place + 7.0 for place in range(len(text))]


def test_labelled_lines_give_one_glyph_per_letter_and_the_width_of_a_space() -> None:
    samples, centres = zip(*(page(text) for text in ("abc ab", "cab bca")), strict=True)
    glyphs = cut_glyphs(samples, centres, Preprocess())
    assert "".join(glyphs.labels) == "abcabcabbca"
    assert glyphs.rasters.shape == (11, ROWS * COLUMNS + 1)
    scale = glyphs.pitch / 14
    assert 16 * scale + 2 < glyphs.gap <= 46 * scale + 2, "between a gap and a space"


def test_touching_letters_are_cut_between_their_centres() -> None:
    sample, centres = page("ab", pitch=14)
    glyphs = cut_glyphs([sample], [centres], Preprocess())
    assert glyphs.labels.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("count", "centres", "words"),
    [
        pytest.param(2, [[1.0]], "2 lines and 1 lists", id="a list too few"),
        pytest.param(1, [[1.0]], "1 centres for 'ab'", id="a centre too few"),
        pytest.param(0, [], "no glyph was found in 0 lines", id="no lines"),
    ],
)
def test_what_does_not_pair_up_is_refused(
    count: int, centres: list[list[float]], words: str
) -> None:
    sample, _ = page("ab")
    with pytest.raises(InputError, match=words):
        cut_glyphs([sample] * count, centres, Preprocess())


def test_a_blank_line_gives_no_glyph() -> None:
    blank = Sample(LineImage(np.full((40, 90), 255, np.uint8)), "a", writer="w", id="1")
    with pytest.raises(InputError, match="no glyph was found in 1 lines"):
        cut_glyphs([blank], [[4.0]], Preprocess())


def test_a_sheet_has_a_row_for_each_character() -> None:
    samples, centres = zip(*(page(text) for text in ("aab", "ab")), strict=True)
    sheet = cut_glyphs(samples, centres, Preprocess()).sheet("abz", columns=4)
    assert sheet.shape == (3 * (ROWS + 2), 4 * (COLUMNS + 2))
    inked = [(sheet[k * (ROWS + 2) : (k + 1) * (ROWS + 2)] < 0.5).any() for k in range(3)]
    assert inked == [True, True, False]
