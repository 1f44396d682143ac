"""Data parallelism on one machine: two processes share a batch, and agree with one that has it all.

The gradient of a mean over a batch is the mean of the gradients over its halves, so two processes
that average theirs take the step that one would have taken (S. Li et al., "PyTorch Distributed",
VLDB 2020). That holds for whatever treats lines one by one; batch norm does not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch.distributed

import text_recognizer
from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.numerics.replica import (
    LINES,
    SPLITS,
    WORLD,
    Array,
    step,
)

__all__ = ["ParallelReport", "TwoProcesses"]

TOLERANCE = 1e-6
"""Largest difference of two gradients that count as equal, as a share of the largest entry."""
_MEETING = 60.0


@dataclass(frozen=True, kw_only=True)
class ParallelReport:
    """How far two processes are from one.

    Attributes:
        gradients: For each way of sharing, the largest difference between the averaged gradient
            and that of one process with all lines, as a share of the latter's largest entry.
        means: The same for the running means of batch norm.
        replicas: Largest difference between the two processes' averaged gradients: exactly 0.
        missing: Why it was not tried; empty where it was.
    """

    gradients: dict[str, float]
    means: dict[str, float]
    replicas: float
    missing: str = ""

    def agrees(self, split: str) -> bool:
        """Whether the gradients are equal to 1e-6.

        Args:
            split: One of the ways of sharing.

        Raises:
            InputError: If it was not tried.
        """
        if split not in self.gradients:
            raise InputError(
                f"a way of sharing is one of {', '.join(self.gradients) or 'none'}; received "
                f"{split!r} {self.missing}"
            )
        return self.gradients[split] <= TOLERANCE


class TwoProcesses:
    """Starts two processes at once; ask for the report later.

    They meet through a file in a folder of their own and speak gloo over the loopback interface, so
    no port needs to be free. Where torch comes without gloo, nothing is started and the report says
    so.

    Args:
        seed: Decides weights and lines.
        seconds: After so long from the start they are ended, whatever they do; above 0.

    Raises:
        InputError: If the time is not above 0.

    Example:
        >>> report = TwoProcesses().report()  # doctest: +SKIP
        >>> report.agrees("equal shares")  # doctest: +SKIP
        True
    """

    def __init__(self, seed: int = 0, *, seconds: float = 180.0) -> None:
        if not seconds > 0:
            raise InputError(f"processes get some time, above 0 s; received {seconds!r}")
        self.seed = seed
        self.missing = "" if _has_gloo() else "this build of torch comes without gloo"
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds
        self._children: list[subprocess.Popen[str]] = []
        self._report: ParallelReport | None = None
        if self.missing:
            return
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._children = [self._start(rank) for rank in range(WORLD)]
        weakref.finalize(self, _end, self._children)

    def _start(self, rank: int) -> subprocess.Popen[str]:
        root = str(Path(text_recognizer.__file__).parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        values = (self._folder.name, rank, self.seed, min(_MEETING, self._seconds))
        module = "text_recognizer.troubleshooting.numerics.replica"
        with (self._folder_path() / f"rank{rank}.txt").open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *map(str, values)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )

    def _folder_path(self) -> Path:
        return Path(self._folder.name)

    @property
    def done(self) -> bool:
        """Whether both have ended."""
        return all(child.poll() is not None for child in self._children)

    def report(self) -> ParallelReport:
        """Waits for both, and compares them with one process, this one.

        Raises:
            DataError: If one fails or takes too long; the message holds its last words.
        """
        if self._report is None:
            self._report = self._compare()
        return self._report

    def _compare(self) -> ParallelReport:
        if self.missing:
            return ParallelReport(gradients={}, means={}, replicas=0.0, missing=self.missing)
        self._wait()
        folder = self._folder_path()
        first, second = (dict(np.load(folder / f"rank{rank}.npz")) for rank in range(WORLD))
        gradients, means = {}, {}
        for name, split in SPLITS.items():
            alone = step(self.seed, slice(0, LINES), training=split.training)
            gradients[name] = _apart(first[f"{name}/gradient"], alone.gradient)
            means[name] = _apart(first[f"{name}/means"], alone.means)
        replicas = max(
            float(np.abs(first[key] - second[key]).max()) for key in first if "gradient" in key
        )
        return ParallelReport(gradients=gradients, means=means, replicas=replicas)

    def _wait(self) -> None:
        try:
            while not self.done and time.monotonic() < self._deadline:
                if any(child.poll() for child in self._children):
                    break  # one has failed, and the other waits for it
                time.sleep(0.02)
            codes = [child.poll() for child in self._children]
        finally:
            _end(self._children)
        if codes != [0] * WORLD:
            logs = [self._folder_path() / f"rank{rank}.txt" for rank in range(WORLD)]
            words = [log.read_text(encoding="utf-8").strip().splitlines() for log in logs]
            last = [lines[-1] if lines else "nothing" for lines in words]
            raise DataError(
                f"both processes end with code 0 within {self._seconds:g} s; they ended with "
                f"{codes} (None: still at work) and said last: {last}; is loopback closed, or the "
                "machine busy? give more seconds"
            )


def _has_gloo() -> bool:
    distributed = torch.distributed
    return distributed.is_available() and distributed.is_gloo_available()


def _apart(one: Array, other: Array) -> float:
    return float(np.abs(one - other).max() / max(np.abs(other).max(), 1e-300))


def _end(children: list[subprocess.Popen[str]]) -> None:
    for child in children:
        if child.poll() is None:
            child.kill()
        child.wait()
