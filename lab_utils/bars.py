"""A progress bar for a person, and nothing at all in a stored notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from lab_utils.settings import is_headless

__all__ = ["progress_bar"]

_T = TypeVar("_T")
_WIDTH = 30
_PAUSE = 0.1


def progress_bar(items: Iterable[_T], label: str, total: int | None = None) -> Iterator[_T]:
    """Go through items and show a person how far it has come.

    The bar goes when the work is done. Where a program runs the notebook nothing is written, so
    that the stored outputs hold what the cell found, not how long it took.

    Args:
        items: What to go through.
        label: What is being done, in a few words.
        total: How many items there are; asked of `items` unless given.

    Yields:
        The items.

    Example:
        >>> list(progress_bar([1, 2], "Counting"))
        [1, 2]
    """
    if is_headless():
        yield from items
        return
    if total is None:
        total = len(items) if hasattr(items, "__len__") else None
    display = _Display()
    last = 0.0
    try:
        for done, item in enumerate(items):
            if time.monotonic() - last >= _PAUSE:
                display.update(_line(label, done, total))
                last = time.monotonic()
            yield item
    finally:
        display.close()


def _line(label: str, done: int, total: int | None) -> str:
    if not total:
        return f"{label}: {done}"
    filled = min(_WIDTH, _WIDTH * done // total)
    return f"{label}: [{'#' * filled}{'.' * (_WIDTH - filled)}] {done} of {total}"


class _Display:
    """One line that is overwritten: an output of the notebook, or the terminal's."""

    def __init__(self) -> None:
        module = sys.modules.get("IPython")
        shell = module.get_ipython() if module else None
        self._in_notebook = shell is not None and hasattr(shell, "kernel")
        self._handle: object | None = None
        self._length = 0

    def update(self, line: str) -> None:
        """Show the line in place of the one before."""
        if not self._in_notebook:
            sys.stderr.write("\r" + line.ljust(self._length))
            sys.stderr.flush()
            self._length = len(line)
            return
        from IPython.display import display

        data = {"text/plain": line}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Take the line away."""
        if self._in_notebook:
            if self._handle is not None:
                empty = {"text/plain": "", "text/html": ""}
                self._handle.update(empty, raw=True)  # type: ignore[attr-defined]
        elif self._length:
            sys.stderr.write("\r" + " " * self._length + "\r")
            sys.stderr.flush()
