"""Launches, copies and stalls in a trace of Kineto's form."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.launches import (
    copies,
    launches,
    stalls,
    summarise,
)
from text_recognizer.troubleshooting.profiling.trace import parse_trace


def host(name, ts, dur, cat="cuda_runtime", **args):
    return {"ph": "X", "name": name, "cat": cat, "ts": ts, "dur": dur, "pid": 1, "tid": 1,
            "args": args}  # fmt: skip


def device(name, ts, dur, cat="kernel", **args):
    return {"ph": "X", "name": name, "cat": cat, "ts": ts, "dur": dur, "pid": 0, "tid": 7,
            "args": args}  # fmt: skip


EVENTS = [
    host("step", 0, 200, "user_annotation"),
    host("forward", 0, 40, "user_annotation"),
    host("log", 50, 100, "user_annotation"),
    host("cudaLaunchKernel", 10, 5, correlation=1),
    host("cudaMemcpyAsync", 55, 85, correlation=2),
    host("cudaStreamSynchronize", 141, 3),
    host("cudaStreamSynchronize", 160, 30),
    host("cudaLaunchKernel", 195, 3, correlation=99),
    device("mm", 30, 90, correlation=1),
    device("Memcpy DtoH (Device -> Pageable)", 120, 10, "gpu_memcpy", correlation=2, bytes=4000),
    device("Memcpy HtoD (Pinned -> Device)", 185, 5, "gpu_memcpy", bytes=100),
]


@pytest.fixture(scope="module")
def trace():
    return parse_trace(EVENTS)


def test_calls_are_joined_with_their_work(trace):
    found = launches(trace)
    assert [(one.call.name, one.work.name[:6], one.delay) for one in found] == [
        ("cudaLaunchKernel", "mm", 20),
        ("cudaMemcpyAsync", "Memcpy", 65),
    ]


def test_stalls_are_waits_and_copies_that_wait_and_name_the_innermost_phase(trace):
    assert [(one.call.name, one.call.duration, one.phase) for one in stalls(trace)] == [
        ("cudaMemcpyAsync", 85, "log"),
        ("cudaStreamSynchronize", 30, "step"),
    ]
    assert len(stalls(trace, least=0)) == 3
    with pytest.raises(InputError, match="received -1"):
        stalls(trace, least=-1)


def test_copies_have_bytes_and_rates(trace):
    out, into = copies(trace)
    assert (out.direction, out.bytes, out.rate) == ("DtoH", 4000, 4e8)
    assert (into.direction, into.bytes) == ("HtoD", 100)


def test_the_summary(trace):
    found = summarise(trace)
    assert (found.launches, found.stalls, found.stalled) == (2, 2, 115)
    assert found.copied == {"DtoH": 4000, "HtoD": 100}
    assert found.longest_gap == 55
    assert found.busy_share == pytest.approx(105 / 160)
