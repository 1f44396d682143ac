"""Losses by hand, the schedule, the clock, and that the alignment helps."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
import torch
from torch.nn import functional

from text_recognizer.core.charset import Charset
from text_recognizer.data.datasets import collate
from text_recognizer.data.prepared import PreparedSample
from text_recognizer.training import preset
from text_recognizer.training.lit_recognizer import LitRecognizer, align_loss, ctc_loss

CHARSET = Charset.english()
CONFIG = dataclasses.replace(preset("tiny"), steps=100, warmup=10, align_steps=40)


def module(**changes):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return LitRecognizer(dataclasses.replace(CONFIG, **changes), CHARSET)


def batch(texts=("ab", "c"), centres=True):
    samples = [
        PreparedSample(
            np.random.default_rng(i).integers(0, 255, (48, 60 + 20 * i), np.uint8),
            text,
            tuple(10.0 + 20 * k for k in range(len(text))) if centres else (),
        )
        for i, text in enumerate(texts)
    ]
    return collate(samples, CHARSET)


@pytest.mark.parametrize(
    ("step", "rate"),
    [
        pytest.param(0, 0.1, id="first step of the rise"),
        pytest.param(4, 0.5, id="half the rise"),
        pytest.param(50, 0.5, id="half the cosine"),
        pytest.param(100, 0.0, id="end"),
        pytest.param(170, 0.0, id="beyond the end"),
    ],
)
def test_the_rate_rises_and_falls(step, rate):
    assert module().rate(step) == pytest.approx(rate, abs=0.01)


def test_without_a_rise_the_rate_starts_at_its_peak():
    assert module(warmup=0).rate(0) == 1


def test_the_clock_ends_what_the_steps_do_not():
    lit = module(steps=10**9, minutes=1.0)
    lit._started = time.monotonic() - 30
    assert lit.progress(0) == pytest.approx(0.5, abs=0.02)
    assert lit.rate(10**6) == pytest.approx(0.5, abs=0.03)
    lit._started = time.monotonic() - 61
    assert lit.progress(0) == 1


def test_a_checkpoint_keeps_the_clock_and_the_error():
    lit, content = module(), {}
    lit._started = time.monotonic() - 100
    lit.last_cer = 0.25
    lit.on_save_checkpoint(content)
    resumed = module()
    resumed.on_load_checkpoint(content)
    assert resumed.seconds() == pytest.approx(100, abs=2)
    assert resumed.last_cer == 0.25


def test_a_checkpoint_of_before_has_no_clock():
    lit = module()
    lit.on_load_checkpoint({})
    assert lit.seconds() < 5


def test_ctc_is_that_of_the_lines_alone():
    """Padding columns of a batch must not count."""
    lit, lines = module().eval(), batch()
    with torch.inference_mode():
        log_probs = lit(lines.images)
        found = float(ctc_loss(log_probs, lines))
        alone = []
        for i, text in enumerate(lines.texts):
            frames = -(-int(lines.widths[i]) // 4)
            loss = functional.ctc_loss(
                log_probs[i : i + 1, :frames].transpose(0, 1),
                lines.targets[i : i + 1, : len(text)],
                torch.tensor([frames]),
                torch.tensor([len(text)]),
            )
            alone.append(float(loss))
    assert found == pytest.approx(np.mean(alone), rel=1e-5)


def test_a_text_longer_than_its_frames_does_not_ruin_the_batch():
    lines = collate([PreparedSample(np.zeros((48, 8), np.uint8), "much too long")], CHARSET)
    with torch.inference_mode():
        assert float(ctc_loss(module()(lines.images), lines)) == 0


def test_alignment_is_the_cross_entropy_at_the_centres():
    lines = batch()
    log_probs = torch.log_softmax(torch.randn(2, lines.images.shape[3] // 4, len(CHARSET)), 2)
    picked = [
        float(log_probs[line, frame, target])
        for line in range(2)
        for frame, target in zip(
            lines.centres[line].tolist(), lines.targets[line].tolist(), strict=True
        )
        if frame >= 0
    ]
    assert len(picked) == 3
    assert float(align_loss(log_probs, lines)) == pytest.approx(-np.mean(picked), rel=1e-5)


def test_alignment_without_any_centre_is_zero():
    lines = batch(centres=False)
    assert float(align_loss(torch.randn(2, 32, len(CHARSET)), lines)) == 0


@pytest.mark.parametrize(
    ("step", "total", "weight"),
    [
        pytest.param(0, 40, 1.0, id="start"),
        pytest.param(30, 40, 1.0, id="before the last quarter"),
        pytest.param(35, 40, 0.5, id="in the last quarter"),
        pytest.param(40, 40, 0.0, id="over"),
        pytest.param(0, 0, 0.0, id="never"),
    ],
)
def test_the_weight_of_the_alignment(step, total, weight, monkeypatch):
    monkeypatch.setattr(LitRecognizer, "global_step", property(lambda _: step))
    assert module(align_steps=total)._align_weight() == pytest.approx(weight)


def test_steps_of_its_optimiser_lower_the_loss():
    lit, lines = module(), batch(("on a hill", "27 dogs", "the end"))
    lit.log = lambda *_, **__: None
    optimizer = torch.optim.AdamW(lit.configure_optimizers()["optimizer"].param_groups, lr=5e-3)
    losses = []
    for _ in range(12):
        loss = lit.training_step(lines, 0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.85 * losses[0]


def test_biases_and_norms_are_not_decayed():
    groups = module().configure_optimizers()["optimizer"].param_groups
    assert groups[0]["weight_decay"] > groups[1]["weight_decay"] == 0
    assert all(p.ndim > 1 for p in groups[0]["params"])
    assert all(p.ndim <= 1 for p in groups[1]["params"])


def test_validation_counts_every_line_once():
    lit = module().eval()
    lit.log = lambda *_, **__: None
    with torch.inference_mode():
        for texts in (("ab", "c"), ("def",)):
            lit.validation_step(batch(texts), 0)
    lit.on_validation_epoch_end()
    assert lit.validation_lines == 3
    assert lit.last_cer >= 0
    lit.on_validation_epoch_end()
    assert lit.validation_lines == 3, "a validation of nothing changes nothing"


def test_a_batch_moves_to_a_device_whole():
    moved = module().transfer_batch_to_device(batch(), torch.device("meta"), 0)
    assert moved.texts == ("ab", "c")
    tensors = (moved.images, moved.widths, moved.targets, moved.lengths, moved.centres)
    assert {tensor.device.type for tensor in tensors} == {"meta"}
