"""Reliability: bins hold what was claimed and what was so."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.stats.reliability import expected_calibration_error, reliability_bins


def test_an_honest_forecaster_has_no_error():
    rng = np.random.default_rng(0)
    said = rng.random(50_000)
    bins = reliability_bins(said, rng.random(50_000) < said)
    assert len(bins) == 10
    assert expected_calibration_error(bins) < 0.01


@pytest.mark.parametrize(
    ("said", "right", "error"),
    [
        pytest.param([0.9] * 4, [1, 1, 1, 0], 0.15, id="boasts"),
        pytest.param([0.25] * 4, [1, 1, 1, 0], 0.5, id="is modest"),
        pytest.param([1.0, 0.0], [1, 0], 0.0, id="knows"),
        pytest.param([0.05, 0.95], [1, 1], 0.5, id="bins do not make up for each other"),
        pytest.param([0.9, 0.9], [0.8, 1.0], 0.0, id="shares"),
    ],
)
def test_expected_calibration_error(said, right, error):
    assert expected_calibration_error(reliability_bins(said, right)) == pytest.approx(error)


@pytest.mark.parametrize("edge", [k / 10 for k in range(10)])
def test_an_edge_belongs_to_the_bin_above(edge):
    (only,) = reliability_bins([edge], [1])
    assert only.low == pytest.approx(edge)


def test_weights_count_like_copies():
    weighted = reliability_bins([0.5, 0.55], [1, 0], [3, 1])
    copied = reliability_bins([0.5, 0.5, 0.5, 0.55], [1, 1, 1, 0])
    assert weighted == copied
    assert reliability_bins([0.5, 0.9], [1, 0], [1, 0]) == reliability_bins([0.5], [1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(([], []), "not empty", id="nothing"),
        pytest.param(([0.5], [1, 0]), r"received shapes \(1,\), \(2,\)", id="lengths"),
        pytest.param(([50], [1]), "confidences lie in 0..1; received 50", id="percent"),
        pytest.param(([0.5], [2]), "right lie in", id="counts"),
        pytest.param(([0.5], [1], [-1]), "weights lie in", id="weight"),
        pytest.param(([float("nan")], [1]), "confidences lie in", id="nan"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(InputError, match=words):
        reliability_bins(*arguments)
    with pytest.raises(InputError, match="filled bins; received"):
        expected_calibration_error([])
