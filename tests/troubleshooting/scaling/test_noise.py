"""Annotators err as often as they are told to, and in the way they are told to."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.scaling.letters import LETTERS
from text_recognizer.troubleshooting.scaling.noise import RULE, Mislabel, wrong_share

LABELS = np.random.default_rng(0).integers(0, 26, 4000)
LINES = np.repeat(np.arange(100), 40)


def test_chance_hits_any_letter_at_its_rate_and_never_writes_the_truth():
    given = Mislabel(kind="chance", rate=0.3).apply(LABELS, LINES)
    assert wrong_share(LABELS, given) == pytest.approx(0.3, abs=0.03)
    assert set(given[given != LABELS].tolist()) == set(range(26))
    assert wrong_share(LABELS, Mislabel(kind="chance", rate=1.0).apply(LABELS, LINES)) == 1.0


def test_a_rule_hits_only_what_it_names():
    given = Mislabel(kind="rule", rate=0.75).apply(LABELS, LINES)
    for letter in LETTERS:
        at = LETTERS.index(letter) == LABELS
        wrong = given[at] != LABELS[at]
        if letter not in RULE:
            assert not wrong.any()
        else:
            assert wrong.mean() == pytest.approx(0.75, abs=0.13)
            assert set(given[at][wrong].tolist()) == {LETTERS.index(RULE[letter])}


def test_a_line_gets_the_same_labels_in_every_draw():
    noise = Mislabel(kind="chance", rate=0.3)
    whole = noise.apply(LABELS, LINES)
    part = LINES >= 60
    assert (noise.apply(LABELS[part], LINES[part]) == whole[part]).all()
    other = Mislabel(kind="chance", rate=0.3, seed=1).apply(LABELS, LINES)
    assert (other != whole).any()


def test_no_noise_and_no_letters_are_harmless():
    assert (Mislabel(kind="rule", rate=0.0).apply(LABELS, LINES) == LABELS).all()
    assert wrong_share(LABELS[:0], LABELS[:0]) == 0.0


@pytest.mark.parametrize(("kind", "rate"), [("typo", 0.1), ("rule", 1.1), ("chance", -0.1)])
def test_settings_out_of_range_are_named(kind, rate):
    with pytest.raises(ConfigError, match=f"received {kind!r} and {rate!r}"):
        Mislabel(kind=kind, rate=rate)
