"""A memory limit on this process, for child processes; and what a process uses."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from text_recognizer.core.errors import TextRecognizerError


class NotLimited(TextRecognizerError):
    """This system does not hold a process to a memory limit."""


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


def _can_map(size: int) -> bool:
    """Whether so much private memory can be had; it is never touched, so it costs nothing."""
    try:
        with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
            return True
    except (OSError, ValueError):
        return False
