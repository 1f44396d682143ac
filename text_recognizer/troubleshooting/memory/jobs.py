"""What a child process is asked to do, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from text_recognizer.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a function in a child process.

    Attributes:
        kind: "ok"; "out of memory"; "error" for another exception; "crashed" where the process
            died; "timeout" where it was killed; "not limited" where the system would not limit it,
            so that the function was not run.
        value: what the function returned, where it did.
        detail: one line of explanation otherwise.
    """

    kind: str
    value: Any = None
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether the function returned."""
        return self.kind == "ok"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A function to call in a child.

    Attributes:
        function: ``"module:name"`` of a function; a string, so that only the child imports it.
        options: its keyword arguments; whatever pickle knows.
        limit: bytes that it may use beyond what its process uses already, or None.
        warm: keyword arguments of a first call, before the limit, so that what a library loads and
            keeps when it is first used is not for the function's account; or None for no such call.
    """

    function: str
    options: dict[str, Any] = field(default_factory=dict)
    limit: int | None = None
    warm: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        module, _, name = self.function.partition(":")
        if not module or not name.isidentifier() or module == "__main__":
            raise InputError(
                "a child imports its function from a module by 'module:name', got "
                f"{self.function!r}; define it in a file, not in a notebook or in another function"
            )


def reference(function: Callable[..., Any]) -> str:
    """The ``"module:name"`` of a function.

    Args:
        function: defined at the top of a module.

    Example:
        >>> reference(reference)
        'text_recognizer.troubleshooting.memory.child:reference'
    """
    name = getattr(function, "__qualname__", repr(function))
    return f"{getattr(function, '__module__', '')}:{name}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that memory ran out.

    Lightning knows the first of these messages alone; oneDNN and C++ have words of their own.

    Args:
        error: any.

    Example:
        >>> is_out_of_memory(MemoryError()), is_out_of_memory(ValueError("out of range"))
        (True, False)
    """
    if isinstance(error, MemoryError):
        return True
    said = ("can't allocate memory", "out of memory", "bad_alloc", "could not create a memory")
    also = ("could not create a primitive", "Cannot allocate memory", "could not execute")
    return isinstance(error, (RuntimeError, OSError)) and any(
        words in str(error) for words in (*said, *also)
    )


def ending(code: int) -> str:
    """How a process ended, in words.

    Args:
        code: its return code; below zero for a signal.

    Example:
        >>> ending(-9), ending(1)
        ('signal 9', 'exit status 1')
    """
    return f"signal {-code}" if code < 0 else f"exit status {code}"
