"""What we write, we read; and it has the fields that other readers of Kineto's form look for."""

from __future__ import annotations

import json

from text_recognizer.troubleshooting.profiling.kineto import KinetoLog
from text_recognizer.troubleshooting.profiling.launches import launches


def test_a_launch_and_its_work_are_read_back():
    log = KinetoLog("toy")
    log.launch("cudaLaunchKernel", 0.0, 5.0, 1)
    log.work("kernel", "mm", 7.0, 30.0, 1)
    log.host("user_annotation", "step", 0.0, 40.0)
    trace = log.trace()
    (only,) = launches(trace)
    assert only.delay == 7.0
    assert [(flow.start, flow.end) for flow in trace.flows] == [(0.0, 7.0)]
    assert [lane.name for lane in trace.lanes] == ["host", "device"]
    assert trace.devices[0]["name"] == trace.source == "toy"


def test_the_fields_of_kineto_are_there():
    log = KinetoLog("toy")
    log.work("kernel", "mm", 7.0, 30.0, 1)
    data = json.loads(log.content())
    kernel = next(one for one in data["traceEvents"] if one.get("cat") == "kernel")
    assert set(kernel) == {"ph", "cat", "name", "pid", "tid", "ts", "dur", "args"}
    assert {"device", "stream", "correlation"} <= set(kernel["args"])
    assert data["schemaVersion"] == 1
