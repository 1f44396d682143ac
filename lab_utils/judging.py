"""Judge an answer: run it on cases, within a time limit, whatever it does."""

from __future__ import annotations

import contextlib
import copy
import dis
import inspect
import io
import re
import reprlib
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab_utils.limits import OutOfTime, time_limit
from lab_utils.stubs import DEFAULT_STUB

__all__ = [
    "MISSING",
    "Case",
    "Failure",
    "holds_stub_line",
    "is_stub",
    "run_cases",
    "run_judge",
    "same",
    "show_value",
]


class _Missing:
    """The answer's name is not defined in the notebook."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
_NO_ARGUMENTS = object()
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One input with the output that is expected on it.

    Args:
        expected: The right output.
        args: What the answer is called with; leave it out when the answer itself is the value.
        hint: What to think of when this case goes wrong; the exercise's hint unless given.
        tolerance: Largest accepted absolute difference between numbers, 0 or more.
    """

    expected: Any
    args: Any = _NO_ARGUMENTS
    hint: str = ""
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        """Check the fields."""
        if self.args is not _NO_ARGUMENTS and not isinstance(self.args, tuple):
            raise ValueError(
                f"`args` is the tuple of arguments, got {self.args!r}. Write `args=(value,)`."
            )
        if not self.tolerance >= 0:
            raise ValueError(f"A tolerance is 0 or more, got {self.tolerance!r}.")

    @property
    def calls(self) -> bool:
        """Whether the answer is a function to be called."""
        return self.args is not _NO_ARGUMENTS


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What went wrong, as the learner reads it.

    Args:
        given: The input, as text.
        expected: What would have been right, as text.
        got: What came instead, as text.
        hint: What to think of; the exercise's hint unless given.
        printed: What the answer printed meanwhile.
    """

    given: str
    expected: str
    got: str
    hint: str = ""
    printed: str = ""


def is_stub(answer: Any) -> bool:
    """Say whether an answer is still what the lab came with.

    A stub is missing, `None`, `...`, or a function that does nothing but return one of these or
    raise `NotImplementedError`.
    """
    if answer is MISSING or answer is None or answer is ...:
        return True
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    ignored = {"RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "MAKE_CELL"}
    steps = [step for step in dis.get_instructions(code) if step.opname not in ignored]
    if any(step.argval == "NotImplementedError" for step in steps[:1]):
        return True
    returned = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    names = {step.opname for step in steps}
    nothing = names <= {"LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    return nothing and all(value in (None, ...) for value in returned)


def holds_stub_line(answer: Any) -> bool:
    """Say whether the line that marks the learner's place still stands in a function.

    Args:
        answer: Anything; only a function written in a notebook or a file can say yes.
    """
    try:
        lines = inspect.getsource(answer).splitlines()
    except (OSError, TypeError, IndentationError, SyntaxError):
        return False
    return any(line.strip() == DEFAULT_STUB for line in lines)


def run_cases(answer: Any, cases: Sequence[Case], name: str, seconds: float) -> Failure | None:
    """Try an answer on cases, up to the first that fails.

    Args:
        answer: A function, or a value.
        cases: What to try.
        name: The answer's name in the notebook.
        seconds: Time limit for all cases together.

    Returns:
        The first failure, or None when all is right.
    """
    for case in cases:
        if case.calls and not callable(answer):
            got = f"{show_value(answer)} (of type {type(answer).__name__}, not function)"
            return Failure(given=name, expected="a function", got=got)
        failure = _run_case(answer, case, name, seconds)
        if failure:
            return failure
    return None


def run_judge(
    answer: Any, judge: Callable[[Any], Failure | None], name: str, seconds: float
) -> Failure | None:
    """Let a function of the exercise judge an answer that no table of cases can.

    Args:
        answer: A function, or a value.
        judge: Returns a failure or None; what the answer raises may pass through it.
        name: The answer's name in the notebook.
        seconds: Time limit.
    """
    outcome, failed, printed = _guarded(lambda: judge(answer), answer, seconds)
    if failed:
        return Failure(given=name, expected="an answer", got=outcome, printed=printed)
    return outcome


def same(expected: Any, got: Any, tolerance: float = 0.0) -> bool:
    """Compare two values, also arrays and nested sequences, without ever raising.

    Args:
        expected: The right value.
        got: The value to compare. A tuple and a list of the same items are the same; `True` is
            not the same as `1`.
        tolerance: Largest accepted absolute difference between numbers.
    """
    try:
        return _same(expected, got, tolerance)
    except Exception:
        return False


def show_value(value: Any, width: int = 300) -> str:
    """Write a value as short text without memory addresses, whatever its `__repr__` does."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = width
    short.maxlist = short.maxtuple = short.maxdict = short.maxset = short.maxarray = 40
    try:
        text = short.repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} that cannot be shown ({type(error).__name__})"
    return _ADDRESS.sub("", text)


