"""Arrays of every type: what their numbers mean, and which are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from text_recognizer.core.errors import ImageError
from text_recognizer.core.levels import array_to_grey, check_size

LEVELS = np.arange(256, dtype=np.uint8).reshape(16, 16)


@pytest.mark.parametrize(
    ("array", "grey"),
    [
        pytest.param(LEVELS, LEVELS, id="uint8"),
        pytest.param(LEVELS > 127, np.where(LEVELS > 127, 255, 0), id="bool: True is white"),
        pytest.param(LEVELS.astype(np.uint16) * 257, LEVELS, id="uint16 fills 0..65535"),
        pytest.param(np.array([[128, 129]], np.uint16), np.array([[0, 1]]), id="uint16 rounds"),
        pytest.param(LEVELS.astype(np.int32), LEVELS, id="int32 in 0..255"),
        pytest.param(LEVELS.astype(np.int64) * 257, LEVELS, id="int64 in 0..65535"),
        pytest.param(LEVELS.astype(np.uint64), LEVELS, id="uint64"),
        pytest.param(LEVELS / 255.0, LEVELS, id="float64 in 0..1"),
        pytest.param((LEVELS / 255.0).astype(np.float32), LEVELS, id="float32 in 0..1"),
        pytest.param((LEVELS / 255.0).astype(np.float16), LEVELS, id="float16 in 0..1"),
        pytest.param(LEVELS.astype(np.float64), LEVELS, id="float in 0..255"),
        pytest.param(LEVELS[:, :, None], LEVELS, id="one channel"),
        pytest.param(np.stack([LEVELS] * 3, axis=2), LEVELS, id="grey as RGB"),
        pytest.param(LEVELS[::-1], LEVELS[::-1], id="negative strides"),
        pytest.param(np.asfortranarray(LEVELS), LEVELS, id="columns first in memory"),
        pytest.param(LEVELS.astype(">u2") * 257, LEVELS, id="the other byte order"),
        pytest.param(np.full((2, 2), 1.0000001), np.full((2, 2), 255), id="overshoot above 1"),
        pytest.param(np.array([[-1e-7, 1]]), np.array([[0, 255]]), id="undershoot below 0"),
        pytest.param(np.zeros((1, 1)), np.zeros((1, 1)), id="1x1"),
    ],
)
def test_meaning_of_the_numbers(array, grey):
    result = array_to_grey(array)
    assert result.dtype == np.uint8
    assert np.abs(result.astype(int) - grey.astype(int)).max() <= (array.dtype == np.float16)
    assert not np.shares_memory(result, array)
    assert result.flags.c_contiguous


def test_alpha_is_laid_on_white():
    array = np.zeros((1, 3, 4), np.uint8)
    array[0, :, 3] = [0, 128, 255]
    assert array_to_grey(array).tolist() == [[255, 127, 0]]
    assert array_to_grey(array / 255.0).tolist() == [[255, 127, 0]]


def test_colour_is_mixed_in_strips_without_a_seam(monkeypatch):
    colours = np.random.default_rng(0).integers(0, 256, (37, 11, 4), dtype=np.uint8)
    whole = array_to_grey(colours)
    monkeypatch.setattr("text_recognizer.core.levels._STRIP", 50)
    assert np.array_equal(array_to_grey(colours), whole)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        pytest.param(np.zeros((0, 5)), "at least one pixel; the array is 5x0", id="no rows"),
        pytest.param(np.zeros((5, 0)), "0x5", id="no columns"),
        pytest.param(np.zeros(5), r"received shape \(5,\)", id="one axis"),
        pytest.param(np.float64(3), r"received shape \(\)", id="no axis"),
        pytest.param(np.zeros((1, 1, 5, 5)), r"\(1, 1, 5, 5\); drop the batch", id="batch"),
        pytest.param(np.zeros((3, 50, 60)), "move the channels last", id="channels first"),
        pytest.param(np.zeros((5, 5, 2)), r"\(5, 5, 2\)", id="two channels"),
        pytest.param(np.array([[np.nan, 0.5]]), "1 that are not, the first nan", id="NaN"),
        pytest.param(np.array([[np.inf, 0.5]]), "first inf", id="inf"),
        pytest.param(np.array([[-np.inf, 0.5]]), "first -inf", id="-inf"),
        pytest.param(np.array([[-1.0, 1.0]]), "received -1 to 1", id="normalised to -1..1"),
        pytest.param(np.array([[0.0, 300.0]]), "0 to 300", id="float above 255"),
        pytest.param(np.array([[-5, 5]]), "-5 to 5", id="negative integer"),
        pytest.param(np.array([[0, 70_000]]), "0 to 70000", id="more than 16 bits"),
        pytest.param(np.array([[None, 1]]), "dtype object", id="object"),
        pytest.param(np.array([["a"]]), "dtype <U1", id="text"),
        pytest.param(np.array([[1j]]), "dtype complex128", id="complex"),
        pytest.param(np.zeros((1, 1), "M8[s]"), "dtype datetime64", id="dates"),
    ],
)
def test_refuses_what_is_no_image(array, words):
    with pytest.raises(ImageError, match=words):
        array_to_grey(np.asarray(array))


def test_a_huge_array_is_refused_before_anything_is_computed():
    huge = np.broadcast_to(np.uint8(0), (30_000, 30_000))  # one byte of memory
    with pytest.raises(ImageError, match="900,000,000 pixels; scale it down"):
        array_to_grey(huge)


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (-1, 5), (64_000_001, 1)], ids=str)
def test_check_size(size):
    with pytest.raises(ImageError, match="the thing"):
        check_size(*size, "the thing")


def check_message(error: ImageError) -> None:
    """Rule, value and cure are parted by semicolons."""
    assert ";" in str(error)


SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)


@given(hnp.arrays(hnp.scalar_dtypes(), SHAPES))
def test_any_array_gives_grey_or_a_typed_error(array):
    try:
        grey = array_to_grey(array)
    except ImageError as error:
        check_message(error)
    else:
        assert grey.shape == array.shape[:2]
        assert grey.dtype == np.uint8


@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(0, 1)))
def test_order_of_grey_levels_is_kept(array):
    grey = array_to_grey(array).astype(int)
    order = np.argsort(array, axis=None)
    assert (np.diff(grey.ravel()[order]) >= 0).all()
