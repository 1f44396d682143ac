"""Distortions: ink stays ink, columns go where the mapping says, the text stays readable."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core.errors import ConfigError
from text_recognizer.data.augment import Augment, augment

STILL = Augment(stretch=0, scale=0, slant=0, shift=0, bend=0, chance=0)
MOVES = Augment(bend=0, chance=0)


def stroke(column, width=300):
    pixels = np.zeros((48, width), np.float32)
    pixels[12:36, column : column + 3] = 1
    return pixels


def middle(pixels):
    """Column of the middle of the ink at half the height."""
    ink = pixels[22:26].sum(axis=0)
    return float((ink * (np.arange(len(ink)))).sum() / ink.sum())


@given(seed=st.integers(0, 2**50), width=st.integers(1, 900), strong=st.booleans())
def test_any_line_stays_ink_of_its_height(seed, width, strong):
    rng = np.random.default_rng(seed)
    pixels = (rng.random((48, width)) < 0.2).astype(np.float32)
    strength = Augment(stretch=0.5, scale=0.5, slant=0.6, bend=4.0, chance=1) if strong else None
    line, (scale, offset) = augment(pixels, rng, strength or Augment())
    assert line.dtype == np.float32
    assert line.shape[0] == 48
    assert 8 <= line.shape[1] <= 1.6 * width + 120
    assert np.isfinite(line).all()
    assert 0 <= line.min() <= line.max() <= 1
    assert 0.6 <= scale <= 1.6
    assert offset >= 0


@given(seed=st.integers(0, 2**50), column=st.integers(5, 290))
def test_a_stroke_moves_where_the_mapping_says(seed, column):
    line, (scale, offset) = augment(stroke(column), np.random.default_rng(seed), MOVES)
    assert middle(line) == pytest.approx(scale * (column + 1) + offset, abs=1.5)


@given(st.integers(0, 2**50))
def test_with_all_changes_a_stroke_stays_near_its_place(seed):
    strength = Augment(chance=0)
    line, (scale, offset) = augment(stroke(150), np.random.default_rng(seed), strength)
    assert middle(line) == pytest.approx(scale * 151 + offset, abs=6)


@given(st.integers(0, 2**50))
def test_a_line_is_never_mirrored_or_turned_over(seed):
    pixels = np.maximum(stroke(40), stroke(60))
    pixels[8:16, 40:120] = 1
    pixels[30:36, 100:260] = 0.5
    line, (scale, offset) = augment(pixels, np.random.default_rng(seed), MOVES)
    left, right = (int(scale * c + offset) for c in (90, 200))
    assert line[:, left - 3 : left + 3].sum() > line[:, right - 3 : right + 3].sum() > 0
    rows = np.arange(48)[:, None]
    low, high = (line[:, c - 3 : c + 3] for c in (right, left))
    assert (low * rows).sum() / low.sum() > (high * rows).sum() / high.sum()


def test_without_strength_only_margins_come():
    pixels = stroke(50)
    rng = np.random.default_rng(0)
    line, (scale, offset) = augment(pixels, rng, dataclasses.replace(STILL))
    assert scale == 1
    left = int(offset)
    # A line is a little smaller on average, by exp(-0.03).
    assert np.abs(line[:, left : left + 300] - pixels).mean() < 0.01


def test_the_same_seed_gives_the_same_copy_and_another_seed_another():
    copies = [augment(stroke(50), np.random.default_rng(seed), Augment())[0] for seed in (1, 1, 2)]
    assert np.array_equal(copies[0], copies[1])
    assert copies[0].shape != copies[2].shape or (copies[0] != copies[2]).any()


def test_the_line_given_is_not_changed():
    pixels = stroke(50)
    before = pixels.copy()
    for seed in range(20):
        augment(pixels, np.random.default_rng(seed), Augment(chance=1))
    assert np.array_equal(before, pixels)


def test_nearly_all_ink_stays_in_the_picture():
    kept = []
    for seed in range(200):
        line, (scale, _) = augment(stroke(50), np.random.default_rng(seed), MOVES)
        kept.append(line.sum() / (scale * stroke(50).sum()))
    assert min(kept) > 0.6


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"stretch": -0.1}, r"\{'stretch': -0.1\}", id="negative"),
        pytest.param({"bend": float("nan")}, r"\{'bend': nan\}", id="no number"),
        pytest.param({"slant": float("inf")}, r"\{'slant': inf\}", id="infinite"),
        pytest.param({"chance": 1.5}, r"\{'chance': 1.5\}", id="a chance above one"),
    ],
)
def test_a_strength_out_of_range_is_named(values, words):
    with pytest.raises(ConfigError, match=words):
        Augment(**values)
