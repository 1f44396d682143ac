"""The healthy trainer: it learns its lines by heart, the same way each time."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.faults import HARMLESS
from text_recognizer.troubleshooting.triage.trainer import (
    METHODS,
    Trainer,
    prepare_lines,
    raw_lines,
)
from text_recognizer.troubleshooting.triage.tree import diagnose


@pytest.mark.parametrize("seed", range(4))
def test_it_reaches_its_target(seed):
    seen = Trainer(seed).run()
    assert seen.reached, seen.after
    assert seen.steps == 40
    assert diagnose(seen) == ("", "healthy")


def test_a_run_is_the_same_twice():
    first, again = Trainer(0).run(), Trainer(0).run()
    for name in ("losses", "norms", "gradients", "kept", "peak", "after", "data", "noted"):
        assert getattr(first, name) == getattr(again, name), name


def test_seeds_differ():
    assert Trainer(0).run().data != Trainer(1).run().data


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_written_in_another_way_is_healthy(name):
    seen = HARMLESS[name](0).run()
    assert seen.reached
    assert diagnose(seen) == ("", "healthy")


def test_every_line_is_seen_once_an_epoch():
    trainer = Trainer(0)
    texts = [text for batch in trainer.batches() for text in batch.texts]
    assert len(texts) == trainer.lines * trainer.epochs
    assert sorted(texts[: trainer.lines]) == sorted(line.text for line in trainer.samples)


def test_a_method_that_may_be_overridden_exists():
    assert all(callable(getattr(Trainer, name)) for name in METHODS)


def test_losses_look_up_what_a_loop_looks_up():
    trainer = Trainer(0)
    log_probs = torch.rand(2, 5, 7, dtype=torch.float64).log_softmax(-1)
    targets, centres = torch.tensor([[1, 2], [3, 0]]), torch.tensor([[0, 4], [2, -1]])
    losses = trainer.losses(log_probs, targets, centres)
    assert losses[0, 1] == -log_probs[0, 4, 2]
    kept = [-log_probs[0, 0, 1], -log_probs[0, 4, 2], -log_probs[1, 2, 3]]
    assert torch.isclose(trainer.loss(losses, centres), torch.stack(kept).mean())


def test_lines_are_prepared_as_they_were_found():
    raw = raw_lines(6, 0)
    prepared = prepare_lines(raw)
    assert [sample.text for sample, _ in raw] == [line.text for line in prepared]
    assert {line.pixels.shape[0] for line in prepared} == {16}


def test_a_negative_seed_is_refused():
    with pytest.raises(InputError, match="received -1"):
        Trainer(-1)
