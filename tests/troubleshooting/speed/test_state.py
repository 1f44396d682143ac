"""Bytes of optimiser state, counted from real optimisers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import InputError
from text_recognizer.models import LineModelConfig, build_model
from text_recognizer.troubleshooting.speed.blocks import Block
from text_recognizer.troubleshooting.speed.state import OPTIMIZERS, state_size

SMALL = LineModelConfig(channels=(4, 8, 8), features=16, dilations=(1,))


@pytest.mark.parametrize(
    ("optimizer", "ratio"),
    [
        pytest.param("SGD", 0, id="nothing to remember"),
        pytest.param("SGD, momentum", 1, id="a velocity"),
        pytest.param("Adam", 2, id="two moments"),
        pytest.param("AdamW", 2, id="weight decay needs no memory"),
        pytest.param("Adam, amsgrad", 3, id="and the largest second moment"),
    ],
)
def test_state_over_parameters_is_exact(optimizer, ratio):
    assert state_size(optimizer, build_model(SMALL, 20)).ratio == ratio


def test_counters_of_steps_are_counted_apart():
    model = nn.Linear(8, 8)
    assert state_size("Adam", model).step_bytes == 4 * len(list(model.parameters()))
    assert state_size("SGD", model).step_bytes == 0


@pytest.mark.skipif("Adafactor" not in OPTIMIZERS, reason="torch before 2.5")
def test_adafactor_saves_on_matrices_and_not_on_small_kernels():
    assert state_size("Adafactor", Block(64)).ratio < 0.05
    assert state_size("Adafactor", build_model(SMALL, 20)).ratio > 0.5


def test_the_model_keeps_its_weights():
    model = nn.Linear(3, 3)
    before = model.weight.clone()
    state_size("AdamW", model)
    assert torch.equal(model.weight, before)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="received 'Adan'"):
        state_size("Adan", nn.Linear(2, 2))
    with pytest.raises(InputError, match="ReLU has none"):
        state_size("Adam", nn.ReLU())
