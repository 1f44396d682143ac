from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.memory.subjects import (
    make_subject,
    plan_subject,
    reading_loss,
)


@pytest.mark.parametrize(
    ("name", "batch", "dominant"),
    [
        pytest.param("laptop", 16, "activations", id="the reader keeps pictures"),
        pytest.param("gpu", 12, "activations", id="the wide reader, too"),
        pytest.param("mlp", 64, "moments", id="wide layers, of which Adam keeps two more"),
        pytest.param("transformer", 16, "activations", id="attention over 128 steps"),
    ],
)
def test_what_takes_most(name, batch, dominant):
    parts = plan_subject(name, batch).parts()
    assert max(parts, key=lambda kind: parts[kind]) == dominant


@pytest.mark.parametrize("name", ["tiny", "mlp", "transformer"])
def test_a_subject_trains(name):
    one = make_subject(name, 2, width=64)
    loss = one.loss(one.model(one.inputs))
    loss.backward()
    assert torch.isfinite(loss)
    assert all(weight.grad is not None for weight in one.model.parameters())


def test_the_loss_on_meta_has_the_gradient_of_the_right_shape():
    scores = torch.empty(2, 8, 5, device="meta", requires_grad=True)
    reading_loss(scores).backward()
    assert scores.grad.shape == scores.shape


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"name": "huge", "batch": 1}, "'huge'", id="unknown model"),
        pytest.param({"name": "tiny", "batch": 0}, "batch 0", id="no line"),
        pytest.param({"name": "tiny", "batch": 1, "width": 3}, "width 3", id="too narrow"),
    ],
)
def test_bad_sizes_are_said(options, words):
    with pytest.raises(ConfigError, match=words):
        plan_subject(**options)
