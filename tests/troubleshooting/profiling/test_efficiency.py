"""Busy is not efficient: each of the three verdicts on a trace that earns it."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling import efficiency, measure_peak_flops
from text_recognizer.troubleshooting.profiling.experiments import queued_products
from text_recognizer.troubleshooting.profiling.trace import parse_trace

PEAK = 1e9
"""Operations a second: 1,000 in a µs."""


def trace(kernel, pause, flops):
    """Ten kernels of some µs, with a pause after each, that do so many operations in a µs."""
    events = []
    for n in range(10):
        ts = n * (kernel + pause)
        dims = [[1, int(flops * kernel / 2)], [int(flops * kernel / 2), 1]]
        events += [
            {"ph": "X", "name": "aten::mm", "cat": "cpu_op", "ts": ts, "dur": 1, "pid": 1,
             "tid": 1, "args": {"Input Dims": dims}},
            {"ph": "X", "name": "k", "cat": "kernel", "ts": ts, "dur": kernel, "pid": 0, "tid": 7},
        ]  # fmt: skip
    return parse_trace(events)


@pytest.mark.parametrize(
    ("made", "wasteful", "verdict"),
    [
        pytest.param(trace(100, 1, 20), True, "not with arithmetic", id="busy, 2 % of the peak"),
        pytest.param(trace(100, 1, 800), False, "busy with arithmetic", id="busy, 80 %"),
        pytest.param(trace(100, 60, 800), False, "waiting", id="waiting"),
        pytest.param(trace(100, 60, 20), False, "waiting", id="waiting, and little arithmetic"),
    ],
)
def test_verdicts(made, wasteful, verdict):
    found = efficiency(made, PEAK)
    assert found.wasteful is wasteful
    assert verdict in found.verdict


def test_shares_are_those_of_the_window():
    found = efficiency(trace(100, 0, 500), PEAK)
    assert found.busy_share == 1.0
    assert found.flop_share == pytest.approx(0.5)
    assert found.flops == 500 * 1000


def test_a_real_queue_that_is_busy_with_thin_products_is_flagged():
    """Matrices of four columns: memory sets the pace, some hundredth of the peak is left."""
    found = efficiency(queued_products(200_000, 4, 4), measure_peak_flops(size=512))
    assert found.wasteful, found


@pytest.mark.parametrize("peak", [0, -1.0, float("nan")])
def test_a_peak_is_above_zero(peak):
    with pytest.raises(InputError, match="measure_peak_flops"):
        efficiency(trace(1, 1, 1), peak)
