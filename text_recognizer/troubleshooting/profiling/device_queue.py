"""A thread that plays a device: real work, handed over and done in order, as by a CUDA stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Any

import torch
from torch import Tensor

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.kineto import KinetoLog
from text_recognizer.troubleshooting.profiling.trace import Trace, parse_trace

NAME = "thread that plays a device"
_LONGEST = 60.0


class Pending:
    """A result that the device may not have yet.

    Attributes:
        value: What came out, once it is there.
    """

    def __init__(self) -> None:
        self.value: Any = None
        self.ready = threading.Event()


class DeviceQueue:
    """Takes work at once and does it in order, in a thread of its own.

    What a CUDA stream does is done here by a thread: ``submit`` returns before the work is done,
    an error shows up only at the next wait, and every wait costs the head start of the host. The
    work is real (torch gives up Python's lock while it computes), so is every time in the trace.

    Example:
        >>> with DeviceQueue() as queue:
        ...     product = queue.submit(torch.mm, torch.ones(2, 3), torch.ones(3, 2))
        ...     queue.read(product).tolist()
        [[3.0, 3.0], [3.0, 3.0]]
    """

    def __init__(self) -> None:
        self._log = KinetoLog(NAME)
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._done: list[tuple[str, str, float, float, int, dict[str, Any]]] = []
        self._failed: tuple[str, Exception] | None = None
        self._count = 0
        self._open = True
        self._thread = threading.Thread(target=self._work, name=NAME, daemon=True)
        self._thread.start()

    def __enter__(self) -> DeviceQueue:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def submit(self, function: Callable[..., Any], *inputs: Any) -> Pending:
        """Hand in work; returns at once.

        Args:
            function: Such as ``torch.mm``.
            inputs: Tensors, and results that may still be pending.

        Returns:
            The result to come.

        Raises:
            InputError: If the queue is closed.
        """
        name = getattr(function, "__name__", type(function).__name__)
        shapes = [list(one.shape) if isinstance(one, Tensor) else [] for one in inputs]
        started = _now()
        pending = self._launch("cudaLaunchKernel", "kernel", name, function, inputs, {})
        self._log.host("cpu_op", f"aten::{name}", started, _now(), **{"Input Dims": shapes})
        return pending

    def copy_in(self, tensor: Tensor) -> Pending:
        """Copy a tensor to the device; returns at once.

        Args:
            tensor: Of the host.

        Raises:
            InputError: If the queue is closed.
        """
        kind, notes = "Memcpy HtoD (Pinned -> Device)", {"bytes": tensor.nbytes}
        return self._launch("cudaMemcpyAsync", "gpu_memcpy", kind, Tensor.clone, (tensor,), notes)

    def read(self, pending: Pending) -> Tensor:
        """Copy a result to the host, as ``.item()`` and ``.cpu()`` do: waits for all work before.

        Args:
            pending: From :meth:`submit` or :meth:`copy_in`.

        Raises:
            InputError: If the queue is closed, or work handed in earlier has failed.
        """
        kind, notes = "Memcpy DtoH (Device -> Pageable)", {"bytes": 0}

        def fetch(value: Tensor) -> Tensor:
            notes["bytes"] = value.nbytes
            return value.clone()

        copy = self._launch("cudaMemcpyAsync", "gpu_memcpy", kind, fetch, (pending,), notes)
        self._wait("cudaStreamSynchronize", copy)
        value: Tensor = copy.value
        return value

    def synchronize(self) -> None:
        """Wait until all work is done.

        Raises:
            InputError: If the queue is closed, or work handed in earlier has failed.
        """
        self._check()
        marker = Pending()
        self._tasks.put(marker.ready.set)
        self._wait("cudaDeviceSynchronize", marker)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Name what the host does in a block.

        Args:
            name: Such as ``"load"``.
        """
        started = _now()
        try:
            yield
        finally:
            self._log.host("user_annotation", name, started, _now())

    def close(self) -> None:
        """Let the thread finish what it has, and end it; a second call does nothing."""
        if self._open:
            self._open = False
            self._tasks.put(None)
            self._thread.join(_LONGEST)

    def content(self) -> bytes:
        """All that happened so far, as JSON in Kineto's form, for Perfetto."""
        log = KinetoLog(NAME, list(self._log.events))
        for category, name, start, end, correlation, notes in list(self._done):
            log.work(category, name, start, end, correlation, **notes)
        return log.content()

    def trace(self) -> Trace:
        """All that happened so far, read by the course's own reader."""
        return parse_trace(self.content(), source=NAME)

    def _launch(
        self,
        call: str,
        category: str,
        name: str,
        function: Callable[..., Any],
        inputs: tuple[Any, ...],
        notes: dict[str, Any],
    ) -> Pending:
        self._check()
        started = _now()
        self._count += 1
        correlation, pending = self._count, Pending()

        def task() -> None:
            if self._failed is None:
                values = [one.value if isinstance(one, Pending) else one for one in inputs]
                begin = _now()
                try:
                    pending.value = function(*values)
                except Exception as error:
                    self._failed = (name, error)
                self._done.append((category, name, begin, _now(), correlation, notes))
            pending.ready.set()

        self._tasks.put(task)
        self._log.launch(call, started, _now(), correlation)
        return pending

    def _wait(self, call: str, pending: Pending) -> None:
        started = _now()
        pending.ready.wait()
        self._log.host("cuda_runtime", call, started, _now())
        if self._failed is not None:
            name, error = self._failed
            self._failed = None
            raise InputError(
                f"work is handed in fit to be done; {name} failed earlier with "
                f"{type(error).__name__}: {error}; synchronize after each call to find the line"
            ) from error

    def _work(self) -> None:
        with torch.no_grad():
            while (task := self._tasks.get()) is not None:
                task()

    def _check(self) -> None:
        if not self._open:
            raise InputError(
                f"an open queue takes work; this one was closed after {self._count} launches; "
                "make another DeviceQueue"
            )


def _now() -> float:
    return time.perf_counter_ns() / 1000
