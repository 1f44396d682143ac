"""Laws with known exponents come back, the intervals hold what they claim, bad input is named."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.stats.power_law import fit_power_law

SIZES = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)


def measured(floor, scale, exponent, *, noise=0.0, seeds=3, seed=0):
    source = np.random.default_rng(seed)
    true = floor + scale * np.array(SIZES) ** -exponent
    return (true[:, None] * np.exp(noise * source.standard_normal((len(SIZES), seeds)))).tolist()


@pytest.mark.parametrize(
    ("floor", "scale", "exponent", "why"),
    [
        (0.0, 5.0, 0.3, "no floor"),
        (1.0, 8.0, 0.5, "a floor of the size of the falling part"),
        (0.2, 40.0, 1.0, "falls as one over n"),
    ],
)
def test_a_law_without_noise_comes_back(floor, scale, exponent, why):
    law = fit_power_law(SIZES, measured(floor, scale, exponent)).law
    assert law.floor == pytest.approx(floor, abs=1e-6), why
    assert law.scale == pytest.approx(scale, rel=1e-6)
    assert law.exponent == pytest.approx(exponent, abs=1e-9)


def test_without_a_floor_the_exponent_is_smaller_where_there_is_one():
    losses = measured(1.0, 8.0, 0.5)
    bare = fit_power_law(SIZES, losses, floor=False)
    assert bare.law.floor == 0
    assert bare.law.exponent < 0.45
    assert bare.predict(1e6).high < fit_power_law(SIZES, losses).predict(1e6).low


@pytest.mark.parametrize(
    ("floor", "scale", "exponent", "noise"),
    [(0.0, 5.0, 0.3, 0.02), (1.0, 8.0, 0.5, 0.03)],
)
def test_intervals_of_80_percent_hold_the_next_size_in_80_percent_of_simulations(
    floor, scale, exponent, noise
):
    """80 simulations: a band that holds 80 % shows 62 or fewer in 2 % of cases at worst; one that
    holds everything (an interval too wide to say anything) is caught by its width."""
    hits, widths = 0, []
    for run in range(80):
        losses = measured(floor, scale, exponent, noise=noise, seed=run)
        fit = fit_power_law(SIZES, losses, level=0.8, resamples=150, seed=run)
        source = np.random.default_rng((run, 9))
        truth = floor + scale * 1600.0**-exponent
        new = truth * np.exp(noise * source.standard_normal(3)).mean()
        foretold = fit.predict(1600)
        hits += new in foretold
        widths.append((foretold.high - foretold.low) / truth)
    assert hits >= 58
    assert np.median(widths) < 0.15


def test_noise_widens_the_band_and_distance_does_too():
    calm = fit_power_law(SIZES, measured(0.5, 8.0, 0.4, noise=0.005))
    loud = fit_power_law(SIZES, measured(0.5, 8.0, 0.4, noise=0.05))
    low, high = loud.band([800, 12_800])
    assert loud.spread > 3 * calm.spread
    assert (high / low)[1] > (high / low)[0]
    assert loud.exponent.high - loud.exponent.low > calm.exponent.high - calm.exponent.low


def test_a_law_that_bends_has_the_spread_of_its_misfit():
    """Seeds agree, yet the points lie on no power law: the band may not be as narrow as the seeds
    are."""
    broken = [[3.0] * 3, [2.9] * 3, [2.0] * 3, [1.9] * 3, [1.2] * 3, [1.15] * 3]
    assert fit_power_law(SIZES, broken).spread > 0.03


def test_one_seed_is_enough_and_equal_seeds_give_equal_bands():
    losses = [[row[0]] for row in measured(0.0, 5.0, 0.3, noise=0.02)]
    fits = [fit_power_law(SIZES, losses) for _ in range(2)]
    assert fits[0].predict(1600) == fits[1].predict(1600)


@pytest.mark.parametrize(
    ("sizes", "losses", "options", "match"),
    [
        ([1, 2], [[1.0], [0.5]], {"floor": False}, "3 sizes or more.*received 2 sizes"),
        ([1, 2, 4], [[1.0], [0.5], [0.3]], {}, "4 sizes or more.*received 3 sizes"),
        ([1, 2, 4], [[1.0], [0.5]], {"floor": False}, "received 3 sizes and 2 rows"),
        ([1, 2, 0.0], [[1.0], [0.5], [0.3]], {"floor": False}, "sizes are finite and above 0.*0.0"),
        ([1, 2, 4], [[1.0], [-0.5], [0.3]], {"floor": False}, "losses are .*above 0.*-0.5"),
        ([1, 2, 4], [[1.0], [float("nan")], [0.3]], {"floor": False}, "received nan"),
        ([1, 4, 2], [[1.0], [0.5], [0.3]], {"floor": False}, r"sizes rise.*\[1, 4, 2\]; sort"),
        ([1, 2, 2], [[1.0], [0.5], [0.3]], {"floor": False}, "sizes rise"),
        ([1, 2, 4], [[1.0], [0.5, 0.6], [0.3]], {"floor": False}, r"as many seeds.*\[1, 2, 1\]"),
        ([1, 2, 4], [[], [], []], {"floor": False}, "one or more"),
        ([1, 2, 4], [[1.0], [0.5], [0.3]], {"floor": False, "level": 1.0}, "received 1.0"),
        ([1, 2, 4], [[1.0], [0.5], [0.3]], {"floor": False, "resamples": 9}, "received 9"),
    ],
)
def test_bad_input_is_named(sizes, losses, options, match):
    with pytest.raises(InputError, match=match):
        fit_power_law(sizes, losses, **options)


@pytest.mark.parametrize("size", [0, -1.0, float("inf")])
def test_a_law_holds_above_zero(size):
    with pytest.raises(InputError, match="above 0"):
        fit_power_law(SIZES, measured(0.0, 5.0, 0.3)).predict(size)
