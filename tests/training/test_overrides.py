"""``name=value`` onto a preset: typed, typos refused, messages that name the setting."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core.errors import ConfigError
from text_recognizer.training import preset
from text_recognizer.training.overrides import override

TINY = preset("tiny")


@pytest.mark.parametrize(
    ("changes", "get", "value"),
    [
        pytest.param(["steps=5"], lambda c: c.steps, 5, id="number"),
        pytest.param(["steps=5", "steps=7"], lambda c: c.steps, 7, id="the last one counts"),
        pytest.param(["learning_rate=1e-4"], lambda c: c.learning_rate, 1e-4, id="exponent"),
        pytest.param(["rendered=true"], lambda c: c.rendered, True, id="yes or no"),
        pytest.param(["real=some folder"], lambda c: c.real, "some folder", id="text"),
        pytest.param(["real=a=b"], lambda c: c.real, "a=b", id="text with ="),
        pytest.param(["precision=bf16-mixed"], lambda c: c.precision, "bf16-mixed", id="choice"),
        pytest.param(["model.features=64"], lambda c: c.model.features, 64, id="nested"),
        pytest.param(["model.dilations=[1,2]"], lambda c: c.model.dilations, (1, 2), id="tuple"),
        pytest.param(["augment.bend=2"], lambda c: c.augment.bend, 2.0, id="int for float"),
        pytest.param(
            ["preprocess.height=64", "model.height=64"], lambda c: c.model.height, 64, id="both"
        ),
    ],
)
def test_a_setting_is_changed(changes, get, value):
    changed = override(TINY, changes)
    assert get(changed) == value
    assert type(get(changed)) is type(value)


def test_the_rest_stays_as_the_preset_has_it():
    changed = override(TINY, ["model.features=64"])
    assert changed.model.channels == TINY.model.channels
    assert changed.steps == TINY.steps
    assert override(TINY, []) is TINY


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("stepz=5", "stepz.*settings: accelerator, align_steps", id="typo"),
        pytest.param("step=5", "step=5", id="a beginning of a name"),
        pytest.param("model.featurez=5", "featurez", id="nested typo"),
        pytest.param("steps=abc", "steps.*int.*abc", id="text for a number"),
        pytest.param("steps=1.5", "steps.*int.*1.5", id="half a step"),
        pytest.param("batch_size=true", "batch_size.*int", id="yes for a number"),
        pytest.param("minutes=nan", "minutes.*nan", id="no number"),
        pytest.param("model=5", "model", id="a number for a group"),
        pytest.param("model.channels=[8,8]", "model.channels.*3 elements", id="too few"),
        pytest.param("model.dilations=1", "model.dilations.*tuple", id="a number for a list"),
        pytest.param("precision=fp8", "precision.*bf16-mixed.*fp8", id="no such choice"),
        pytest.param("steps=0", "steps must be at least 1", id="out of range"),
        pytest.param("model.dropout=2", "dropout must be from 0 to below 1, got 2", id="dropout"),
        pytest.param("preprocess.height=64", "model.height is 48 but .* 64", id="heights differ"),
        pytest.param("steps", "name=value, got 'steps'", id="no value"),
        pytest.param("=5", "name=value, got '=5'", id="no name"),
        pytest.param("--=5", "name=value, got '--=5'", id="no name after dashes"),
        pytest.param("help=1", "help", id="no help inside"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, words):
    with pytest.raises(ConfigError, match=words):
        override(TINY, [change])


@given(st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cs"]), max_size=15))
def test_any_text_is_a_change_or_a_config_error(text):
    with contextlib.suppress(ConfigError):
        override(TINY, [text])
