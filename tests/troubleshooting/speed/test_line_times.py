"""Time by line of one function."""

from __future__ import annotations

import sys
import time

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.line_times import time_lines


def waits(times):
    total = 0
    for _ in range(times):
        time.sleep(0.02)
        total += inner()
    return total


def inner():
    return 1


def fails():
    raise KeyError("a fault of the function")


def test_the_slow_line_is_found():
    lines = time_lines(waits, 3)
    worst = max(lines, key=lambda line: line.share)
    assert worst.source == "time.sleep(0.02)"
    assert worst.number == 4
    assert worst.calls == 3
    assert worst.seconds >= 0.06
    assert worst.share > 0.5
    assert sum(line.share for line in lines) == pytest.approx(1)


def test_what_a_line_calls_counts_as_its_own():
    lines = time_lines(waits, 1)
    assert [line.source for line in lines if "inner" in line.source] == ["total += inner()"]
    assert not [line for line in lines if line.source == "return 1"]


def test_a_recursion_is_timed_once_per_line():
    def count(number):
        return 1 + count(number - 1) if number else 0

    (line,) = time_lines(count, 5)
    assert line.calls == 6


def test_a_tracer_that_was_there_is_put_back():
    before = sys.gettrace()
    with pytest.raises(KeyError, match="a fault of the function"):
        time_lines(fails)
    assert sys.gettrace() is before


def test_what_has_no_source_is_named():
    with pytest.raises(InputError, match="built-in function len"):
        time_lines(len)
