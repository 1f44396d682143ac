"""The step that both processes and the single one take."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from text_recognizer.troubleshooting.numerics.replica import LINES, SPLITS, material, step


def test_every_process_makes_the_same_model_and_batch():
    (one, images, targets), (two, *others) = material(3), material(3)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert torch.equal(images, others[0])
    assert torch.equal(targets, others[1])
    assert len(images) == LINES
    assert not torch.equal(images, material(4)[1])


def test_the_mean_over_halves_is_the_mean_over_all():
    halves = [step(0, part, factor=0.5) for part in (slice(0, 4), slice(4, 8))]
    whole = step(0, slice(0, LINES))
    assert np.allclose(sum(half.gradient for half in halves), whole.gradient, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("training", "moves"), [(False, False), (True, True)])
def test_batch_norm_follows_the_lines_only_in_training(training, moves):
    assert bool(np.any(step(0, slice(0, 4), training=training).means)) == moves


def test_what_is_summed_up_is_what_is_returned():
    doubled = step(0, slice(0, 4), sum_up=lambda gradient: gradient.mul_(2))
    assert np.array_equal(doubled.gradient, 2 * step(0, slice(0, 4)).gradient)


def test_there_are_ways_of_sharing_that_disagree():
    assert sum(split.first != LINES / 2 for split in SPLITS.values()) == 2
    assert sum(split.training for split in SPLITS.values()) == 1
