"""The report of a step names what does not learn."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.suite.gradients import gradient_report
from text_recognizer.testing.suite.material import tiny_recognizer


def test_in_a_sound_recognizer_everything_learns():
    report = gradient_report(seed=2)
    assert report.idle == ()
    assert report.loss > 0
    assert report.norms.keys() == report.moves.keys()
    assert max(report.moves.values()) <= 1.1, "Adam's first step is the rate at most"


def test_a_frozen_layer_is_named():
    recognizer = tiny_recognizer(0, warmup=0)
    recognizer.model.head.requires_grad_(False)
    assert gradient_report(recognizer).idle == ("head.weight", "head.bias")


def test_a_layer_that_the_optimiser_forgot_is_named():
    recognizer = tiny_recognizer(0, warmup=0)
    known = recognizer.configure_optimizers()
    known["optimizer"].param_groups.pop()
    recognizer.configure_optimizers = lambda: known
    idle = gradient_report(recognizer).idle
    assert "head.bias" in idle
    assert "head.weight" not in idle


def test_a_step_needs_a_line():
    with pytest.raises(InputError, match="at least one line; received lines=0"):
        gradient_report(lines=0)
