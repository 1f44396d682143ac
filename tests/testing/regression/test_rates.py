"""False alarms of the verdict: few on fresh lines, many where the old reader chose the lines."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core import LineImage, Reading
from text_recognizer.core.errors import InputError
from text_recognizer.data.records import read_record
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.regression.rates import (
    SAMPLES,
    JitteredReader,
    equal_reader_rates,
    rights,
    upgrade_rates,
)


def coins(share, *, readers=4, lines=400, seed=0):
    return np.random.default_rng(seed).random((readers, lines)) < share


def by_sample(rates):
    return {each.sample: each for each in rates}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_fresh_lines_give_at_most_five_false_alarms_in_a_hundred(share):
    rates = by_sample(equal_reader_rates(coins(share), trials=400))
    assert tuple(rates) == SAMPLES
    assert rates["fresh lines"].better <= 0.05
    assert rates["fresh lines"].worse <= 0.05


def test_lines_chosen_by_the_old_reader_favour_one_side():
    rates = by_sample(equal_reader_rates(coins(0.4), trials=200))
    assert rates["old failures"].worse == 0
    assert rates["old failures"].better > 0.9
    assert rates["old successes"].better == 0
    assert rates["old successes"].worse > 0.9


def test_a_worse_reader_is_refused_on_fresh_lines_and_praised_on_old_failures():
    old, new = coins(0.6)[0], coins(0.25, seed=1)[0]
    rates = by_sample(upgrade_rates(old, new, lines=100, trials=200))
    assert rates["fresh lines"].worse > 0.9
    assert rates["old failures"].better > 0.9


def test_the_record_keeps_its_promise():
    """Measured on the shipped reader: an equal reader fails in at most 5 % of resamples."""
    payload = read_record("regression").payload
    equal = {each["sample"]: each for each in payload["equal"]}
    assert equal["fresh lines"]["worse"] <= 0.05
    assert equal["old successes"]["worse"] > 0.2
    assert payload["upgrades"]["language"]["all"]["verdict"] == "better"
    assert payload["upgrades"]["cropped far wider"]["all"]["verdict"] == "worse"


def test_a_sample_is_smaller_where_there_are_not_as_many():
    rates = by_sample(equal_reader_rates(coins(0.05), trials=100))
    assert rates["old successes"].lines < 60 == rates["fresh lines"].lines


class Width:
    """Reads even widths right."""

    def read(self, image):
        return image

    def read_lines(self, images):
        return [Reading("ab" if image.width % 2 else "cd", 0.9) for image in images]


def test_jitter_depends_on_picture_and_seed_alone():
    images = [LineImage(np.full((9, 40 + k), 255, np.uint8)) for k in range(20)]
    reads = [
        [each.text for each in JitteredReader(Width(), seed).read_lines(images)]
        for seed in (0, 0, 1)
    ]
    assert reads[0] == reads[1] != reads[2]
    assert JitteredReader(Width(), 0).read("page") == "page"
    single = [
        each.text for image in images for each in JitteredReader(Width(), 0).read_lines([image])
    ]
    assert single == reads[0]


def test_rights_have_a_row_per_reader():
    items = [
        LabelledItem(np.full((9, 40 + k), 255, np.uint8), "cd", kind="line", writer="w", id=str(k))
        for k in range(4)
    ]
    assert rights([Width()], items).tolist() == [[True, False, True, False]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: equal_reader_rates(coins(0.5)[:1]), "two or more", id="one reader"),
        pytest.param(lambda: equal_reader_rates(coins(0.5), lines=500), "of the 400", id="lines"),
        pytest.param(lambda: equal_reader_rates(coins(0.5), trials=9), "trials=9", id="trials"),
        pytest.param(
            lambda: upgrade_rates(coins(0.5)[0], coins(0.5)[0][:9]),
            r"\(400,\) and \(9,\)",
            id="pair",
        ),
    ],
)
def test_what_gives_no_rate(call, message):
    with pytest.raises(InputError, match=message):
        call()
