"""Where the time of one function goes, line by line.

A profiler of functions says that ``load`` is slow, not who calls it. This one follows a single
function: between two of its lines the clock runs for the first of them, whatever it calls.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from text_recognizer.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class LineTime:
    """One line of a function.

    Args:
        number: its place in the source of the function, from 1.
        source: the line without indentation.
        calls: how often it ran.
        seconds: time between its start and that of the next line, in all, s.
        share: of the time of all lines, 0..1.
    """

    number: int
    source: str
    calls: int
    seconds: float
    share: float


def time_lines(function: Callable[..., Any], *arguments: Any) -> tuple[LineTime, ...]:
    """Call a function and time each of its own lines.

    Args:
        function: written in Python, its source at hand; it is called once.
        arguments: what it is called with.

    Returns:
        The lines that ran, in the order of the source. What a line calls counts as its own.

    Raises:
        InputError: if there is no source to be had, as for what is written in C.

    Example:
        >>> import statistics
        >>> max(line.share for line in time_lines(statistics.mean, [1, 2, 3])) <= 1
        True
    """
    try:
        source, first = inspect.getsourcelines(function)
        code = function.__code__
    except (OSError, TypeError, AttributeError) as error:
        raise InputError(
            f"the lines of a function are timed by its source; {function!r} has none ({error}); "
            "give a function written in Python"
        ) from error
    watch = _Watch(code)
    before = sys.gettrace()
    sys.settrace(watch.enter)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    total = sum(watch.seconds.values()) or 1.0
    return tuple(
        LineTime(
            number=number - first + 1,
            source=source[number - first].strip(),
            calls=watch.calls[number],
            seconds=watch.seconds[number],
            share=watch.seconds[number] / total,
        )
        for number in sorted(watch.seconds)
        if 0 <= number - first < len(source)
    )


class _Watch:
    """Collects seconds and calls by line number for the frames of one code object."""

    def __init__(self, code: Any) -> None:
        self.code = code
        self.seconds: dict[int, float] = {}
        self.calls: dict[int, int] = {}

    def enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Follow the function itself and nothing that it calls."""
        if frame.f_code is not self.code:
            return None
        last, since = 0, time.perf_counter()

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last, since
            now = time.perf_counter()
            if last:
                self.seconds[last] = self.seconds.get(last, 0.0) + now - since
            if event == "line":
                last = frame.f_lineno
                self.calls[last] = self.calls.get(last, 0) + 1
            since = time.perf_counter()
            return step

        return step
