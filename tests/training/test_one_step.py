"""One line through one step of training, part by part, each number found a second way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from text_recognizer.core.charset import Charset
from text_recognizer.data.datasets import collate
from text_recognizer.data.prepared import prepare_samples
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_centres, load_lines
from text_recognizer.reading.ctc import log_likelihood
from text_recognizer.training import preset
from text_recognizer.training.lit_recognizer import LitRecognizer, align_loss, ctc_loss

CHARSET = Charset.english()
CONFIG = dataclasses.replace(preset("tiny"), warmup=4)


@pytest.fixture
def step():
    """A network in float64, one line of the sample as a batch, and what it says about it."""
    pytest.importorskip("pyarrow")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = LitRecognizer(CONFIG, CHARSET).double()
    lines, centres = load_lines("train", limit=1), load_centres("train", limit=1)
    batch = collate(prepare_samples(lines, CHARSET, Preprocess(), centres=centres), CHARSET)
    batch = dataclasses.replace(batch, images=batch.images.double())
    return module, batch


def test_the_image_is_the_line_and_then_paper(step):
    _, batch = step
    width = int(batch.widths[0])
    assert batch.images[0, 0, :, :width].amax() > 0.5, "ink on the line"
    assert not batch.images[0, 0, :, width:].any(), "paper behind it"


def test_the_targets_spell_the_text(step):
    _, batch = step
    ids = batch.targets[0, : int(batch.lengths[0])].tolist()
    assert CHARSET.decode(ids) == batch.texts[0]


# The network casts its logits to float32 before the softmax, hence the tolerances.
def test_ctc_is_the_sum_over_all_paths(step):
    module, batch = step
    log_probs = module(batch.images)
    frames = int(module.model.frames(batch.widths)[0])
    ids = batch.targets[0, : int(batch.lengths[0])].tolist()
    by_hand = -log_likelihood(log_probs[0, :frames].detach().double().numpy(), ids) / len(ids)
    assert ctc_loss(log_probs, batch).item() == pytest.approx(by_hand, rel=1e-5)


def test_alignment_is_the_mean_over_known_centres(step):
    module, batch = step
    log_probs = module(batch.images)
    known = [
        -log_probs[0, int(frame), int(target)].item()
        for frame, target in zip(batch.centres[0], batch.targets[0], strict=True)
        if frame >= 0
    ]
    assert align_loss(log_probs, batch).item() == pytest.approx(np.mean(known), rel=1e-5)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("model.head.weight", id="the last layer"),
        pytest.param("model.encoder.context.0.along.weight", id="in the middle"),
        pytest.param("model.encoder.image.0.0.weight", id="the first layer, through everything"),
    ],
)
def test_gradients_are_slopes(step, name):
    module, batch = step

    def loss():
        # As the network does, but without float32 before the softmax: slopes need the digits.
        logits = module.model.head(module.model.encoder(batch.images)).flatten(2)
        return align_loss(logits.transpose(1, 2).log_softmax(-1), batch)

    weight = dict(module.named_parameters())[name]
    loss().backward()
    place = int(weight.grad.abs().argmax())
    slope = weight.grad.view(-1)[place].item()
    losses, width = [], 1e-6
    with torch.no_grad():
        for sign in (1, -1):
            weight.view(-1)[place] += sign * width
            losses.append(loss().item())
            weight.view(-1)[place] -= sign * width
    assert (losses[0] - losses[1]) / (2 * width) == pytest.approx(slope, rel=1e-4)


def test_the_first_step_of_adamw_is_the_sign_of_the_gradient(step):
    module, batch = step
    chosen = module.configure_optimizers()
    optimizer, rate = chosen["optimizer"], CONFIG.learning_rate * module.rate(0)
    before = module.model.head.weight.detach().clone()
    align_loss(module(batch.images), batch).backward()
    slope = module.model.head.weight.grad
    optimizer.step()
    # Both moments start at zero: corrected for that, the first update is g / (|g| + eps).
    expected = before * (1 - rate * CONFIG.weight_decay) - rate * slope / (slope.abs() + 1e-8)
    torch.testing.assert_close(module.model.head.weight.detach(), expected)
    assert rate == pytest.approx(CONFIG.learning_rate / 4, rel=0.01), "the first of four warm-ups"


def test_the_step_lowers_the_loss_of_its_line(step):
    module, batch = step
    optimizer = module.configure_optimizers()["optimizer"]
    before = align_loss(module(batch.images), batch)
    before.backward()
    optimizer.step()
    assert align_loss(module(batch.images), batch).item() < before.item()
