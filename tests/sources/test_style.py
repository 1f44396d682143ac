"""Styles: drawn ones are valid, others are refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core.errors import ConfigError
from text_recognizer.sources.style import Style, draw_style


@given(st.integers(0, 2**60))
def test_every_drawn_style_is_valid(seed):
    style = draw_style(np.random.default_rng(seed))
    assert style == draw_style(np.random.default_rng(seed))


def test_drawn_styles_differ_in_everything():
    styles = [dataclasses.asdict(draw_style(np.random.default_rng(seed))) for seed in range(100)]
    for name in styles[0]:
        assert len({style[name] for style in styles}) > 1, name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("stretch", 0.0, id="letters without width"),
        pytest.param("stroke", -1.0, id="a negative pen"),
        pytest.param("ink", 1.5, id="blacker than black"),
        pytest.param("paper", 256.0, id="whiter than white"),
        pytest.param("slant", float("nan"), id="no number"),
        pytest.param("drift", float("inf"), id="a line that leaves the sheet"),
    ],
)
def test_a_value_out_of_range_is_named(name, value):
    with pytest.raises(ConfigError, match=rf"{name} must be from .* got {value}"):
        Style(**{name: value})
