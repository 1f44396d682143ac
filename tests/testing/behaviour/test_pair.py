"""The pair of trainings: one setting apart; a training of two steps gives a reader."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.testing.behaviour.pair import (
    SteadyRenderer,
    pair_config,
    steady_style,
    train_condition,
)


def test_the_two_differ_in_the_distortions_alone(tmp_path):
    first, second = (pair_config(condition, tmp_path) for condition in ("with", "without"))
    assert set(vars(second.augment).values()) == {0.0}
    changed = {name for name in vars(first) if getattr(first, name) != getattr(second, name)}
    assert changed == {"augment"}


def test_steady_hands_stand_still_and_pens_vary():
    styles = [steady_style(seed) for seed in range(20)]
    assert {(s.slant, s.jitter, s.drift, s.slope) for s in styles} == {(0, 0, 0, 0)}
    assert (
        len({s.stroke for s in styles}) == len({s.paper for s in styles if s.paper < 255}) * 0 + 20
    )


def test_a_steady_renderer_writes_in_the_steady_style(toy_data):
    from text_recognizer.sources.fonts import font_families
    from text_recognizer.sources.render import Renderer

    families = font_families(toy_data / "fonts")
    steady = SteadyRenderer(families).line("a line", seed=3).image.pixels
    usual = Renderer(families).line("a line", seed=3, style=steady_style(3)).image.pixels
    free = Renderer(families).line("a line", seed=3).image.pixels
    assert np.array_equal(steady, usual)
    assert not np.array_equal(steady, free)


def test_another_condition(tmp_path):
    with pytest.raises(ConfigError, match="received 'half'"):
        pair_config("half", tmp_path)


@pytest.mark.slow
def test_a_training_of_two_steps_goes_from_pictures_to_a_network(toy_data, tmp_path, monkeypatch):
    pytest.importorskip("torch")
    from text_recognizer.data import datamodule
    from text_recognizer.reading import export

    def keep(model, *rest, **settings):
        return model, rest, settings

    monkeypatch.setattr(export, "export_bundle", keep)
    monkeypatch.setattr(datamodule, "data_dir", lambda: toy_data)
    monkeypatch.setattr(datamodule, "VALIDATION_LINES", 4)
    model, rest, settings = train_condition("without", tmp_path, steps=2)
    assert not model.training
    assert settings == {"int8": True}
    assert rest[-1]["augmentation"] == "without"
    assert rest[-1]["validation"]["lines"] == 4
