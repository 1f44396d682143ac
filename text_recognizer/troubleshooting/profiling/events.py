"""What a trace is made of: spans on lanes, and arrows between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Id = int | str
"""Processes and threads are numbered; some tools name them instead."""

ANNOTATIONS = ("user_annotation", "gpu_user_annotation")
"""Spans that the program opened by name, with ``record_function``."""

DEVICE_WORK = ("kernel", "gpu_memcpy", "gpu_memset")
"""Spans during which a device works."""

RUNTIME = ("cuda_runtime", "cuda_driver")
"""Calls by which a host gives a device work, or waits for it."""

#: Names of categories before PyTorch 1.13 (and of tools that copy them), and those since.
_CURRENT = {
    "operator": "cpu_op",
    "kernel": "kernel",
    "memcpy": "gpu_memcpy",
    "memset": "gpu_memset",
    "runtime": "cuda_runtime",
    "driver": "cuda_driver",
    "annotation": "user_annotation",
    "python": "python_function",
    "gpu_annotation": "gpu_user_annotation",
}


class Span(NamedTuple):
    """Something that took time on a lane.

    Attributes:
        name: Such as ``"aten::mm"``.
        category: In the names of Kineto today, such as ``"cpu_op"`` or ``"kernel"``.
        start: When it began, in µs from the first span of the trace.
        duration: How long it took, µs, at least 0.
        pid: The process; for device work the number of the device.
        tid: The thread; for device work the stream.
        args: What the tool noted: shapes, bytes, correlation.
    """

    name: str
    category: str
    start: float
    duration: float
    pid: Id
    tid: Id
    args: Mapping[str, Any]

    @property
    def end(self) -> float:
        """When it ended, in µs from the first span of the trace."""
        return self.start + self.duration

    def holds(self, other: Span) -> bool:
        """Whether another span lies within this one, on whatever lane.

        Args:
            other: Of the same trace.

        Example:
            >>> step = Span("step", "user_annotation", 0, 9, 1, 1, {})
            >>> step.holds(Span("aten::mm", "cpu_op", 3, 6, 1, 1, {}))
            True
        """
        return self.start <= other.start and other.end <= self.end


class Flow(NamedTuple):
    """An arrow from one lane to another, such as from a launch to its kernel.

    Attributes:
        category: Such as ``"ac2g"`` (host to device) or ``"fwdbwd"`` (forward to backward).
        start: When it leaves, µs.
        start_lane: (pid, tid) that it leaves.
        end: When it arrives, µs.
        end_lane: (pid, tid) that it arrives on.
    """

    category: str
    start: float
    start_lane: tuple[Id, Id]
    end: float
    end_lane: tuple[Id, Id]


def category_name(written: object) -> str:
    """The name that Kineto uses today for a category, whatever version wrote it.

    Args:
        written: As it stands in the file; versions differ in names and in case.

    Example:
        >>> category_name("Operator"), category_name("Kernel"), category_name("gpu_memcpy")
        ('cpu_op', 'kernel', 'gpu_memcpy')
    """
    text = str(written or "")
    return _CURRENT.get(text.lower(), text)
