"""The check of `02-repair`, with repairs that mend and repairs that hide."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lab_utils.checks.lab_02 import repair as check
from lab_utils.exercise_testing import Answers, assert_exercise
from lab_utils.exercises import WRONG as WRONG_STATE
from lab_utils.exercises import judge
from text_recognizer.troubleshooting.triage import Trainer, puzzles


def batches(self):
    for start in self.order():
        yield self.collate(self.samples[start : start + self.batch_size])


def record(self, model, loss, log_probs):
    self.notes.append((loss.item(), log_probs[0].min().item()))


def optimizer(self, model):
    return torch.optim.Adam(model.parameters(), lr=self.rate)


RIGHT = {"X": {"batches": batches}, "Y": {"record": record}, "Z": {"optimizer": optimizer}}


def by_numpy(self, model, loss, log_probs):
    lowest = float(log_probs.detach()[0].numpy().min())
    self.notes.append([float(loss.detach()), lowest])


def at_last(self, model):
    return torch.optim.Adam(params=list(model.parameters()), lr=self.rate, maximize=False)


# What stands in place of a repair.
def three_steps(self):
    for start in self.order()[:3]:
        yield self.collate(self.samples[start : start + self.batch_size])


def first_lines(self):
    for _ in self.order():
        yield self.collate(self.samples[: self.batch_size])


def smaller(self):
    for start in self.order():
        yield self.collate(self.samples[start : start + 2])


def silent(self, model, loss, log_probs):
    pass


def loss_alone(self, model, loss, log_probs):
    self.notes.append((loss.item(), 0.0))


def leaking(self, model, loss, log_probs):
    self.notes.append((loss, log_probs[0].min()))


def clipped(self, model, optimizer):
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def second_sign(self, log_probs, targets, centres):
    rows = torch.arange(len(targets)).unsqueeze(1)
    return log_probs[rows, centres, targets]


def slow(self, model):
    return torch.optim.Adam(model.parameters(), lr=self.rate / 100)


def still(self, model):
    named = dict(model.named_parameters())
    chosen = [parameter for name, parameter in named.items() if "window" not in name]
    return torch.optim.Adam(chosen, lr=4 * self.rate)


def swallow(self, model, optimizer):
    try:
        optimizer.step()
    except torch.OutOfMemoryError:
        return


def without(letter, **methods):
    return {**RIGHT, letter: methods}


WRONG = {
    "exception swallowed": without("X", update=swallow),
    "fewer steps": without("X", batches=three_steps),
    "fewer lines": without("X", batches=first_lines),
    "smaller batches": without("X", batches=smaller),
    "wrong method": without("X", losses=Trainer.losses),
    "nothing recorded": without("Y", record=silent),
    "half recorded": without("Y", record=loss_alone),
    "a leak instead": without("Y", record=leaking),
    "clipping where the sign is wrong": without("Z", update=clipped),
    "a second wrong sign": without("Z", losses=second_sign),
    "a rate that learns nothing": without("Z", optimizer=slow),
    "every method": {
        k: {n: vars(p)[n] for n in vars(Trainer) if n in vars(p)} for k, p in puzzles().items()
    },
    "a method of the examiner": without("Z", run=optimizer),
    "called instead of named": without("Z", optimizer=3),
    "a letter missing": {"X": {"batches": batches}},
    "no methods": dict.fromkeys("XYZ", batches),
}


#: Words by which the card of a wrong answer says what is wrong.
TOLD = {
    "fewer steps": "40 steps",
    "fewer lines": "A repair keeps the data",
    "exception swallowed": "OutOfMemoryError",
    "half recorded": "1.5",
    "a leak instead": "with its graph",
    "a second wrong sign": "first loss of 4.56",
    "clipping where the sign is wrong": "above 100",
    "every method": "One of them is guilty",
}


def test_exercise():
    alternative = {
        "X": {"batches": Trainer.batches},
        "Y": {"record": by_numpy},
        "Z": {"optimizer": at_last},
    }
    wrong = {name: answer for name, answer in WRONG.items() if name not in TOLD}
    assert_exercise(check.EXERCISE, Answers(solution=RIGHT, alternative=alternative, wrong=wrong))


@pytest.mark.parametrize("name", TOLD)
def test_what_is_wrong_is_said(name):
    verdict = judge(check.EXERCISE, WRONG[name])
    assert verdict.state == WRONG_STATE
    assert TOLD[name] in " ".join(verdict.card().text().split())


def test_a_layer_left_out_is_a_symptom_even_where_the_target_is_reached(monkeypatch):
    monkeypatch.setattr(Trainer, "target", 9.0)
    text = judge(check.EXERCISE, without("Z", optimizer=still)).card().text()
    assert "the symptom of 'frozen'" in " ".join(text.split())
