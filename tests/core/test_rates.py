"""Rates out of range are named with what came."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.core.rates import check_rates


def check(confidences=(0.0, 1.0), right=(0.0, 1.0), weights=(0.0, 7.0)):
    check_rates(*(np.array(values, float) for values in (confidences, right, weights)))


def test_the_ends_of_each_range_belong_to_it():
    check()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param(
            {"confidences": (0, 1.5)}, "confidences lie in 0..1; received 0 to 1.5", id="c"
        ),
        pytest.param({"right": (-1, 1)}, "right lie in 0..1; received -1 to 1", id="below none"),
        pytest.param({"weights": (-2, 1)}, "weights lie in 0..inf; received -2", id="negative"),
        pytest.param({"weights": (float("nan"), 1)}, "weights .* received nan", id="no number"),
    ],
)
def test_a_value_outside_is_named(values, words):
    with pytest.raises(InputError, match=words):
        check(**values)
