"""Gradient norms by module and step."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import InputError
from text_recognizer.models import LineModel, LineModelConfig
from text_recognizer.troubleshooting.numerics.norms import GradientNorms


def line_model():
    torch.manual_seed(0)
    return LineModel(LineModelConfig(channels=(4, 4, 8), features=8, dilations=(1,)), 12)


def step(model):
    model.zero_grad()
    model(torch.rand(2, 1, 48, 32)).mean().backward()


def test_the_total_is_what_clipping_measures():
    model = line_model()
    norms = GradientNorms(model)
    step(model)
    norms.record()
    assert norms.total[0] == pytest.approx(float(nn.utils.clip_grad_norm_(model.parameters(), 1e9)))


def test_lightning_measures_the_same():
    grad_norm = pytest.importorskip("pytorch_lightning.utilities").grad_norm
    model = line_model()
    norms = GradientNorms(model)
    step(model)
    norms.record()
    theirs = grad_norm(model, norm_type=2)
    assert norms.total[0] == pytest.approx(float(theirs["grad_2.0_norm_total"]), rel=1e-5)


@pytest.mark.parametrize(
    ("depth", "first", "count"),
    [(1, "encoder", 2), (2, "encoder.image", 4), (0, "encoder.image.0.0", 21)],
)
def test_modules_are_grouped_by_their_path(depth, first, count):
    model = line_model()
    norms = GradientNorms(model, depth=depth)
    assert next(iter(norms.history)) == first
    assert len(norms.history) == count
    step(model)
    norms.record()
    assert math.hypot(*(values[0] for values in norms.history.values())) == pytest.approx(
        norms.total[0]
    )


def test_a_watched_optimiser_records_each_step_until_it_is_let_go():
    model = nn.Linear(2, 1)
    norms = GradientNorms(model)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    handle = norms.watch(optimizer)
    for _ in range(3):
        model(torch.ones(1, 2)).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
    handle.remove()
    optimizer.step()
    assert norms.total == pytest.approx([0.5] * 3, rel=1e-4)


def test_what_has_no_gradient_counts_as_none_and_what_is_frozen_not_at_all():
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 1))
    model[1].requires_grad_(False)
    norms = GradientNorms(model)
    assert list(norms.history) == ["0", "2"]
    model[2](torch.ones(1, 1)).sum().backward()
    norms.record()
    assert norms.history["0"] == [0.0]
    assert norms.ratio() == 0
    model.zero_grad()
    norms.record()
    assert norms.ratio(-1) == math.inf


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GradientNorms(nn.ReLU()), "ReLU has none"),
        (lambda: GradientNorms(nn.Linear(1, 1), depth=-1), "received -1"),
        (lambda: GradientNorms(nn.Linear(1, 1)).ratio(), "one of the 0 recorded; received 0"),
    ],
)
def test_wrong_use_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
