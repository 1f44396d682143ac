"""The puzzles: one method of several is guilty, and replacing that one mends the trainer."""

from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.triage import Trainer, repair
from text_recognizer.troubleshooting.triage.puzzles import GUILTY, puzzles
from text_recognizer.troubleshooting.triage.source import overridden
from text_recognizer.troubleshooting.triage.tree import diagnose

FOUND = {"X": ("run", "memory"), "Y": ("fast", "sync"), "Z": ("right", "sign")}


@pytest.mark.parametrize("letter", FOUND)
def test_a_puzzle_is_broken_where_it_says(letter):
    puzzle, guilty = puzzles()[letter], GUILTY[letter]
    assert diagnose(puzzle(0).run()) == FOUND[letter]
    for seed in (0, 1):
        seen = repair(puzzle, {guilty: vars(Trainer)[guilty]})(seed).run()
        assert seen.reached
        assert diagnose(seen) == ("", "healthy")


@pytest.mark.parametrize("letter", FOUND)
def test_the_other_methods_are_innocent(letter):
    """Each of them alone, in a healthy trainer, does no harm."""
    puzzle = puzzles()[letter]
    others = {name: vars(puzzle)[name] for name in overridden(puzzle) if name != GUILTY[letter]}
    assert len(others) >= 2
    seen = repair(Trainer, others)(0).run()
    assert seen.reached
    assert diagnose(seen) == ("", "healthy")
