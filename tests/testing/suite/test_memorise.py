"""Learning by heart: what a run reports, and that it fails where nothing can be learned."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.suite.memorise import MemorisationRun, memorise


def run(*losses):
    return MemorisationRun(losses=losses, cer=0.0, steps=len(losses), texts=())


@pytest.mark.parametrize(
    ("losses", "step"),
    [
        pytest.param((9, 1, 1, 1, 1), 2, id="from the second on"),
        pytest.param((1, 1, 9, 1, 1, 1, 1), 4, id="a dip does not count"),
        pytest.param((9, 9, 9, 9), 5, id="never"),
        pytest.param((1, 1, 1), 4, id="too short to tell"),
        pytest.param((2, 2, 2, 2), 5, id="the value itself is not below"),
    ],
)
def test_steps_to_a_loss(losses, step):
    assert run(*losses).steps_to(2) == step


def test_a_run_keeps_each_loss_and_its_texts():
    found = memorise(1, steps=3, lines=4)
    assert len(found.losses) == found.steps == 3
    assert len(found.texts) == 4
    assert all(loss > 0 for loss in found.losses)


def test_a_rate_of_next_to_nothing_learns_nothing():
    found = memorise(0, steps=14, rate=1e-8)
    assert found.losses[-1] > 0.5 * found.losses[0]
    assert found.cer > 0.5


@pytest.mark.parametrize("settings", [{"steps": 0}, {"lines": 0}])
def test_bad_numbers_are_refused(settings):
    with pytest.raises(InputError, match="at least 1; received"):
        memorise(**settings)
