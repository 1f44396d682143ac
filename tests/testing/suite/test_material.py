"""Short lines are pieces of real ones, and a badness that is no number does not pass."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.data.sample import load_lines
from text_recognizer.testing.suite.material import (
    golden_lines,
    judged,
    short_lines,
    tiny_recognizer,
    training_lines,
)


@pytest.mark.parametrize(
    ("measured", "passed"),
    [
        pytest.param(0.5, True, id="below"),
        pytest.param(1.0, True, id="at the limit"),
        pytest.param(1.1, False, id="above"),
        pytest.param(float("inf"), False, id="infinite"),
        pytest.param(float("nan"), False, id="no number: nothing was measured"),
    ],
)
def test_a_badness_passes_up_to_its_limit(measured, passed):
    assert judged("x", measured, 1.0, "").passed is passed


def test_a_short_line_is_the_start_of_a_line():
    lines = load_lines("train", 4, 3)
    for line, short in zip(lines, short_lines(4, seed=3), strict=True):
        assert line.text.startswith(short.text)
        assert short.text.strip()
        assert short.pixels.shape == (48, 80)
        assert len(short.centres) == len(short.text)
        assert min(short.centres) >= 0
        assert max(short.centres) <= 80


def test_another_seed_gives_other_lines():
    one, two = (training_lines(3, seed) for seed in (0, 1))
    assert [line.text for line in one] != [line.text for line in two]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"count": 0}, "at least one line; received count=0", id="no line"),
        pytest.param({"columns": 8}, "at least 16 columns; received 8", id="no room for a letter"),
    ],
)
def test_bad_sizes_are_refused(settings, words):
    with pytest.raises(InputError, match=words):
        short_lines(**settings)


def test_a_tiny_recognizer_is_decided_by_its_seed_and_leaves_the_others_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, two, three = (tiny_recognizer(seed).model.state_dict() for seed in (0, 0, 1))
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert any(not torch.equal(one[name], three[name]) for name in one)
    assert one["head.weight"].dtype == torch.float64


def test_golden_lines_stay_the_same():
    assert [line.id for line in golden_lines(3)] == [line.id for line in golden_lines()][:3]
    assert np.array_equal(golden_lines(1)[0].image.pixels, golden_lines(1)[0].image.pixels)
