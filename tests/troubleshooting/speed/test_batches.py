"""Training steps by batch size, and what the backward pass costs."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.batches import (
    Throughput,
    backward_flops_ratio,
    race_batches,
)


def test_the_backward_pass_computes_twice_as_much():
    assert backward_flops_ratio() == 2.0
    assert backward_flops_ratio(32, 128) == 2.0


def test_a_larger_batch_trains_more_lines_a_second():
    small, large = race_batches((1, 8), repeats=2)
    assert large.lines_per_second > small.lines_per_second


def test_throughput_adds_up():
    one = Throughput(batch_size=8, forward_seconds=0.1, backward_seconds=0.2, optimizer_seconds=0.1)
    assert one.lines_per_second == pytest.approx(20)
    assert one.backward_over_forward == pytest.approx(2)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"batch_sizes": ()}, id="no size"),
        pytest.param({"batch_sizes": (0,)}, id="no line"),
        pytest.param({"batch_sizes": (1,), "repeats": 0}, id="no repeat"),
        pytest.param({"batch_sizes": (1,), "width": 4}, id="too narrow"),
    ],
)
def test_wrong_input_is_named(options):
    with pytest.raises(InputError, match="received"):
        race_batches(**options)
