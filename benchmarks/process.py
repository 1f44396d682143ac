"""Run a program by itself and measure what it used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class WorkerError(RuntimeError):
    """A program that was to be measured failed."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one run of a program used.

    Attributes:
        output: its standard output.
        cpu: CPU seconds, of its children too.
        wall: seconds that passed.
        megabytes: largest resident memory.
    """

    output: str
    cpu: float
    wall: float
    megabytes: float


def run(words: Sequence[str | os.PathLike[str]], *, seconds: float = 900.0) -> Usage:
    """Run a program to its end, with one thread per library.

    Args:
        words: The program and its arguments.
        seconds: It is stopped after these.

    Raises:
        WorkerError: If it fails or takes too long; the message ends in its last error line.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = subprocess.Popen(
            [os.fspath(word) for word in words], stdout=out, stderr=err, env=environment, cwd=ROOT
        )
        spent, megabytes = _watch(process, start + seconds)
        wall = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        errors = err.read().decode(errors="replace").strip().splitlines()
        if spent is None:
            raise WorkerError(f"{_named(words)} took more than {seconds:g} s and was stopped")
        if process.returncode:
            last = errors[-1] if errors else "it said nothing"
            raise WorkerError(f"{_named(words)} ended with status {process.returncode}: {last}")
        return Usage(
            output=out.read().decode(errors="replace"), cpu=spent, wall=wall, megabytes=megabytes
        )


def _watch(process: subprocess.Popen[bytes], end: float) -> tuple[float | None, float]:
    """CPU seconds of a process at its end, None if it had to be stopped; and its peak memory."""
    megabytes = 0.0
    while True:
        megabytes = max(megabytes, _resident_peak(process.pid))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            if not megabytes:
                scale = 1024 * 1024 if sys.platform == "darwin" else 1024
                megabytes = usage.ru_maxrss / scale
            return usage.ru_utime + usage.ru_stime, megabytes
        if time.monotonic() > end:
            process.kill()
            process.wait()
            return None, megabytes
        time.sleep(0.01)


def _resident_peak(pid: int) -> float:
    """Peak memory in MB by Linux's account; rusage starts from the size of the parent instead."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def work(worker: str, *words: str | os.PathLike[str], python: str = sys.executable) -> Any:
    """Run a module of ``benchmarks.workers`` and return the JSON it prints.

    Args:
        worker: Its name.
        words: Its arguments.
        python: The interpreter; another than this one needs what the worker imports.

    Raises:
        WorkerError: If it fails or prints something else.
    """
    usage = run([python, "-m", f"benchmarks.workers.{worker}", *words])
    output = usage.output.strip().splitlines()
    try:
        return json.loads(output[-1])
    except (IndexError, ValueError) as error:
        raise WorkerError(f"the worker {worker} printed no result: {output[-1:]!r}") from error


def _named(words: Sequence[str | os.PathLike[str]]) -> str:
    return " ".join(os.fspath(word) for word in words[:4])
