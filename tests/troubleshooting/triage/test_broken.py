"""Each broken trainer fails in the way it is meant to, and in no worse one."""

from __future__ import annotations

import math

import pytest

from text_recognizer.troubleshooting.triage import FAULTS, Trainer

TRAINERS = {fault.cause: fault.trainer for fault in FAULTS}


@pytest.fixture(scope="module")
def healthy():
    return Trainer(0).run()


def run(cause):
    return TRAINERS[cause](0).run()


@pytest.mark.parametrize("cause", ["device", "dtype", "memory", "shape"])
def test_what_stops_stops_at_the_first_step(cause):
    seen = run(cause)
    assert seen.raised
    assert seen.steps == 0
    assert not any(seen.moved.values())


def test_memory_runs_out_soon_after_the_budget():
    """The guard stops the step: nothing endangers the process."""
    assert Trainer.budget < run("memory").peak < 2 * Trainer.budget


def test_the_leak_holds_more_after_every_step(healthy):
    seen = run("leak")
    assert list(seen.kept) == sorted(set(seen.kept))
    assert set(healthy.kept) == {0}
    assert seen.losses == healthy.losses


@pytest.mark.parametrize("cause", ["loader", "sync"])
def test_what_is_slow_learns_as_well(healthy, cause):
    assert run(cause).losses == healthy.losses


def test_the_broadcast_compares_each_line_with_all_labels(healthy):
    seen = run("broadcast")
    assert seen.terms == (seen.labels[0], *seen.labels)
    assert seen.losses[0] == pytest.approx(seen.labels[0] * healthy.losses[0], rel=0.05)


def test_dead_and_frozen_differ_in_the_gradient():
    dead, frozen = run("dead"), run("frozen")
    assert dead.without_gradient == dead.unmoved == ("window", "hidden")
    assert frozen.without_gradient == ()
    assert frozen.unmoved == ("window",)


def test_weights_too_large_explode_at_the_first_step(healthy):
    seen = run("exploding")
    assert seen.norms[0] > 1_000 * healthy.norms[0]
    assert seen.finite


def test_the_log_of_zero_comes_after_ordinary_steps():
    seen = run("log of zero")
    first = next(step for step, loss in enumerate(seen.losses) if not math.isfinite(loss))
    assert first > 0
    assert max(seen.norms[:first]) < 100


def test_the_wrong_sign_falls_below_zero_and_unlearns():
    seen = run("sign")
    assert seen.losses[-1] < seen.losses[0] < 0
    assert seen.worse
