"""Paper, light and camera over known ink."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hands import PLAIN
from text_recognizer.sources.paper import cloud, compose, trim
from text_recognizer.sources.style import draw_style


def bar():
    ink = np.zeros((60, 200), np.float32)
    ink[20:40, 50:150] = 1
    return ink


ink_free = (slice(0, 18), slice(None))


def render(**changes):
    style = dataclasses.replace(PLAIN, **changes)
    return compose(bar(), style, np.random.default_rng(0), baselines=[40.0])


def test_plain_paper_and_ink_have_their_levels():
    grey = render(paper=200.0, ink=0.75)
    assert set(np.unique(grey)) == {50, 200}
    assert (grey == 50).sum() == 20 * 100


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        pytest.param({"blur": 2.0}, lambda g: 60 < g[20, 100] < 230, id="blur softens edges"),
        pytest.param({"noise": 5.0}, lambda g: 2 < g[:10].std() < 8, id="noise is grain"),
        pytest.param({"shade": 60.0}, lambda g: g[:10].min() < 230, id="shade darkens paper"),
        pytest.param(
            {"rule": 0.9}, lambda g: g[40:50, 10].min() < 150, id="a rule under the baseline"
        ),
        pytest.param(
            {"rule": 0.9, "squares": True},
            lambda g: (g[:10].min(axis=0) < 150).sum() > 4 and (g[:, :40].min(axis=1) < 150).any(),
            id="squares run down and across",
        ),
        pytest.param(
            {"shadow": 60.0},
            lambda g: g[ink_free].min() < 230 and g[ink_free].max() > 240,
            id="a shadow takes part of the light",
        ),
    ],
)
def test_a_setting_shows(changes, check):
    assert check(render(**changes).astype(float))


@given(st.integers(0, 2**50))
def test_any_style_gives_a_grey_picture_of_the_same_size(seed):
    style = draw_style(np.random.default_rng(seed))
    grey = compose(bar(), style, np.random.default_rng(seed), baselines=[40.0])
    assert grey.dtype == np.uint8
    assert grey.shape == (60, 200)


@given(st.integers(0, 2**50))
def test_trim_keeps_all_ink_and_says_what_it_cut(seed):
    ink, top, left = trim(bar(), np.random.default_rng(seed))
    assert ink.sum() == bar().sum()
    assert 11 <= top <= 20
    assert 41 <= left <= 50
    assert np.array_equal(ink, bar()[top : top + ink.shape[0], left : left + ink.shape[1]])


def test_trim_leaves_an_empty_strip_alone():
    ink, top, left = trim(np.zeros((9, 12), np.float32), np.random.default_rng(0))
    assert (ink.shape, top, left) == ((9, 12), 0, 0)


@given(st.integers(1, 90), st.integers(1, 400), st.floats(2, 80))
def test_a_cloud_is_smooth_and_within_its_range(height, width, grain):
    noise = cloud(np.random.default_rng(0), (height, width), grain)
    assert noise.shape == (height, width)
    assert 0 <= noise.min() <= noise.max() <= 1
