"""What normalisation does to a deep stack: verdicts that hold for every seed."""

from __future__ import annotations

import math

import pytest
import torch

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.troubleshooting.numerics.stacks import (
    CASES,
    StackConfig,
    moons,
    run_stack,
    run_stacks,
)


@pytest.fixture(scope="module")
def runs():
    return run_stacks(seeds=(3, 4, 5))


@pytest.mark.parametrize(
    ("case", "verdicts"),
    [
        ("plain", {"dead"}),
        ("batch norm", {"learns"}),
        ("layer norm", {"alive"}),
        ("residual", {"learns"}),
        ("large weights", {"explodes"}),
        ("clipped", {"alive", "learns"}),
    ],
)
def test_every_case_comes_out_the_same_for_every_seed(runs, case, verdicts):
    assert {run.verdict for run in runs[case]} <= verdicts


def test_margins_are_wide(runs):
    for run in runs["plain"]:
        assert run.norms[0] < 1e-6
        assert abs(run.losses[-1] - math.log(2)) < 0.01
    for run in runs["layer norm"]:
        assert run.norms[0] > 1e-3
        assert run.losses[-1] > 0.3
    for name in ("batch norm", "residual"):
        assert all(run.losses[-1] < 0.2 for run in runs[name])
    for run in runs["clipped"]:
        assert run.losses[-1] < run.losses[0] / 10


def test_batch_norm_turns_the_slope_round(runs):
    """Its gradient is largest at the first block (Yang et al., 2019), and it learns."""
    assert all(run.norms[0] > 10 * run.norms[-1] for run in runs["batch norm"])
    assert all(run.norms[0] < 1e-4 * run.norms[-1] for run in runs["plain"])


def test_a_run_is_the_same_twice_and_leaves_the_generator_alone():
    torch.manual_seed(7)
    before = torch.get_rng_state()
    one, two = (run_stack(CASES["batch norm"], 1, steps=2) for _ in range(2))
    assert one == two
    assert torch.equal(torch.get_rng_state(), before)


def test_points_are_even_and_standardised():
    points, classes = moons(0)
    assert points.dtype == torch.float64
    assert classes.sum() == 48
    assert torch.allclose(points.mean(0), torch.zeros(2, dtype=torch.float64), atol=1e-12)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: StackConfig(depth=0), ConfigError, "depth=0"),
        (lambda: StackConfig(norm="group"), ConfigError, "received 'group'"),
        (lambda: StackConfig(gain=0), ConfigError, "received 0 and"),
        (lambda: run_stack(StackConfig(), steps=0), InputError, "received 0 and"),
        (lambda: run_stacks(()), InputError, r"received \(\)"),
    ],
)
def test_settings_out_of_range_are_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()
