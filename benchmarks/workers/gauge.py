"""What every worker measures with; only the standard library, so that any Python can run it."""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any


def one_core() -> None:
    """Stay on one core, with one thread for each library that asks the environment."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def peak_megabytes() -> float:
    """Largest resident memory of this process so far, in MB.

    ``ru_maxrss`` starts from the size of the process that made this one; Linux's own account of
    the program does not.
    """
    try:
        with open("/proc/self/status") as file:
            kilobytes = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        return kilobytes / 1024
    except (OSError, StopIteration):
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return size / (1024 * 1024 if sys.platform == "darwin" else 1024)


def report(**values: Any) -> None:
    """Print the result where the parent looks for it."""
    print(json.dumps(values), flush=True)
