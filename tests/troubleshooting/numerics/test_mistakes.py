"""The table of mistakes at a reader's boundaries."""

from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.numerics.mistakes import try_mistakes


@pytest.fixture(scope="module")
def outcomes():
    return {row.mistake: row for row in try_mistakes(seed=1)}


def test_the_contract_names_the_planted_axis_every_time(outcomes):
    assert len(outcomes) >= 6
    assert {row.mistake: row.named for row in outcomes.values()} == {
        row.mistake: row.axis for row in outcomes.values()
    }


@pytest.mark.parametrize(
    ("mistake", "silent", "words"),
    [
        ("lines of 64 rows", True, "(4, 64, 24), not (4, 32, 24)"),
        ("lines that lie on their side", True, "not (4, 32, 24)"),
        ("a model for another charset", True, "(4, 32, 28)"),
        ("weights of lines as a column", True, "another loss"),
        ("colour images", False, "RuntimeError"),
        ("targets of another batch", False, "dimension 0"),
    ],
)
def test_torch_is_silent_or_speaks_of_something_else(outcomes, mistake, silent, words):
    assert outcomes[mistake].silent == silent
    assert words in outcomes[mistake].torch


def test_torch_never_names_an_axis(outcomes):
    assert not any(f'"{row.axis}"' in row.torch for row in outcomes.values())


def test_outcomes_do_not_depend_on_the_seed(outcomes):
    assert {row.mistake: row for row in try_mistakes(seed=2)} == outcomes
