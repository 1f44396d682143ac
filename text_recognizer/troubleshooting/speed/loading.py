"""Epochs of a real DataLoader over items of a stated cost, with any number of workers.

An item costs the processor (decoding, distorting: it competes with the training step for the
cores) or it only waits (disk, network: it competes with nobody). Workers pay in the second case
even on one core, in the first only as long as cores are idle.

Python's own start method differs by system and version, so it is named here: fork on Linux, which
copies the process in milliseconds, and spawn elsewhere, which imports torch anew in every worker.
"""

from __future__ import annotations

import math
import multiprocessing
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset

from text_recognizer.core.errors import InputError

KINDS = ("compute", "wait")
#: Rows and columns of an item, as of a short line ready for the model.
ITEM_SHAPE = (48, 256)
_MOST_WORKERS = 16


@dataclass(frozen=True, kw_only=True)
class LoadingCase:
    """An epoch, but for the number of workers.

    Args:
        kind: ``"compute"``, an item costs processor time, or ``"wait"``, it only takes time.
        item_ms: cost of an item, ms, 0 to 1,000.
        batch_size: items of a batch, at least 1.
        step_ms: processor time of a training step in the main process, ms, 0 to 1,000.
        items: items of the epoch, at least 1.

    Raises:
        InputError: if a value is out of its range.

    Example:
        >>> LoadingCase(kind="wait", item_ms=5, batch_size=8, step_ms=1).batches
        16
    """

    kind: str
    item_ms: float
    batch_size: int
    step_ms: float
    items: int = 128

    def __post_init__(self) -> None:
        """Check the ranges."""
        if self.kind not in KINDS:
            raise InputError(f"kind is one of {KINDS}; received {self.kind!r}; pick one")
        for name, value in (("item_ms", self.item_ms), ("step_ms", self.step_ms)):
            if not 0 <= value <= 1_000:
                raise InputError(f"{name} is 0 to 1,000 ms; received {value!r}; name milliseconds")
        if self.batch_size < 1 or self.items < 1:
            raise InputError(
                "batch_size and items are at least 1; received "
                f"{self.batch_size!r} and {self.items!r}; give both a whole number"
            )

    @property
    def batches(self) -> int:
        """Batches of the epoch, the last one possibly short."""
        return math.ceil(self.items / self.batch_size)


class CostedLines(Dataset[Tensor]):
    """Items of a stated cost; item ``i`` is a (48, 256) float32 tensor filled with ``i``.

    Args:
        case: the cost of an item, and how many there are.
    """

    def __init__(self, case: LoadingCase) -> None:
        super().__init__()
        self.case = case

    def __len__(self) -> int:
        return self.case.items

    def __getitem__(self, index: int) -> Tensor:
        if self.case.kind == "compute":
            burn(self.case.item_ms / 1e3)
        elif self.case.item_ms:
            time.sleep(self.case.item_ms / 1e3)
        return torch.full(ITEM_SHAPE, float(index))


class UnshardedLines(IterableDataset[Tensor]):
    """The fault that workers bring: a stream that does not ask which worker it runs in.

    Each worker iterates over a copy of its own, so ``n`` workers yield every item ``n`` times.

    Args:
        items: items of one copy.
    """

    def __init__(self, items: int) -> None:
        super().__init__()
        self.items = items

    def __iter__(self) -> Iterator[Tensor]:
        """The items 0 to ``items - 1``, in every worker."""
        return (torch.tensor(float(index)) for index in range(self.items))


def burn(seconds: float) -> None:
    """Use up processor time of this thread.

    A loop on the clock of the wall would be over just as soon on a busy core; this one is not.

    Args:
        seconds: processor time, s, at least 0.

    Example:
        >>> burn(0.0)
    """
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def start_method() -> str:
    """How workers are started here: ``"fork"`` on Linux, ``"spawn"`` on macOS and elsewhere.

    Fork is unsafe on macOS, and its speed is Linux's own.
    """
    return "fork" if sys.platform.startswith("linux") else "spawn"