def _run_case(answer: Any, case: Case, name: str, seconds: float) -> Failure | None:
    if not case.calls:
        given, got, failed, printed = name, answer, False, ""
    else:
        given = f"{name}({', '.join(show_value(item) for item in case.args)})"
        args = copy.deepcopy(case.args)
        got, failed, printed = _guarded(lambda: answer(*args), answer, seconds)
    if not failed and same(case.expected, got, case.tolerance):
        return None
    text = got if failed else _describe(case.expected, got)
    expected = show_value(case.expected)
    return Failure(given=given, expected=expected, got=text, hint=case.hint, printed=printed)


def _describe(expected: Any, got: Any) -> str:
    text = show_value(got)
    if got is None:
        return f"{text} (is there a `return`?)"
    if type(got) is not type(expected):
        return f"{text} (of type {type(got).__name__}, not {type(expected).__name__})"
    return text


def _guarded(call: Callable[[], Any], answer: Any, seconds: float) -> tuple[Any, bool, str]:
    """Call; return (value, False, printed) or (description of what went wrong, True, printed)."""
    printed = io.StringIO()
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            time_limit(seconds),
        ):
            value = call()
    except OutOfTime:
        wrong = f"no answer within {seconds:g} seconds (is there a loop that never ends?)"
        return wrong, True, printed.getvalue()
    except KeyboardInterrupt:
        return "interrupted by hand", True, printed.getvalue()
    except BaseException as error:
        return _describe_error(error, answer), True, printed.getvalue()
    return value, False, printed.getvalue()


def _describe_error(error: BaseException, answer: Any) -> str:
    try:
        message = str(error)
    except Exception:
        message = ""
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    code = getattr(answer, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if code and frame.filename == code.co_filename]
    where = f" (line {lines[-1]} of your cell)" if lines else ""
    return _ADDRESS.sub("", text) + where


def _same(expected: Any, got: Any, tolerance: float) -> bool:
    if hasattr(expected, "shape") or hasattr(got, "shape"):
        import numpy as np

        left, right = np.asarray(expected), np.asarray(got)
        if left.shape != right.shape or (left.dtype.kind == "b") != (right.dtype.kind == "b"):
            return False
        if left.dtype.kind in "iufcb" and right.dtype.kind in "iufcb":
            return bool(np.allclose(left, right, rtol=0, atol=tolerance, equal_nan=True))
        return bool(np.array_equal(left, right))
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(expected)
            and all(_same(a, b, tolerance) for a, b in zip(expected, got, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(_same(expected[key], got[key], tolerance) for key in expected)
        )
    if isinstance(expected, bool) or isinstance(got, bool):
        return isinstance(expected, bool) and isinstance(got, bool) and expected == got
    if isinstance(expected, (int, float)) and isinstance(got, (int, float)):
        return expected == got or abs(expected - got) <= tolerance
    return bool(expected == got)
