"""Functions under a memory limit, in a child: what runs out there endangers nobody here."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.memory.jobs import Job, Outcome, reference
from text_recognizer.troubleshooting.memory.running import Running


def run_limited(
    function: Callable[..., Any] | str,
    limit_bytes: int,
    *,
    seconds: float = 60.0,
    **options: Any,
) -> Outcome:
    """Call a function in a fresh process that may use so many bytes more than it starts with.

    The limit is RLIMIT_DATA, which Linux holds every private writable mapping to, so that the
    C library's ``malloc`` fails and torch raises. macOS accepts limits and does not hold them:
    there the outcome is "not limited", and the function is not run.

    Args:
        function: defined in a module, or its ``"module:name"``.
        limit_bytes: at least 1 MB, for the function's work beside the libraries.
        seconds: after which the child is killed.
        **options: the function's keyword arguments; anything that pickle knows.

    Raises:
        InputError: if the limit is too small to mean anything, or the function is not in a module.

    Example:
        >>> run_limited("time:sleep", 1)
        Traceback (most recent call last):
        ...
        text_recognizer.core.errors.InputError: a limit is at least 1,000,000 bytes, got 1
    """
    if limit_bytes < 1_000_000:
        raise InputError(f"a limit is at least 1,000,000 bytes, got {limit_bytes}")
    name = function if isinstance(function, str) else reference(function)
    with Running([Job(function=name, options=options, limit=limit_bytes)], seconds=seconds) as one:
        return one.fetch()[0]


def machine_memory(cgroup: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes that this machine or container has, or None where nothing tells.

    A container without a limit says "max": then the memory of the machine counts.

    Args:
        cgroup: where Linux keeps the limits of a container.
    """
    found = []
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            found.append(int((cgroup / name).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue
    with suppress(AttributeError, ValueError, OSError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min((one for one in found if one > 0), default=None)
