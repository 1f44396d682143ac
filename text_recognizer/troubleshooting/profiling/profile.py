"""Profile a few steps of a training, and keep the trace."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.autograd.profiler import profile, record_function

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.events import ANNOTATIONS
from text_recognizer.troubleshooting.profiling.spans import MODULE, STEP, module_spans
from text_recognizer.troubleshooting.profiling.trace import Trace, parse_trace
from text_recognizer.troubleshooting.profiling.tree import Node, Row, call_tree, self_times

#: What names a machine or a folder on it.
_PRIVATE = ("host_name", "traceName", "trace_id")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the profiler saw of some steps.

    Attributes:
        content: The trace as JSON, which Perfetto and chrome://tracing open.
        steps: How many steps it holds.
    """

    content: bytes
    steps: int

    @cached_property
    def trace(self) -> Trace:
        """The trace, read by the course's own reader."""
        return parse_trace(self.content, source=f"profile of {self.steps} steps")

    @cached_property
    def roots(self) -> tuple[Node, ...]:
        """The call trees of all host lanes."""
        lanes = [lane for lane in self.trace.lanes if not lane.device and lane.pid != "Spans"]
        return tuple(root for lane in lanes for root in call_tree(lane.spans))

    @cached_property
    def step_trees(self) -> tuple[Node, ...]:
        """The call tree of each step, in their order."""
        return tuple(root for root in self.roots if root.span.name == STEP)

    @property
    def phases(self) -> dict[str, float]:
        """Time of each phase over all steps, µs, in the order in which they first ran."""
        found: dict[str, float] = {}
        for root in self.step_trees:
            for node in root.children:
                if node.span.category in ANNOTATIONS:
                    found[node.span.name] = found.get(node.span.name, 0.0) + node.span.duration
        return found

    @property
    def modules(self) -> dict[str, float]:
        """Time of each module's forward pass over all steps, µs; inner modules included."""
        found: dict[str, float] = {}
        for span in self.trace.select("user_annotation", name=MODULE):
            name = span.name.removeprefix(MODULE)
            found[name] = found.get(name, 0.0) + span.duration
        return found

    @property
    def peak_bytes(self) -> int | None:
        """Most memory in use at once above that at the start; None unless asked for."""
        notes = [mark.args for mark in self.trace.instants if mark.name == "[memory]"]
        totals = [int(note.get("Total Allocated", 0)) for note in notes]
        if not totals:
            return None
        return max(totals) - (totals[0] - int(notes[0].get("Bytes", 0)))

    def top(self, n: int = 10) -> tuple[Row, ...]:
        """The operators that took most time themselves, without what they called.

        Args:
            n: At most so many, from 1.

        Raises:
            InputError: If n is below 1.
        """
        if n < 1:
            raise InputError(f"a table has at least one row; received n={n}")
        return self_times(self.roots, "cpu_op")[:n]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the trace for Perfetto or chrome://tracing.

        Args:
            path: Ends in ``.json`` or ``.json.gz``; both programs open both.

        Returns:
            The file.

        Raises:
            InputError: If it ends in neither.
        """
        file = Path(path)
        if not file.name.endswith((".json", ".json.gz")):
            raise InputError(
                f"a trace is a .json or .json.gz file; received {file.name!r}; name it trace.json"
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(self.content, mtime=0) if file.suffix == ".gz" else self.content
        file.write_bytes(packed)
        return file


def profile_steps(
    step: Callable[[], Any],
    *,
    model: nn.Module | None = None,
    steps: int = 3,
    warmup: int = 1,
    memory: bool = False,
    device: str = "cpu",
) -> Profile:
    """Run a step several times under PyTorch's profiler.

    Args:
        step: One step of a training, or anything else to be called; name its phases with
            :func:`phase`.
        model: Spans are opened by the dotted names of its modules.
        steps: Steps to profile, from 1.
        warmup: Steps before, from 0: a first step also pays for imports and memory.
        memory: Note allocations, too; slower.
        device: ``"cpu"``, or ``"cuda"`` to record kernels and copies.

    Returns:
        The profile.

    Raises:
        InputError: If a number is out of its range, or there is no such device.

    Example:
        >>> done = profile_steps(lambda: torch.ones(8, 8) @ torch.ones(8, 8), steps=2)
        >>> done.steps, any(row.name == "aten::mm" for row in done.top())
        (2, True)
    """
    if steps < 1 or warmup < 0:
        raise InputError(
            f"steps is at least 1 and warmup at least 0; received {steps} and {warmup}"
        )
    if device not in ("cpu", "cuda") or (device == "cuda" and not torch.cuda.is_available()):
        raise InputError(
            f"device is cpu, or cuda where there is one; received {device!r}; use device='cpu'"
        )
    with module_spans(model) if model is not None else contextlib.nullcontext():
        for _ in range(warmup):
            step()
        recorded = _record(step, steps, memory, device)
    return Profile(content=_clean(recorded), steps=steps)


def _record(step: Callable[[], Any], steps: int, memory: bool, device: str) -> bytes:
    """The trace as PyTorch exports it.

    ``torch.profiler.profile`` wraps the same recorder and imports the compiler first, 800 modules
    that nothing here needs.
    """
    # Its methods have no types.
    recorder: Any = profile(
        use_kineto=True,
        use_device="cuda" if device == "cuda" else None,
        record_shapes=True,
        with_flops=True,
        profile_memory=memory,
    )
    with _quiet():
        recorder.__enter__()
    try:
        for _ in range(steps):
            with record_function(STEP):
                step()
        if device == "cuda":
            torch.cuda.synchronize()
    finally:
        with _quiet():
            recorder.__exit__(*sys.exc_info())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        with _quiet():
            recorder.export_chrome_trace(str(path))
        return path.read_bytes()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing on file descriptor 2: the recorder writes there itself when it starts and stops."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _clean(content: bytes) -> bytes:
    """The trace without names of machines and folders."""
    data = json.loads(content.decode("utf-8", errors="replace"), strict=False)
    fields = {name: value for name, value in data.items() if name not in _PRIVATE}
    return json.dumps(fields, separators=(",", ":")).encode()
