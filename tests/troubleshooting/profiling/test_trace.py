"""Lanes and windows of a trace, and the speed of the reader."""

from __future__ import annotations

import json
import time

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.trace import parse_trace, read_trace


def x(name, cat, ts, dur, pid=1, tid=1, **args):
    event = {"ph": "X", "name": name, "cat": cat, "ts": ts, "dur": dur, "pid": pid, "tid": tid}
    return {**event, "args": args}


EVENTS = [
    {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "python"}},
    {"ph": "M", "name": "thread_name", "pid": 0, "tid": 7, "args": {"name": "stream 7"}},
    x("mm", "Kernel", 1_000_020.5, 30, pid=0, tid=7),
    x("cudaLaunchKernel", "Runtime", 1_000_010.5, 5),
    x("aten::mm", "Operator", 1_000_000.5, 20),
    x("worker", "cpu_op", 1_000_000.5, 90, tid=2),
    {"ph": "s", "id": 1, "cat": "ac2g", "ts": 1_000_010.5, "pid": 1, "tid": 1},
    {"ph": "f", "id": 1, "cat": "ac2g", "ts": 1_000_020.5, "pid": 0, "tid": 7},
]


def test_times_count_from_the_first_span_and_lanes_carry_their_names():
    trace = parse_trace(EVENTS)
    assert [(lane.name, lane.device, len(lane.spans)) for lane in trace.lanes] == [
        ("python 2", False, 1),
        ("python 1", False, 2),
        ("stream 7", True, 1),
    ]
    assert trace.device.spans[0].start == 20.0
    assert trace.end == 90.0
    assert trace.flows[0].start == 10.0
    assert trace.flows[0].end_lane == (0, 7)


def test_the_host_lane_is_the_one_that_launches():
    assert parse_trace(EVENTS).host.name == "python 1"


def test_the_host_lane_is_rather_the_one_that_names_its_phases():
    """On a GPU the backward pass launches from a thread of its own."""
    backward = [x("cudaLaunchKernel", "cuda_runtime", 1_000_040 + n, 1, tid=3) for n in range(9)]
    named = x("forward", "user_annotation", 1_000_000.5, 30, tid=1)
    assert parse_trace([*EVENTS, *backward]).host.tid == 3
    assert parse_trace([*EVENTS, *backward, named]).host.tid == 1


def test_old_and_new_names_give_the_same_trace():
    new = {"Kernel": "kernel", "Runtime": "cuda_runtime", "Operator": "cpu_op"}
    renamed = [{**one, "cat": new.get(one.get("cat"), one.get("cat"))} for one in EVENTS]
    assert parse_trace(renamed).spans == parse_trace(EVENTS).spans


def test_a_lane_that_is_not_there_is_said_with_what_to_do():
    host_only = parse_trace([x("aten::mm", "cpu_op", 0, 1)])
    with pytest.raises(InputError, match="load_device_trace"):
        _ = host_only.device
    with pytest.raises(InputError, match="device work only"):
        _ = parse_trace([x("mm", "kernel", 0, 1)]).host


def test_a_window_keeps_what_lies_within():
    trace = parse_trace(EVENTS)
    window = trace.between(5, 60)
    assert [(span.name, span.start) for span in window.spans] == [
        ("cudaLaunchKernel", 5.0),
        ("mm", 15.0),
    ]
    assert (window.flows[0].start, window.flows[0].end) == (5.0, 15.0)
    with pytest.raises(InputError, match="received 5 to 5"):
        trace.between(5, 5)


@pytest.mark.parametrize(
    ("schema", "warned"),
    [pytest.param(1, 0, id="known"), pytest.param(9, 1, id="newer"), pytest.param(None, 0, id="")],
)
def test_another_version_is_read_and_warned_of(schema, warned):
    fields = {"traceEvents": EVENTS, "deviceProperties": [{"id": 0}, 3]}
    fields |= {"schemaVersion": schema} if schema else {}
    trace = parse_trace(json.dumps(fields).encode())
    assert len([text for text in trace.warnings if "schemaVersion 9" in text]) == warned
    assert trace.devices == ({"id": 0},)


def test_the_reader_takes_little_more_than_their_json(tmp_path):
    """The reader against plain json.load, side by side, the best of three; 2 to 3 when quiet."""
    shapes = [[8, 16], [16, 32]]
    events = [
        x(f"aten::op{n % 40}", "cpu_op", n + 0.25, 0.5 + n % 7, tid=n % 3, **{"Input Dims": shapes})
        for n in range(5_000)
    ]
    path = tmp_path / "large.json"
    path.write_text(json.dumps({"schemaVersion": 1, "traceEvents": events}))
    plain, ours = [], []
    for _ in range(3):
        started = time.process_time()
        json.loads(path.read_bytes())
        plain.append(time.process_time() - started)
        started = time.process_time()
        trace = read_trace(path)
        ours.append(time.process_time() - started)
    assert len(trace.spans) == 5_000
    assert min(ours) < 8 * min(plain)
