"""Small programs on a device queue: timers that lie, reads that stall, products that waste."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.profiling.device_queue import DeviceQueue, Pending
from text_recognizer.troubleshooting.profiling.trace import Trace


@dataclass(frozen=True, kw_only=True)
class TimerGap:
    """The same work timed twice.

    Attributes:
        unsynced: Seconds until all launches had returned.
        synced: Seconds until all work was done.
    """

    unsynced: float
    synced: float

    @property
    def ratio(self) -> float:
        """What the timer without a sync reports, as a share of the truth."""
        return self.unsynced / self.synced


def timer_gap(*, size: int = 512, launches: int = 12) -> TimerGap:
    """Time products on a device queue with and without waiting for them.

    Args:
        size: Rows and columns of the matrices, from 64 to 4096.
        launches: How many products, from 1.

    Raises:
        ConfigError: If a number is out of its range.

    Example:
        >>> gap = timer_gap(size=256, launches=3)
        >>> gap.unsynced < gap.synced
        True
    """
    _check("size", size, 64, 4096)
    _check("launches", launches, 1, 10_000)
    left, right = torch.rand(size, size), torch.rand(size, size)
    with DeviceQueue() as queue:
        queue.read(queue.submit(torch.mm, left, right))
        started = time.perf_counter()
        for _ in range(launches):
            queue.submit(torch.mm, left, right)
        unsynced = time.perf_counter() - started
        queue.synchronize()
        return TimerGap(unsynced=unsynced, synced=time.perf_counter() - started)


def queued_training(
    *, read_every: int = 0, steps: int = 6, size: int = 448, seed: int = 0
) -> Trace:
    """Train two layers on a device queue, while the host makes the next batch.

    Args:
        read_every: The host reads the loss after every so many steps; 0 is never.
        steps: From 1 to 1000.
        size: Width of the layers and lines of a batch, from 64 to 2048.
        seed: Of weights and batches.

    Returns:
        The trace of host and device; every time in it is measured.

    Raises:
        ConfigError: If a number is out of its range.

    Example:
        >>> trace = queued_training(steps=2, size=64, read_every=1)
        >>> len(trace.select("gpu_memcpy", name="DtoH"))
        2
    """
    _check("read_every", read_every, 0, 1000)
    _check("steps", steps, 1, 1000)
    _check("size", size, 64, 2048)
    random = torch.Generator().manual_seed(seed)
    with DeviceQueue() as queue:
        first, second = (
            queue.copy_in(torch.randn(size, size, generator=random) / size**0.5) for _ in range(2)
        )
        # Both sides find their memory and their code before anything is drawn.
        queue.read(_train(queue, first, second, _batch(size, random)))
        for step in range(1, steps + 1):
            with queue.phase("load"):
                images = _batch(size, random)
            with queue.phase("train"):
                loss = _train(queue, first, second, images)
            if read_every and step % read_every == 0:
                with queue.phase("read loss"):
                    queue.read(loss)
        queue.synchronize()
        trace = queue.trace()
    starts = [span.start for span in trace.select("user_annotation", name="load")]
    return trace.between(min(starts), trace.end + 1)


def queued_products(rows: int, inner: int, columns: int, *, count: int = 12) -> Trace:
    """Products of matrices on a device queue, one after the other without a pause.

    Args:
        rows: Of the left matrix, from 1.
        inner: Columns of the left matrix and rows of the right one, from 1.
        columns: Of the right matrix, from 1.
        count: How many products, from 1.

    Returns:
        The trace, with shapes.

    Raises:
        ConfigError: If a number is out of its range.

    Example:
        >>> len(queued_products(64, 64, 64, count=3).select("kernel"))
        3
    """
    for name, value in (("rows", rows), ("inner", inner), ("columns", columns), ("count", count)):
        _check(name, value, 1, 10_000_000)
    left, right = torch.rand(rows, inner), torch.rand(inner, columns)
    torch.mm(left, right)
    with DeviceQueue() as queue:
        with queue.phase("products"):
            for _ in range(count):
                queue.submit(torch.mm, left, right)
        queue.synchronize()
        return queue.trace()


def _batch(size: int, random: torch.Generator) -> Tensor:
    """What a loader does, as far as time goes: eight drawings on the host for one of a batch."""
    return torch.randn(8, size, size, generator=random).mean(dim=0)


def _train(queue: DeviceQueue, first: Pending, second: Pending, images: Tensor) -> Pending:
    """Hands in a forward and a backward pass; returns the loss to come."""
    batch = queue.copy_in(images)
    hidden = queue.submit(torch.relu, queue.submit(torch.mm, batch, first))
    result = queue.submit(torch.mm, hidden, second)
    back = queue.submit(torch.mm, result, second)
    slope = queue.submit(torch.mm, batch, back)
    return queue.submit(torch.mean, queue.submit(torch.add, slope, result))


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{name} is from {low} to {high}, got {value}")
