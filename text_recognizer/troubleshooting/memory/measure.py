"""The memory of a training step, measured: pages of a fresh process, and torch's own count.

Two instruments that know nothing of the plan. The kernel counts the pages that a process touched
(its high-water mark, reset just before); torch's profiler notes each allocation of a tensor. The
first sees workspaces and the allocator's slack, the second does not.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from text_recognizer.core.errors import DataError
from text_recognizer.troubleshooting.memory.caps import status_bytes
from text_recognizer.troubleshooting.memory.jobs import Job, Outcome, reference
from text_recognizer.troubleshooting.memory.running import Part, Running
from text_recognizer.troubleshooting.memory.subjects import make_subject


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Bytes of two training steps, from before the model was built.

    Attributes:
        name: of the model.
        batch: lines of a step.
        resident: growth of the process at its worst, bytes.
        allocated: most bytes of tensors at a time, as torch's profiler counts them.
        how: the instrument behind ``resident``.
    """

    name: str
    batch: int
    resident: int
    allocated: int
    how: str


class Measuring:
    """Measurements under way in a child process, for :func:`start_measuring`.

    Args:
        running: the child.

    Attributes:
        running: the child, which can be asked for more.
    """

    def __init__(self, running: Running) -> None:
        self.running = running
        self._part = Part(running, 0, len(running.jobs))

    def fetch(self) -> list[Measured]:
        """Wait for the measurements.

        Raises:
            DataError: if a measurement failed.
        """
        return [_value(outcome) for outcome in self._part.fetch()]


def start_measuring(
    sizes: Sequence[tuple[str, int]], *, width: int = 640, optimizer: str = "adamw"
) -> Measuring:
    """Begin to measure training steps in a child process, and do not wait for it.

    Args:
        sizes: model, as for ``make_subject``, and batch.
        width: columns of a line.
        optimizer: adam, adamw, rmsprop or sgd.

    Returns:
        Its ``fetch()`` gives one :class:`Measured` for each size.

    Example:
        >>> measuring = start_measuring([("tiny", 2)], width=64)
        >>> [one.name for one in measuring.fetch()]
        ['tiny']
    """
    options = {"width": width, "optimizer": optimizer}
    jobs = [
        Job(function=reference(measure_here), options={"name": name, "batch": batch, **options})
        for name, batch in sizes
    ]
    return Measuring(Running(jobs))


def measure_here(name: str, batch: int, *, width: int, optimizer: str) -> Measured:
    """Measure in this process, which should be a fresh one.

    Args:
        name: of the model.
        batch: lines of a step.
        width: columns of a line.
        optimizer: of :data:`text_recognizer.troubleshooting.memory.plan.OPTIMIZERS`.
    """
    # Code that runs for the first time is read from disk into memory: not for the model's account.
    train_steps(name, 1, width=width, optimizer=optimizer)
    _give_back()
    before, how = _restart_peak()
    train_steps(name, batch, width=width, optimizer=optimizer)
    after = _peak()
    _give_back()
    return Measured(
        name=name,
        batch=batch,
        resident=after - before,
        allocated=_allocated(name, batch, width=width, optimizer=optimizer),
        how=how,
    )


def train_steps(name: str, batch: int, *, width: int, optimizer: str, steps: int = 2) -> None:
    """Build a model and train it on one batch; the second step has the moments of the first.

    Args:
        name: of the model.
        batch: lines of a step.
        width: columns of a line.
        optimizer: its name.
        steps: at least 1.
    """
    from text_recognizer.troubleshooting.memory.plan import OPTIMIZERS

    subject = make_subject(name, batch, width=width)
    chosen = OPTIMIZERS[optimizer](subject.model.parameters(), lr=1e-4)
    for _ in range(steps):
        value: Any = subject.loss(subject.model(subject.inputs))
        value.backward()
        chosen.step()
        chosen.zero_grad()


def _allocated(name: str, batch: int, *, width: int, optimizer: str) -> int:
    """Most bytes of tensors at a time, from the memory events of a trace."""
    # What torch.profiler.profile wraps; that one imports a compiler when it starts, for seconds.
    with torch.autograd.profiler.profile(use_kineto=True, profile_memory=True) as profiler:
        train_steps(name, batch, width=width, optimizer=optimizer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        profiler.export_chrome_trace(str(path))
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    notes = [one for one in events if one.get("name") == "[memory]"]
    live = most = 0
    for note in sorted(notes, key=lambda one: float(one["ts"])):
        live += int(note["args"]["Bytes"])
        most = max(most, live)
    return most


def _restart_peak() -> tuple[int, str]:
    """Forget the high-water mark, where the system can; bytes now, and the instrument's name."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
        now = status_bytes("VmRSS")
        if now is not None:
            return now, "VmHWM of /proc, reset before"
    except OSError:
        pass
    return _peak(), "ru_maxrss, which cannot be reset: too low by what was freed before"


def _peak() -> int:
    found = status_bytes("VmHWM")
    if found is not None:
        return found
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _give_back() -> None:
    """Free what is not used, and ask the C library to hand it back to the system."""
    gc.collect()
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except (OSError, AttributeError):
            return


def _value(outcome: Outcome) -> Measured:
    if not isinstance(outcome.value, Measured):
        raise DataError(
            f"a measurement ends with a number, this one ended as {outcome.kind!r}: "
            f"{outcome.detail}; measure a smaller batch"
        )
    return outcome.value
