"""The plan has enough sizes, and each training is there once."""

from __future__ import annotations

import itertools

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.scaling.plan import (
    DATA_SIZES,
    DEPARTURES,
    SEEDS,
    WIDTHS,
    find_job,
    jobs,
)


def test_the_plan_has_enough_sizes_and_each_key_once():
    keys = [job.key for job in jobs()]
    assert len(keys) == len(set(keys))
    assert len(DATA_SIZES) >= 6
    assert all(b == 2 * a for a, b in itertools.pairwise(DATA_SIZES))
    assert len(WIDTHS) >= 6
    assert len(SEEDS) >= 3
    assert len(DEPARTURES) >= 7


@pytest.mark.parametrize("key", ["data/7/64", "", "noise"])
def test_an_unknown_training_is_named(key):
    with pytest.raises(InputError, match=f"received {key!r}"):
        find_job(key)
