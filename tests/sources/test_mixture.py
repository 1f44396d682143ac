"""A hand of two families: each letter from one of them, and the first one's name."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hands import install_fonts
from text_recognizer.sources.mixture import MixedHand, mix


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    return install_fonts(tmp_path_factory.mktemp("data"))


def test_each_letter_comes_from_its_family(families):
    first, second, _ = families
    hand = MixedHand(first, second, frozenset("a"))
    assert hand.glyph("a") is second.glyph("a")
    assert hand.glyph("b") is first.glyph("b")
    assert (hand.name, hand.stroke) == (first.name, first.stroke)


def test_letters_are_kerned_within_a_family_and_not_across(families):
    first, second, _ = families
    hand = MixedHand(first, second, frozenset("AV"))
    assert hand.kern("A", "V") == second.kern("A", "V")
    assert hand.kern("T", "o") == first.kern("T", "o")
    assert hand.kern("A", "o") == 0.0


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0.0, set(), id="none"),
        pytest.param(1.0, set("seldom"), id="all"),
    ],
)
def test_the_share_decides_how_many_are_taken(share, expected, families):
    first, second, _ = families
    hand = mix(first, second, "seldom", share, np.random.default_rng(0))
    assert hand.taken == expected


def test_the_same_letter_is_always_of_the_same_family(families):
    first, second, _ = families
    hand = mix(first, second, "banana", 0.5, np.random.default_rng(3))
    assert hand.taken <= set("ban")
