"""Record a trace on a real GPU, small enough to ship; give it, or else that of the queue."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.data.records import record_path
from text_recognizer.troubleshooting.profiling.events import (
    ANNOTATIONS,
    DEVICE_WORK,
    RUNTIME,
    category_name,
)
from text_recognizer.troubleshooting.profiling.experiments import queued_training
from text_recognizer.troubleshooting.profiling.flops import measure_peak_flops
from text_recognizer.troubleshooting.profiling.profile import profile_steps
from text_recognizer.troubleshooting.profiling.spans import MODULE, phase
from text_recognizer.troubleshooting.profiling.steps import reader_step
from text_recognizer.troubleshooting.profiling.trace import Trace, read_trace

NAME = "gpu_trace"
LIMIT = 300_000
"""Bytes of a record that is shipped."""

WITHOUT, WITH = "without a sync", "with a sync each step"
"""The two halves of the record."""

#: What the course's reader uses; the rest is large, or tells of the machine.
_NOTES = (
    *("correlation", "stream", "device", "bytes", "Input Dims", "Concrete Inputs"),
    "External id",
)
_CALLS = ("Launch", "Memcpy", "Memset", "Synchronize")
_SHAPED = ("aten::mm", "aten::bmm", "aten::addmm", "aten::baddbmm", "aten::convolution")
_KEPT = ("name", "major", "minor", "id", "totalGlobalMem", "numSms", "peakFlops")


def record_path_gpu() -> Path:
    """Where the recorded trace lies when it is shipped.

    Example:
        >>> record_path_gpu().name
        'gpu_trace.json.gz'
    """
    return record_path(NAME).with_suffix(".json.gz")


def load_device_trace() -> Trace:
    """A trace of a device: the recorded one of a real GPU where it is shipped, else a queue's.

    Returns:
        The trace; its ``source`` says which it is.

    Raises:
        ParseError: If the recorded one is damaged.
    """
    path = record_path_gpu()
    if not path.is_file():
        return queued_training(read_every=1)
    trace = read_trace(path)
    name = str(trace.devices[0].get("name", "a GPU")) if trace.devices else "a GPU"
    return replace(trace, source=f"recorded on {name}")


def record_gpu_trace(out: Path, *, steps: int = 2, batch_size: int = 16) -> Path:
    """Record training steps of the reader on a GPU, with and without a sync after each.

    Args:
        out: A ``.json.gz`` file.
        steps: Of either kind, from 1.
        batch_size: Lines of a step.

    Returns:
        The file, of at most 300 kB, without folders and names of machines.

    Raises:
        InputError: If there is no CUDA device, or the file has another suffix.
        DataError: If the trace would be larger.
    """
    if not out.name.endswith(".json.gz"):
        raise InputError(f"a recorded trace is a .json.gz file; received {out.name!r}")
    if not torch.cuda.is_available():
        raise InputError(
            "a GPU trace is recorded on a machine with an NVIDIA GPU and the CUDA build of torch; "
            f"received torch {torch.__version__} without a CUDA device; run this where there is one"
        )
    step = reader_step(batch_size=batch_size, device="cuda")

    def both() -> None:
        for name, read in ((WITHOUT, False), (WITH, True)):
            step.read_loss = read
            with phase(name):
                for _ in range(steps):
                    step()
                torch.cuda.synchronize()

    done = profile_steps(both, model=step.model, steps=1, warmup=2, device="cuda")
    content = strip(json.loads(done.content), {"peakFlops": measure_peak_flops("cuda")})
    if len(content) > LIMIT:
        raise DataError(
            f"a recorded trace has at most {LIMIT} bytes; {steps} steps took {len(content)}; "
            "record fewer steps"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    return out


def strip(data: Mapping[str, Any], facts: Mapping[str, Any]) -> bytes:
    """A trace without what the reader does not use, and without private names, packed.

    Args:
        data: What Kineto wrote.
        facts: What to add to the properties of the first device.

    Raises:
        DataError: If it has no events.

    Example:
        >>> span = {"ph": "X", "cat": "kernel", "ts": 1.5, "dur": 1, "args": {"Path": "a.cu"}}
        >>> b"a.cu" in gzip.decompress(strip({"traceEvents": [span]}, {}))
        False
    """
    events = [_small(one) for one in data.get("traceEvents", ()) if _wanted(one)]
    if not events:
        raise DataError(
            f"a trace has events; this one has fields {sorted(data)} and none; record it again"
        )
    origin = min((float(one["ts"]) for one in events if one["ph"] == "X"), default=0.0)
    for one in events:
        one["ts"] = round(float(one.get("ts", 0.0)) - origin, 3) if one["ph"] != "M" else 0
    devices = [
        {name: value for name, value in one.items() if name in _KEPT}
        for one in data.get("deviceProperties", ())
    ]
    devices[:1] = [{**(devices[0] if devices else {}), **facts}]
    fields = {"schemaVersion": data.get("schemaVersion", 1), "deviceProperties": devices}
    text = json.dumps({**fields, "traceEvents": events}, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _wanted(event: Mapping[str, Any]) -> bool:
    if event.get("ph") == "M":
        return event.get("name") in ("process_name", "thread_name")
    name, category = str(event.get("name", "")), category_name(event.get("cat"))
    if event.get("ph") != "X":
        # Arrows say again what the correlation numbers say.
        return False
    # Operators are most of a trace: of them, those with arithmetic in them.
    if category == "cpu_op":
        return name.startswith(_SHAPED)
    if category in RUNTIME:
        return any(word in name for word in _CALLS)
    return category in (*ANNOTATIONS, *DEVICE_WORK)


def _small(event: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in event.items() if key != "args"}
    notes = event.get("args", {})
    if event.get("ph") == "M":
        # The names of processes are command lines.
        name = str(notes.get("name", "")).split("/")[-1].split(" ")[0]
        return {**kept, "args": {"name": notes["name"] if "stream" in str(notes) else name}}
    if event.get("ph") == "X":
        shaped = str(event.get("name", "")).startswith(_SHAPED)
        kept["args"] = {
            name: notes[name]
            for name in _NOTES
            if name in notes and (shaped or name not in ("Input Dims", "Concrete Inputs"))
        }
        if str(event.get("name", "")).startswith(MODULE):
            kept["args"] = {}
    return kept
