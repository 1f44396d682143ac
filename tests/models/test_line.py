"""The line model: log-probabilities of every frame, gradients everywhere, within its size."""

from __future__ import annotations

import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from text_recognizer.core.errors import ConfigError
from text_recognizer.models import LineModel, LineModelConfig, build_model
from text_recognizer.models.line import STRIDE

SMALL = LineModelConfig(channels=(4, 4, 8), features=16, dilations=(1, 2))
MODEL = build_model(SMALL, 12).eval()


@given(width=st.integers(1, 300), lines=st.integers(1, 3))
def test_every_frame_has_probabilities_that_add_up(width, lines):
    with torch.inference_mode():
        log_probs = MODEL(torch.rand(lines, 1, 48, width))
    assert log_probs.shape == (lines, -(-width // STRIDE), 12)
    assert log_probs.dtype == torch.float32
    assert torch.allclose(log_probs.exp().sum(dim=2), torch.ones(()), atol=1e-5)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=5))
def test_frames_are_those_of_the_output(widths):
    frames = LineModel.frames(torch.tensor(widths))
    assert frames.tolist() == [-(-width // STRIDE) for width in widths]


def test_every_weight_gets_a_gradient():
    model = build_model(SMALL, 12).train()
    model(torch.rand(2, 1, 48, 80))[:, :, 1].sum().backward()
    without = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert not without


def test_evaluation_is_the_same_twice_and_training_drops_features():
    images = torch.rand(2, 1, 48, 120)
    with torch.inference_mode():
        assert torch.equal(MODEL(images), MODEL(images))
    model = build_model(LineModelConfig(channels=(4, 4, 8), features=16, dropout=0.5), 12)
    with torch.no_grad():
        assert not torch.equal(model(images), model(images))


def test_a_line_does_not_depend_on_its_company():
    images = torch.rand(3, 1, 48, 90)
    with torch.inference_mode():
        together = MODEL(images)
        alone = torch.cat([MODEL(image[None]) for image in images])
    assert torch.allclose(together, alone, atol=1e-5)


def test_bf16_gives_float32_probabilities():
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        log_probs = MODEL(torch.rand(1, 1, 48, 64))
    assert log_probs.dtype == torch.float32
    assert torch.allclose(log_probs.exp().sum(dim=2), torch.ones(()), atol=1e-4)


def test_the_usual_model_fits_ten_megabytes(tmp_path):
    model = build_model(LineModelConfig(), 96)
    count = sum(p.numel() for p in model.parameters())
    assert 1_000_000 < count < 2_500_000
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    assert (tmp_path / "model.safetensors").stat().st_size <= 10_000_000


def test_names_of_weights_are_those_of_shipped_bundles():
    """Renaming a module breaks every bundle and checkpoint there is."""
    names = {name.rsplit(".", 1)[0] for name in MODEL.state_dict()}
    assert {"head", "encoder.collapse.0", "encoder.context.1.along"} <= names
    assert {"encoder.image.2.first", "encoder.image.4.second_norm"} <= names


def test_settings_go_through_json():
    settings = LineModelConfig(features=48, dilations=(1, 3))
    assert LineModelConfig.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"height": 50}, "multiple of 16, got 50", id="height"),
        pytest.param({"height": 0}, "multiple of 16, got 0", id="no height"),
        pytest.param({"channels": [8, 8]}, r"three positive widths, got \(8, 8\)", id="two stages"),
        pytest.param({"channels": [8, 0, 8]}, r"three positive .*\(8, 0, 8\)", id="empty stage"),
        pytest.param({"features": 0}, "features must be positive, got 0", id="no features"),
        pytest.param({"dilations": [1, 0]}, r"at least 1, got \(1, 0\)", id="dilation"),
        pytest.param({"dropout": 1.0}, "below 1, got 1.0", id="all dropped"),
        pytest.param({"dropout": float("nan")}, "got nan", id="no number"),
        pytest.param({"feature": 8}, r"'feature': 8.*known names: \['channels'", id="typo"),
        pytest.param({"channels": 8}, "do not fit", id="a number for a list"),
        pytest.param([1, 2], r"\[1, 2\] do not fit", id="a list for settings"),
    ],
)
def test_bad_settings_are_named(values, words):
    with pytest.raises(ConfigError, match=words):
        LineModelConfig.from_dict(values)
