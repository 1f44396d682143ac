"""The record of a real GPU: what is kept of it, what stands in for it, what is said without one."""

from __future__ import annotations

import gzip
import json

import pytest
import torch

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.profiling import load_device_trace, record
from text_recognizer.troubleshooting.profiling.__main__ import main
from text_recognizer.troubleshooting.profiling.launches import launches
from text_recognizer.troubleshooting.profiling.simulator import simulate_queue
from text_recognizer.troubleshooting.profiling.trace import read_trace

EVENTS = [
    {"ph": "M", "name": "process_name", "pid": 9, "args": {"name": "/home/ada/bin/python x.py"}},
    {"ph": "M", "name": "thread_name", "pid": 0, "tid": 7, "args": {"name": "stream 7"}},
    {"ph": "X", "name": "aten::mm", "cat": "cpu_op", "ts": 1e12, "dur": 5, "pid": 9, "tid": 9,
     "args": {"Input Dims": [[2, 3], [3, 4]], "Call stack": "/home/ada/x.py", "Ev Idx": 3}},
    {"ph": "X", "name": "cudaLaunchKernel", "cat": "cuda_runtime", "ts": 1e12 + 1, "dur": 2,
     "pid": 9, "tid": 9, "args": {"correlation": 5, "cbid": 211}},
    {"ph": "X", "name": "sgemm", "cat": "kernel", "ts": 1e12 + 4, "dur": 9, "pid": 0, "tid": 7,
     "args": {"correlation": 5, "stream": 7, "grid": [1, 1, 1]}},
    {"ph": "i", "name": "[memory]", "ts": 1e12, "args": {"Addr": 1234}},
]  # fmt: skip
DATA = {
    "schemaVersion": 1,
    "host_name": "ada-laptop",
    "deviceProperties": [{"id": 0, "name": "NVIDIA H200", "uuid": "GPU-1"}],
    "traceEvents": EVENTS,
}


def test_what_is_stripped_reads_the_same_and_names_nobody(tmp_path):
    packed = record.strip(DATA, {"peakFlops": 1e12})
    text = gzip.decompress(packed)
    for private in (b"ada", b"uuid", b"Addr", b"cbid"):
        assert private not in text
    path = tmp_path / "gpu.json.gz"
    path.write_bytes(packed)
    trace = read_trace(path)
    assert [span.name for span in trace.spans] == ["aten::mm", "cudaLaunchKernel", "sgemm"]
    assert trace.spans[0].args == {"Input Dims": [[2, 3], [3, 4]]}
    assert launches(trace)[0].delay == 3
    assert trace.devices == ({"id": 0, "name": "NVIDIA H200", "peakFlops": 1e12},)
    assert trace.device.name == "stream 7"
    assert packed == record.strip(json.loads(json.dumps(DATA)), {"peakFlops": 1e12})


def test_a_profile_of_real_steps_is_stripped_to_its_arithmetic():
    from text_recognizer.models import LineModelConfig
    from text_recognizer.troubleshooting.profiling import profile_steps, reader_step
    from text_recognizer.troubleshooting.profiling.flops import trace_flops
    from text_recognizer.troubleshooting.profiling.trace import parse_trace

    small = LineModelConfig(channels=(4, 4, 8), features=16, dilations=(1,), dropout=0.0)
    step = reader_step(small, batch_size=1)
    done = profile_steps(step, model=step.model, steps=2)
    packed = record.strip(json.loads(done.content), {})
    trace = parse_trace(gzip.decompress(packed))
    assert trace_flops(trace) == trace_flops(done.trace)
    assert len(packed) < 0.2 * len(gzip.compress(done.content))
    assert {"forward", "backward", "load"} <= {one.name for one in trace.spans}


def test_nothing_to_strip_is_refused():
    with pytest.raises(DataError, match="traceEvents"):
        record.strip({"traceEvents": []}, {})


def test_without_a_record_the_queue_stands_in_and_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(record, "record_path_gpu", lambda: tmp_path / "none.json.gz")
    trace = load_device_trace()
    assert trace.source == "thread that plays a device"
    assert trace.device.spans


def test_a_record_is_taken_when_it_is_there(monkeypatch, tmp_path):
    path = tmp_path / "gpu_trace.json.gz"
    path.write_bytes(record.strip(DATA, {}))
    monkeypatch.setattr(record, "record_path_gpu", lambda: path)
    assert load_device_trace().source == "recorded on NVIDIA H200"
    assert simulate_queue().source == "simulated device"


@pytest.mark.skipif(torch.cuda.is_available(), reason="says what is said without CUDA")
def test_without_a_gpu_the_command_says_what_is_needed_in_one_line(capsys, tmp_path):
    out = tmp_path / "gpu.json.gz"
    assert main(["record", "--out", str(out)]) == 1
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert "NVIDIA GPU" in said
    assert not out.exists()


def test_a_record_is_packed(tmp_path):
    with pytest.raises(InputError, match=r"'gpu\.json'"):
        record.record_gpu_trace(tmp_path / "gpu.json")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_real_gpu_is_recorded(tmp_path):
    path = record.record_gpu_trace(tmp_path / "gpu.json.gz", steps=1)
    trace = read_trace(path)
    assert trace.select("kernel")
    assert path.stat().st_size <= record.LIMIT
