"""Perturbations: each changes the picture in the way it says, and keeps the writing."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.core.images import LineImage
from text_recognizer.testing.behaviour import perturbations
from text_recognizer.testing.behaviour.perturbations import (
    CONTROL,
    LADDERS,
    Ladder,
    apply_checked,
    check_changes,
    paper_of,
)
from text_recognizer.testing.slant import slant_of


@pytest.fixture(scope="module")
def strokes():
    """Upright strokes, (60, 200)."""
    pixels = np.full((60, 200), 240, np.uint8)
    for left in range(40, 160, 20):
        pixels[15:45, left : left + 4] = 30
    return pixels


def ink(pixels):
    return float((paper_of(pixels) - pixels.astype(float)).clip(8).sum())


@pytest.mark.parametrize("ladder", [*LADDERS.values(), CONTROL], ids=lambda one: one.capability)
def test_every_rung_returns_a_picture_with_writing_and_the_same_each_time(ladder, strokes):
    before = strokes.copy()
    for strength in ladder.strengths:
        first, again = (
            apply_checked(lambda pixels, s=strength: ladder.apply(pixels, s), strokes)
            for _ in range(2)
        )
        assert first.dtype == np.uint8
        assert first.ndim == 2
        assert np.array_equal(first, again)
        assert not np.array_equal(first, strokes)
    assert np.array_equal(strokes, before)


@pytest.mark.parametrize("ladder", list(LADDERS.values()), ids=lambda one: one.capability)
def test_a_higher_rung_changes_more(ladder, strokes):
    """Against the weakest rung's effect, on a measure that every perturbation moves."""
    if ladder.capability in ("margins", "resolution", "slant", "rotation"):
        sizes = [ladder.apply(strokes, s).size for s in ladder.strengths]
        assert sizes == sorted(sizes, reverse=ladder.capability == "resolution")
        return
    far = [
        float(np.abs(ladder.apply(strokes, s).astype(float) - strokes).mean())
        for s in ladder.strengths
    ]
    assert far == sorted(far)


def test_slant_leans_by_the_angle_it_says(strokes):
    assert slant_of(LineImage(perturbations.slant(strokes, 24))) == pytest.approx(24, abs=3)
    assert slant_of(LineImage(perturbations.slant(strokes, -24))) == pytest.approx(-24, abs=3)


def test_pens_change_the_ink_and_margins_only_the_paper(strokes):
    assert (
        ink(perturbations.thin(strokes, 1)) < ink(strokes) < ink(perturbations.thicken(strokes, 1))
    )
    wide = perturbations.margin(strokes, 1)
    assert wide.shape == (180, 320)
    assert np.array_equal(wide[60:120, 60:260], strokes)


def test_light_and_contrast(strokes):
    dark, faded = perturbations.dim(strokes, 0.5), perturbations.fade(strokes, 0.5)
    assert (dark.max(), dark.min()) == (120, 15)
    assert (faded.max(), faded.min()) == (240, 135)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda p: p / 255, "received float64", id="floats"),
        pytest.param(lambda p: p[None], r"uint8 with shape \(1, ", id="three axes"),
        pytest.param(lambda p: None, "received NoneType", id="nothing returned"),
        pytest.param(lambda p: p[:0], "about the same size", id="empty"),
        pytest.param(lambda p: p[:2, :2].copy(), "about the same size", id="four pixels"),
        pytest.param(lambda p: np.zeros_like(p), "an even grey of 0", id="black"),
        pytest.param(lambda p: np.full_like(p, 255), "nothing left to read", id="white"),
        pytest.param(lambda p: p.fill(0), "raised ValueError", id="writes into its argument"),
        pytest.param(lambda p: 1 / 0, "raised ZeroDivisionError", id="raises"),
    ],
)
def test_what_is_no_perturbation_is_a_typed_error(change, message, strokes):
    with pytest.raises(InputError, match=message):
        apply_checked(change, strokes)


def test_a_perturbation_that_changes_nothing_tests_nothing(strokes):
    with pytest.raises(InputError, match="returned all 1 unchanged"):
        check_changes([strokes], [strokes.copy()], "copy")
    check_changes([strokes], [strokes // 2], "dim")


@pytest.mark.parametrize("strengths", [(), (3, 2), (0, 1), (-1, 1)])
def test_a_ladder_leads_away_from_its_identity(strengths):
    with pytest.raises(ConfigError, match="lead away from its identity 0"):
        Ladder(capability="c", unit="u", apply=lambda p, s: p, strengths=strengths)
