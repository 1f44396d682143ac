"""Thread oversubscription: two busy processes on two cores, each with more and more threads.

Every process believes that the machine is its own. Two of them with two threads each already want
four cores; threads that find none wait for each other at the end of every operation. They wait by
spinning, which takes the core from the thread they wait for: with ``OMP_WAIT_POLICY=PASSIVE`` most
of the loss goes (GNU's OpenMP also spins less once one process has more threads than cores, so
eight can be less bad than two). The processes are children, so that the thread setting of this one
stays as it is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.speed.blocks import Block

CORES = 2
_WIDTH, _LENGTH = 128, 64
_MOST_THREADS = 64


@dataclass(frozen=True, kw_only=True)
class ThreadRun:
    """What several processes got done together.

    Args:
        processes: how many ran at the same time.
        threads: threads of each within an operation.
        passes_per_second: forward passes of all processes together, per second; the best round.
    """

    processes: int
    threads: int
    passes_per_second: float


def race_threads(
    counts: Sequence[int] = (1, 2, 8),
    *,
    processes: int = 2,
    rounds: int = 3,
    window: float = 0.2,
    limit: float = 60.0,
) -> tuple[ThreadRun, ...]:
    """Let processes work side by side with each number of threads, in alternation.

    On Linux the processes are bound to the first two cores that this one may use, so that a larger
    machine shows the same; elsewhere they have the whole machine.

    Args:
        counts: threads of each process, 1 to 64.
        processes: at least 1.
        rounds: windows for each count, at least 1; the best one counts.
        window: seconds of a window, above 0.
        limit: seconds after which the processes are ended.

    Raises:
        InputError: if a value is out of its range.
        DataError: if a process fails or is not done in time.
    """
    if not counts or min(counts) < 1 or max(counts) > _MOST_THREADS:
        raise InputError(f"counts are 1 to {_MOST_THREADS} threads; received {tuple(counts)!r}")
    if processes < 1 or rounds < 1 or not window > 0:
        raise InputError(
            "processes and rounds are at least 1, window is above 0; received "
            f"{processes!r}, {rounds!r} and {window!r}"
        )
    started = [_start(window) for _ in range(processes)]
    bell = threading.Timer(limit, _end, [started])
    bell.daemon = True
    bell.start()
    try:
        best = dict.fromkeys(counts, 0.0)
        _ask_all(started, None)  # ready
        for _ in range(rounds):
            for count in counts:
                best[count] = max(best[count], sum(_ask_all(started, count)) / window)
    finally:
        bell.cancel()
        _end(started)
        for process in started:
            process.communicate()
    return tuple(
        ThreadRun(processes=processes, threads=count, passes_per_second=best[count])
        for count in counts
    )


def pin(cores: int = CORES) -> bool:
    """Bind this process to the first cores that it may use, where the system can (Linux).

    Args:
        cores: how many, at least 1.

    Returns:
        Whether it could.
    """
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    return True


def passes(forward: Callable[[], object], window: float) -> int:
    """Count calls within a window of time.

    Args:
        forward: what to call.
        window: seconds, above 0.

    Example:
        >>> passes(lambda: None, 0.001) > 0
        True
    """
    forward()
    count, end = 0, time.perf_counter() + window
    while time.perf_counter() < end:
        forward()
        count += 1
    return count


def _start(window: float) -> subprocess.Popen[str]:
    # Set by whoever limits this process; the children are told their threads in words.
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    return subprocess.Popen(
        [sys.executable, "-m", "text_recognizer.troubleshooting.speed.threads", str(window)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )


def _end(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.kill()


def _ask_all(processes: Sequence[subprocess.Popen[str]], threads: int | None) -> list[int]:
    """Tell all processes to work (None: only wait until they are ready); their answers."""
    try:
        for process in processes:
            if threads is not None and process.stdin:
                process.stdin.write(f"{threads}\n")
                process.stdin.flush()
        return [
            int(json.loads(process.stdout.readline())) for process in processes if process.stdout
        ]
    except (OSError, ValueError) as error:
        raise DataError(
            f"each of {len(processes)} processes answers with a count; one did not ({error}): it "
            "failed or ran out of time; run it again on a quieter machine"
        ) from error


def main() -> int:
    """A child: read thread counts, answer each with the passes of one window."""
    window = float(sys.argv[1])
    pin()
    block, x = Block(_WIDTH, fused=False), torch.randn(4, _LENGTH, _WIDTH)
    with torch.inference_mode():
        block(x)
        print(0, flush=True)
        for line in sys.stdin:
            torch.set_num_threads(int(line))
            print(passes(lambda: block(x), window), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
