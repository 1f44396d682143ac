"""Busy time is the union of spans, and overlap is the host's head start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling import overlap_share, simulate_queue
from text_recognizer.troubleshooting.profiling.busy import busy_time, lane_use
from text_recognizer.troubleshooting.profiling.events import Span
from text_recognizer.troubleshooting.profiling.trace import parse_trace

spans = st.lists(
    st.builds(
        lambda start, duration: Span("k", "kernel", float(start), float(duration), 0, 7, {}),
        st.integers(0, 80),
        st.integers(0, 30),
    ),
    min_size=1,
)


@given(spans)
def test_busy_time_equals_a_count_of_every_moment(found):
    moments = {m for one in found for m in range(int(one.start), int(one.end))}
    assert busy_time(found) == len(moments)


def test_the_sum_of_overlapping_kernels_would_be_more_than_the_window():
    events = [
        {"ph": "X", "name": "k", "cat": "kernel", "ts": ts, "dur": 10, "pid": 0, "tid": 7}
        for ts in (0, 2, 15)
    ]
    use = lane_use(parse_trace(events).device)
    assert (use.window, use.busy, use.longest_gap) == (25, 22, 3)
    assert use.share == 22 / 25


def test_names_that_a_program_gave_are_no_work():
    noted = {"ph": "X", "name": "step", "cat": "gpu_user_annotation", "ts": 0, "dur": 90}
    kernel = {"ph": "X", "name": "k", "cat": "kernel", "ts": 10, "dur": 10}
    assert lane_use(parse_trace([noted, kernel]).device).busy == 10
    with pytest.raises(InputError, match="annotations"):
        lane_use(parse_trace([{**noted, "cat": "user_annotation"}]).lanes[0])


def test_reading_each_step_ends_the_overlap():
    """Worked out by hand: 120 of 156 µs of a step are the host's, and wait for nothing."""
    without, with_ = simulate_queue(sync_every=0), simulate_queue(sync_every=1)
    assert overlap_share(without) > 0.8
    assert overlap_share(with_) < 0.25
    assert with_.end > 1.3 * without.end
    assert lane_use(without.device).share == 1.0
    assert lane_use(with_.device).share < 0.75


def test_overlap_needs_a_device_and_names():
    with pytest.raises(InputError, match="device lane"):
        overlap_share(
            parse_trace([{"ph": "X", "name": "a", "cat": "user_annotation", "ts": 0, "dur": 1}])
        )
    both = [{"ph": "X", "name": "k", "cat": "kernel", "ts": 0, "dur": 9, "pid": 0, "tid": 7}]
    both += [{"ph": "X", "name": "mm", "cat": "cpu_op", "ts": 0, "dur": 1, "pid": 1, "tid": 1}]
    with pytest.raises(InputError, match="name its phases"):
        overlap_share(parse_trace(both))
