"""From settings to a model."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import ConfigError
from text_recognizer.models import LineModelConfig, build_model


def test_a_model_has_the_sizes_asked_for():
    model = build_model(LineModelConfig(features=32, channels=(8, 8, 8)), 11)
    assert model.classes == 11
    assert model.config.features == 32
    assert model(torch.zeros(1, 1, 48, 40)).shape == (1, 10, 11)


@pytest.mark.parametrize("classes", [1, 0, -3])
def test_fewer_than_a_blank_and_a_character_is_refused(classes):
    with pytest.raises(ConfigError, match=f"at least 2 .*got {classes}"):
        build_model(LineModelConfig(), classes)


def test_the_seed_of_torch_decides_the_weights():
    config = LineModelConfig(features=16, channels=(4, 4, 4))
    models = []
    with torch.random.fork_rng():
        for seed in (1, 1, 2):
            torch.manual_seed(seed)
            models.append(build_model(config, 5).head.weight)
    assert torch.equal(models[0], models[1])
    assert not torch.equal(models[0], models[2])
