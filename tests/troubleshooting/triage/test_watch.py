"""The watch counts bytes and steps rightly, on cases that can be worked out by hand."""

from __future__ import annotations

import gc
import time

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.trainer import Trainer
from text_recognizer.troubleshooting.triage.watch import SavedBytes, observe


@pytest.fixture
def x():
    """A leaf of 800 bytes."""
    return torch.ones(100, dtype=torch.float64, requires_grad=True)


def counter(budget=10**6):
    return SavedBytes(nn.Linear(1, 1), budget)


@pytest.mark.parametrize(
    ("compute", "held"),
    [
        pytest.param(lambda x: x + 1, 0, id="a sum saves nothing"),
        pytest.param(lambda x: x.exp(), 800, id="exp saves its result"),
        pytest.param(lambda x: x * x, 800, id="one storage counts once"),
        pytest.param(lambda x: x.exp() * x, 1600, id="two storages"),
        pytest.param(lambda x: x.exp().exp(), 1600, id="two results"),
    ],
)
def test_saved_bytes_are_those_of_the_graph(x, compute, held):
    saved = counter()
    with saved.counted():
        y = compute(x)
    assert saved.held() == held
    del y
    gc.collect()
    assert saved.held() == 0


def test_backward_sets_free(x):
    saved = counter()
    with saved.counted():
        y = x.exp().sum()
    y.backward()
    assert (saved.held(), saved.peak) == (0, 800)
    assert torch.equal(x.grad, x.detach().exp())


def test_a_budget_is_kept(x):
    saved = counter(budget=1_000)
    with saved.counted(), pytest.raises(torch.OutOfMemoryError, match="out of memory"):
        x.exp().exp()


def test_no_budget_is_refused():
    with pytest.raises(InputError, match="received 0"):
        counter(budget=0)


class _Stops(Trainer):
    def update(self, model, optimizer):
        if len(self.notes) == 3:
            raise ValueError("enough\nsecond line")
        super().update(model, optimizer)


class _Exits(Trainer):
    def update(self, model, optimizer):
        raise SystemExit(3)


class _NoModel(Trainer):
    def build_model(self):
        raise KeyError("layer")


def test_an_exception_is_seen_with_what_came_before():
    seen = _Stops(0).run()
    assert (seen.error, seen.message, seen.steps) == ("ValueError", "enough", 3)
    assert len(seen.norms) == 4
    assert not seen.reached


def test_an_exception_before_the_model_is_seen_too():
    seen = _NoModel(0).run()
    assert (seen.error, seen.steps, seen.architecture) == ("KeyError", 0, ())


def test_what_ends_programs_is_let_through():
    with pytest.raises(SystemExit):
        observe(_Exits(0), Trainer(0))


def test_seconds_are_charged_to_all_parts():
    seen = Trainer(0).run()
    assert all(value > 0 for value in seen.seconds.values())
    assert seen.noted == seen.losses


class _Hiccup(Trainer):
    def batches(self):
        for step, batch in enumerate(super().batches()):
            if step == 5:
                time.sleep(1.0)
            yield batch


def test_one_slow_step_is_no_slow_loader():
    seen = _Hiccup(0).run()
    assert seen.slow_part == "model"
    assert seen.seconds["loading"] < 1.0
