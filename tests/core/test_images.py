"""The image nouns: what they accept, and that nobody can change them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import Box, LineImage, PageImage, Sample
from text_recognizer.core.errors import ImageError, InputError

PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.mark.parametrize("noun", [LineImage, PageImage])
class TestBothNouns:
    def test_size_and_repr(self, noun):
        image = noun(PIXELS)
        assert (image.height, image.width) == (3, 4)
        assert repr(image) == f"{noun.__name__}(height=3, width=4)"

    def test_pixels_are_a_read_only_copy(self, noun):
        source = PIXELS.copy()
        image = noun(source)
        source[:] = 99
        assert np.array_equal(image.pixels, PIXELS)
        with pytest.raises(ValueError, match="read-only"):
            image.pixels[0, 0] = 1
        with pytest.raises(dataclasses.FrozenInstanceError):
            image.pixels = PIXELS

    def test_a_read_only_view_of_a_writeable_array_is_copied(self, noun):
        source = PIXELS.copy()
        view = source[:]
        view.setflags(write=False)
        image = noun(view)
        source[:] = 99
        assert np.array_equal(image.pixels, PIXELS)

    def test_pillow_and_back(self, noun):
        assert np.array_equal(noun.open(noun(PIXELS).to_pil()).pixels, PIXELS)

    def test_open_returns_the_same_noun_unchanged(self, noun):
        image = noun(PIXELS)
        assert noun.open(image) is image

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            pytest.param(PIXELS / 255.0, "received an array of float64", id="float"),
            pytest.param(PIXELS[None], r"shape \(1, 3, 4\)", id="three axes"),
            pytest.param(PIXELS[:0], r"received shape \(0, 4\)", id="empty"),
            pytest.param([[0]], r"received list; use .*\.open", id="list"),
            pytest.param("a.png", "received str", id="path: open is meant"),
        ],
    )
    def test_refuses_other_pixels(self, noun, value, words):
        with pytest.raises(ImageError, match=words):
            noun(value)


def test_nouns_convert_into_each_other():
    assert isinstance(LineImage.open(PageImage(PIXELS)), LineImage)
    assert np.array_equal(PageImage.open(LineImage(PIXELS)).pixels, PIXELS)


def test_crop_cuts_and_shares_memory():
    page = PageImage(PIXELS)
    line = page.crop(Box(1, 0, 3, 2))
    assert line.pixels.tolist() == [[1, 2], [5, 6]]
    assert np.shares_memory(line.pixels, page.pixels)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        pytest.param(Box(0, 0, 5, 3), r"page of 4x3 px .*right=5.*clip", id="too wide"),
        pytest.param(Box(0, 0, 4, 4), "bottom=4", id="too high"),
        pytest.param((0, 0, 1, 1), r"received \(0, 0, 1, 1\) \(tuple\)", id="a tuple"),
    ],
)
def test_crop_refuses_what_is_not_on_the_page(box, words):
    with pytest.raises(InputError, match=words):
        PageImage(PIXELS).crop(box)


@given(st.integers(0, 3), st.integers(0, 2), st.integers(1, 4), st.integers(1, 3))
def test_crop_is_slicing(left, top, width, height):
    box = Box(left, top, min(4, left + width), min(3, top + height))
    expected = PIXELS[box.top : box.bottom, box.left : box.right]
    assert np.array_equal(PageImage(PIXELS).crop(box).pixels, expected)


@pytest.mark.parametrize(
    "sides",
    [(0, 0, 0, 5), (0, 0, 5, 0), (-1, 0, 5, 5), (0, -1, 5, 5), (5, 0, 4, 5), (0, 5, 5, 4)],
    ids=str,
)
def test_box_refuses_empty_and_negative(sides):
    with pytest.raises(InputError, match=r"received \("):
        Box(*sides)


def test_box_takes_whole_pixels_only():
    assert Box(*np.array([0, 1, 2, 3])).to_tuple() == (0, 1, 2, 3)
    assert all(type(side) is int for side in Box(*np.array([0, 1, 2, 3])).to_tuple())
    with pytest.raises(InputError, match=r"left=0\.5 \(float\)"):
        Box(0.5, 0, 1, 1)


def test_box_measures():
    assert (Box(1, 2, 5, 9).width, Box(1, 2, 5, 9).height) == (4, 7)
    assert Box(1, 2, 5, 9) == Box(1, 2, 5, 9)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"image": PIXELS}, "received ndarray", id="bare pixels"),
        pytest.param({"text": None}, "text must be a str; received None", id="no text"),
        pytest.param({"writer": 7}, r"writer must be a str; received 7 \(int\)", id="number"),
    ],
)
def test_sample_checks_its_fields(fields, words):
    good = {"image": LineImage(PIXELS), "text": "a", "writer": "w", "id": "1"}
    assert Sample(**good).id == "1"
    with pytest.raises(InputError, match=words):
        Sample(**{**good, **fields})
