from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.models import build_model
from text_recognizer.training import preset
from text_recognizer.troubleshooting.memory.jobs import Outcome
from text_recognizer.troubleshooting.memory.savings import (
    Saved,
    accumulate,
    backward,
    checkpointed,
    measure_savings,
    relative_error,
)


@pytest.fixture(autouse=True)
def exact():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(before)


def gradient(model, act):
    model.zero_grad()
    act()
    return [weight.grad.clone() for weight in model.parameters()]


def convolution(norm):
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), norm, nn.ReLU(), nn.Flatten(), nn.Linear(144, 3)
    ).double()


def square(out):
    return out.square().mean()


@pytest.mark.parametrize(
    ("norm", "same"),
    [
        pytest.param(nn.Identity(), True, id="no norm"),
        pytest.param(nn.GroupNorm(2, 4), True, id="each line by itself"),
        pytest.param(nn.LayerNorm([4, 6, 6]), True, id="each line by itself, too"),
        pytest.param(nn.BatchNorm2d(4), False, id="statistics of other lines"),
        pytest.param(nn.BatchNorm2d(4).eval(), True, id="statistics that are fixed"),
    ],
)
def test_accumulated_gradients(norm, same):
    model, images = convolution(norm), torch.rand(8, 1, 8, 8)
    whole = gradient(model, lambda: square(model(images)).backward())
    parts = gradient(model, lambda: accumulate(model, images, parts=4, loss=square))
    error = relative_error(parts, whole)
    assert error is not None
    assert (error < 1e-6) is same
    assert same or error > 1e-3


def test_checkpointing_leaves_the_gradient_as_it_was():
    config = replace(preset("tiny").model, dropout=0.0)
    model = build_model(config, 96)
    images = torch.rand(4, 1, 48, 64)
    plain = gradient(model, lambda: backward(model, images))
    saver = checkpointed(model)
    again = gradient(saver, lambda: backward(saver, images))
    assert relative_error(again, plain) < 1e-12
    assert next(saver.parameters()) is next(model.parameters())


def test_each_way_holds_less_than_the_plain_step():
    torch.set_default_dtype(torch.float32)
    ways = {one.name: one for one in measure_savings("laptop", batch=4, width=320, repeats=1)}
    plain = ways.pop("baseline")
    assert set(ways) == {"bf16 autocast", "half width", "accumulation of 4", "checkpointing"}
    for way in ways.values():
        assert way.peak < 0.9 * plain.peak, way
        assert way.seconds > 0
    assert ways["checkpointing"].error < 1e-5
    assert ways["half width"].error is None


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        pytest.param(lambda: measure_savings(batch=5), InputError, "got 5, 4", id="uneven parts"),
        pytest.param(lambda: measure_savings(repeats=0), InputError, "and 0", id="no repeat"),
        pytest.param(
            lambda: accumulate(nn.Identity(), torch.zeros(3, 1), parts=2),
            InputError,
            "3 lines and 2",
            id="a part too small",
        ),
    ],
)
def test_bad_sizes_are_said(act, error, words):
    with pytest.raises(error, match=words):
        act()


def test_a_comparison_that_failed_is_said():
    class Failed:
        def fetch(self):
            return [Outcome(kind="timeout", detail="killed after 3 seconds")]

    with pytest.raises(DataError, match="'timeout': killed"):
        Saved(Failed()).fetch()
