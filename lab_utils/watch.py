"""How much memory a process and its children take, looked at from outside."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

__all__ = ["MemoryWatch"]

#: Seconds; looking costs the system some milliseconds for each process.
_PAUSE = 1.0
#: Bytes below which a process is not looked into.
_SMALL = 64 * 1024**2


class MemoryWatch:
    """Watch the memory of this process's children while a block runs.

    Example:
        >>> with MemoryWatch() as watch:
        ...     pass
        >>> watch.peak_bytes >= 0
        True
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.peak_bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="memory-watch")

    def __enter__(self) -> MemoryWatch:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        import psutil

        parent = psutil.Process()
        while True:
            total = 0
            for child in parent.children(recursive=True):
                try:
                    total += _size(child)
                except psutil.Error:
                    continue
            self.peak_bytes = max(self.peak_bytes, total)
            if self._stop.wait(_PAUSE):
                return


def _size(process: psutil.Process) -> int:
    """Bytes of a process, where what forked processes share counts once among them, if known."""
    size = int(process.memory_info().rss)
    if size < _SMALL:
        return size
    full = process.memory_full_info()
    return int(getattr(full, "pss", 0) or full.rss)