def make_loader(
    dataset: Dataset[Tensor],
    *,
    batch_size: int,
    workers: int = 0,
    shuffle_seed: int | None = None,
    method: str | None = None,
) -> DataLoader[Tensor]:
    """A DataLoader whose start method and order are stated.

    Args:
        dataset: gives the items.
        batch_size: items of a batch.
        workers: processes that load, 0 to 16; 0 loads in the main process, between the steps.
        shuffle_seed: decides the order; the order of the data set where None.
        method: start method, one of ``multiprocessing.get_all_start_methods()``;
            :func:`start_method` where None.

    Raises:
        InputError: if the number of workers or the method is out of range.
    """
    if isinstance(workers, bool) or not 0 <= workers <= _MOST_WORKERS:
        raise InputError(f"workers is 0 to {_MOST_WORKERS}; received {workers!r}; try 2")
    known = multiprocessing.get_all_start_methods()
    method = method or start_method()
    if method not in known:
        raise InputError(f"method is one of {known} here; received {method!r}; leave it out")
    generator = None if shuffle_seed is None else torch.Generator().manual_seed(shuffle_seed)
    with warnings.catch_warnings():
        # It advises against more workers than cores, which is a thing to be measured here.
        warnings.simplefilter("ignore")
        return DataLoader(
            dataset,
            batch_size=batch_size,
            shuffle=shuffle_seed is not None,
            generator=generator,
            num_workers=workers,
            multiprocessing_context=method if workers else None,
        )


def time_epoch(case: LoadingCase, workers: int, *, repeats: int = 1) -> float:
    """Seconds of an epoch, workers started and ended within it.

    Args:
        case: what is loaded and trained on.
        workers: processes that load.
        repeats: epochs, at least 1; the fastest counts, as others only disturb it.

    Returns:
        Wall-clock time, s.

    Raises:
        InputError: if ``workers`` or ``repeats`` is out of range.

    Example:
        >>> time_epoch(LoadingCase(kind="wait", item_ms=0, batch_size=4, step_ms=0, items=8), 0) > 0
        True
    """
    if repeats < 1:
        raise InputError(f"repeats is at least 1; received {repeats!r}; take 1 or more")
    return min(_time_once(case, workers) for _ in range(repeats))


def _time_once(case: LoadingCase, workers: int) -> float:
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above, and Python 3.12's word on fork with threads
        for _ in make_loader(CostedLines(case), batch_size=case.batch_size, workers=workers):
            burn(case.step_ms / 1e3)
    return time.perf_counter() - start


def order_of(workers: int, *, seed: int = 0, items: int = 24, batch_size: int = 4) -> list[int]:
    """Which items a shuffled loader yields, in order: it must not depend on ``workers``.

    Args:
        workers: processes that load.
        seed: decides the order.
        items: items of the epoch, at least 1.
        batch_size: items of a batch.

    Raises:
        InputError: if a value is out of its range.

    Example:
        >>> sorted(order_of(0)) == list(range(24))
        True
    """
    case = LoadingCase(kind="wait", item_ms=0, batch_size=batch_size, step_ms=0, items=items)
    loader = make_loader(
        CostedLines(case), batch_size=batch_size, workers=workers, shuffle_seed=seed
    )
    return _indices(loader)


def order_of_stream(workers: int, *, items: int = 6) -> list[int]:
    """Which items an unsharded stream yields: each as often as there are workers.

    Args:
        workers: processes that load.
        items: items of one copy.

    Example:
        >>> order_of_stream(0, items=3)
        [0, 1, 2]
    """
    return _indices(make_loader(UnshardedLines(items), batch_size=items, workers=workers))


def start_seconds(method: str) -> float:
    """Seconds until one worker, started by a method, has delivered one small batch.

    Args:
        method: one of ``multiprocessing.get_all_start_methods()``.

    Raises:
        InputError: if the method does not exist here.
    """
    case = LoadingCase(kind="wait", item_ms=0, batch_size=1, step_ms=0, items=1)
    start = time.perf_counter()
    loader = make_loader(CostedLines(case), batch_size=1, workers=1, method=method)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        next(islice(iter(loader), 1))
    return time.perf_counter() - start


def _indices(loader: DataLoader[Tensor]) -> list[int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [int(item.flatten()[0]) for batch in loader for item in batch]
