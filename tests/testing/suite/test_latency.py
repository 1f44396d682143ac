"""A ratio that grows with the work."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.suite.latency import Latency, latency


def test_the_ratio_is_of_the_two_medians():
    assert Latency(seconds=0.6, reference=0.2).ratio == pytest.approx(3)


def test_more_work_takes_more():
    matrix = np.ones((300, 300))

    def work(times):
        return lambda: [np.sort(matrix, axis=0) for _ in range(times)]

    assert latency(work(40)).ratio > 3 * latency(work(4)).ratio


def test_the_number_of_threads_is_put_back():
    import torch

    before = torch.get_num_threads()
    latency(lambda: None, repeats=1)
    assert torch.get_num_threads() == before


def test_nothing_is_timed_less_than_once():
    with pytest.raises(InputError, match="repeats=0"):
        latency(lambda: None, repeats=0)
