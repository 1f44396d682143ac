"""Settings of a training: ranges, presets, and names that bundles and scripts rely on."""

from __future__ import annotations

import dataclasses

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.models import LineModelConfig, build_model
from text_recognizer.training import TrainConfig, preset
from text_recognizer.training.config import PRESETS


@pytest.mark.parametrize(
    ("values", "words"),
    [
        *[
            pytest.param({name: 0}, f"{name} must be at least 1 and finite, got 0", id=name)
            for name in (
                *("steps", "batch_size", "repeats", "threads", "checkpoint_every"),
                *("devices", "num_nodes"),
            )
        ],
        *[
            pytest.param({name: -1}, f"{name} must be at least 0 and finite, got -1", id=name)
            for name in ("minutes", "warmup", "weight_decay", "align_steps", "workers", "clip")
        ],
        pytest.param({"seed": -1}, "seed must be at least 0", id="negative seed"),
        pytest.param({"seed": 2**32}, "below 2.*got 4294967296", id="huge seed"),
        pytest.param({"families": -1}, "families must be at least 0", id="fewer than none"),
        pytest.param({"irregularity": -0.1}, "irregularity must be at least 0", id="too even"),
        pytest.param({"longest_text": 7}, "longest_text must be at least 8", id="no room"),
        pytest.param({"minutes": float("nan")}, "minutes .*got nan", id="no number"),
        pytest.param({"minutes": float("inf")}, "minutes .*got inf", id="for ever"),
        pytest.param({"learning_rate": 0.0}, "between 0 and 1, got 0.0", id="no learning"),
        pytest.param({"learning_rate": 1.0}, "between 0 and 1, got 1.0", id="wild learning"),
        pytest.param({"real_share": 1.1}, "from 0 to 1, got 1.1", id="more than all"),
        pytest.param({"prose": -0.1}, "prose must be from 0 to 1", id="less than no prose"),
        pytest.param({"accelerator": "mps"}, "auto or cpu, got 'mps'", id="accelerator"),
        pytest.param({"precision": "fp8"}, "one of .*'auto'.*got 'fp8'", id="precision"),
        pytest.param({"devices": 1025}, "devices must be a whole number from 1 to 1024", id="many"),
        pytest.param({"num_nodes": 1.5}, "num_nodes must be a whole number.*got 1.5", id="half"),
        pytest.param(
            {"devices": 2, "num_nodes": 3, "minutes": 1.0},
            "minutes needs a single process, got 1.0 with 6: .*give steps",
            id="clocks of several processes",
        ),
        pytest.param({"out": ""}, "must name a folder, got ''", id="no folder"),
        pytest.param(
            {"preprocess": Preprocess(height=64)},
            "model.height is 48 but preprocess.height is 64; set both",
            id="heights differ",
        ),
    ],
)
def test_a_setting_out_of_range_is_named(values, words):
    with pytest.raises(ConfigError, match=words):
        TrainConfig(**values)


def test_heights_may_change_together():
    config = TrainConfig(preprocess=Preprocess(height=64), model=LineModelConfig(height=64))
    assert config.model.height == 64


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_is_valid_and_its_model_fits_ten_megabytes(name):
    model = build_model(preset(name).model, 96)
    assert sum(p.numel() for p in model.parameters()) * 4 < 10_500_000 or name == "gpu"


def test_tiny_is_tiny():
    config = preset("tiny")
    assert sum(p.numel() for p in build_model(config.model, 96).parameters()) < 40_000
    assert (config.workers, config.rendered) == (0, False)


def test_an_unknown_preset_lists_the_known():
    with pytest.raises(ConfigError, match=r"no preset 'huge'; choose one of \['gpu', 'laptop'"):
        preset("huge")


def test_no_setting_comes_or_goes_unnoticed():
    """The command line, the labs and checkpoints know these names."""
    assert {field.name for field in dataclasses.fields(TrainConfig)} == {
        *("out", "seed", "steps", "minutes", "batch_size", "learning_rate", "warmup"),
        *("weight_decay", "clip", "align_steps", "real", "real_share", "rendered"),
        *("longest_text", "repeats", "precision", "threads", "workers", "validate_every"),
        *("checkpoint_every", "model", "preprocess", "augment", "families", "irregularity"),
        *("start", "prose", "accelerator", "devices", "num_nodes"),
    }


def test_every_setting_is_documented():
    for field in dataclasses.fields(TrainConfig):
        assert f"        {field.name}: " in f"    {TrainConfig.__doc__}", field.name
