"""Write traces in the form of PyTorch's own recorder: what our queues do, the same tools read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from text_recognizer.troubleshooting.profiling.trace import Trace, parse_trace

HOST, THREAD = 1, 1
DEVICE, STREAM = 0, 7


@dataclass
class KinetoLog:
    """Events in Kineto's form, one after another.

    Attributes:
        device_name: What plays the device.
        events: In Chrome's format.
    """

    device_name: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Name the lanes, unless the events do already."""
        if self.events:
            return
        for pid, tid, process, thread in (
            (HOST, THREAD, "python", "host"),
            (DEVICE, STREAM, self.device_name, "device"),
        ):
            for what, name in (("process_name", process), ("thread_name", thread)):
                note = {"ph": "M", "name": what, "pid": pid, "tid": tid, "ts": 0}
                self.events.append({**note, "args": {"name": name}})

    def host(self, category: str, name: str, start: float, end: float, **args: Any) -> None:
        """A span on the host.

        Args:
            category: Such as ``"cuda_runtime"``.
            name: Of the span.
            start: µs.
            end: µs.
            args: What to note.
        """
        self._span(category, name, start, end, HOST, THREAD, args)

    def launch(self, name: str, start: float, end: float, correlation: int, **args: Any) -> None:
        """A call that gives the device work.

        Args:
            name: Such as ``"cudaLaunchKernel"``.
            start: µs.
            end: µs.
            correlation: The number that call and work carry.
            args: What to note.
        """
        self.host("cuda_runtime", name, start, end, correlation=correlation, **args)
        self._arrow("s", start, correlation, HOST, THREAD)

    def work(
        self, category: str, name: str, start: float, end: float, correlation: int, **args: Any
    ) -> None:
        """What the device did for a call.

        Args:
            category: ``"kernel"`` or ``"gpu_memcpy"``.
            name: Of the kernel.
            start: µs.
            end: µs.
            correlation: The number that call and work carry.
            args: What to note.
        """
        notes = {"device": DEVICE, "stream": STREAM, "correlation": correlation, **args}
        self._span(category, name, start, end, DEVICE, STREAM, notes)
        self._arrow("f", start, correlation, DEVICE, STREAM)

    def content(self) -> bytes:
        """The trace as JSON, which Perfetto opens."""
        fields = {
            "schemaVersion": 1,
            "deviceProperties": [{"id": DEVICE, "name": self.device_name}],
            "traceEvents": self.events,
        }
        return json.dumps(fields, separators=(",", ":")).encode()

    def trace(self) -> Trace:
        """The trace, read by the course's own reader."""
        return parse_trace(self.content(), source=self.device_name)

    def _span(
        self,
        category: str,
        name: str,
        start: float,
        end: float,
        pid: int,
        tid: int,
        args: dict[str, Any],
    ) -> None:
        event = {"ph": "X", "cat": category, "name": name, "pid": pid, "tid": tid}
        times = {"ts": round(start, 3), "dur": round(max(0.0, end - start), 3)}
        self.events.append({**event, **times, "args": args})

    def _arrow(self, phase: str, time: float, number: int, pid: int, tid: int) -> None:
        event = {"ph": phase, "id": number, "cat": "ac2g", "name": "ac2g", "pid": pid, "tid": tid}
        self.events.append({**event, "ts": round(time, 3), **({"bp": "e"} if phase == "f" else {})})
