"""Functions under a memory limit, in a child: what runs out there endangers nobody here."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import InputError, TextRecognizerError
from text_recognizer.troubleshooting.memory.child import Job, Outcome, Running, reference


class NotLimited(TextRecognizerError):
    """This system does not hold a process to a memory limit."""


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


@contextmanager
def memory_limit(limit: int | None) -> Iterator[None]:
    """Hold this process to so many bytes more than it uses now; for child processes.

    Args:
        limit: bytes, or None for no limit.

    Yields:
        Nothing; the old limit is back afterwards.

    Raises:
        NotLimited: if the system refuses the limit, or does not hold it.

    Example:
        >>> with memory_limit(None):
        ...     pass
    """
    if limit is None:
        yield
        return
    used = data_bytes()
    if used is None:
        raise NotLimited(
            f"a limit is set relative to what the process uses, which {sys.platform} does not "
            f"tell, so {limit:,} bytes cannot be held; use Linux, or a container with a limit"
        )
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (used + limit, most))
    except (ValueError, OSError) as error:
        raise NotLimited(
            f"the system refuses a limit of {limit:,} bytes ({error}); it allows at most {most:,}"
        ) from error
    try:
        if _can_map(limit + (64 << 20)):
            raise NotLimited(
                f"{sys.platform} accepts a limit of {limit:,} bytes and does not hold it; use "
                "Linux, or a container with a limit"
            )
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))


def data_bytes(status: Path = Path("/proc/self/status")) -> int | None:
    """Bytes of private writable memory of this process, or None where there is no /proc.

    Args:
        status: the file that says so.
    """
    return status_bytes("VmData", status)


def status_bytes(field: str, status: Path = Path("/proc/self/status")) -> int | None:
    """A field of a process's status in bytes, or None where the system has none.

    Args:
        field: as in VmRSS, resident now; VmHWM, resident at most.
        status: the file.

    Example:
        >>> status_bytes("VmRSS", Path("no/such/file")) is None
        True
    """
    try:
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    return None


def machine_memory(cgroup: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes that this machine or container has, or None where nothing tells.

    A container without a limit says "max": then the memory of the machine counts.

    Args:
        cgroup: where Linux keeps the limits of a container.
    """
    import os

    found = []
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            found.append(int((cgroup / name).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue
    with suppress(AttributeError, ValueError, OSError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min((one for one in found if one > 0), default=None)


def _can_map(size: int) -> bool:
    """Whether so much private memory can be had; it is never touched, so it costs nothing."""
    try:
        with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
            return True
    except (OSError, ValueError):
        return False
