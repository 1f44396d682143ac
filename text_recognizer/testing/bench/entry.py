"""What a suite is made of: tests that can be run by name in another process, and their verdicts."""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from text_recognizer.core.errors import InputError

__all__ = ["KINDS", "OUTCOMES", "SuiteTest", "Verdict"]

KINDS = ("unit", "property", "data", "training", "speed", "model", "learner")
OUTCOMES = ("passed", "failed", "error", "timeout")


@dataclass(frozen=True, kw_only=True)
class SuiteTest:
    """One test of a suite.

    Args:
        name: What tables call it, unique in its suite.
        kind: One of :data:`KINDS`.
        run: Where it is: ``"package.module:function"``, called with a seed and returning a
            ``CheckResult`` whose ``measured`` is a badness; ``"pytest:tests/some_file.py"``, run
            whole, with more arguments if wanted; ``"doctest:package.module"``; or the name of a
            function in ``source``.
        seconds: Wall-clock limit of one run, above 0.
        what: One sentence: what it looks at.
        source: Python source that defines the function, where no module does. The function takes a
            seed; it alarms by raising, by returning False, or by a ``CheckResult``.

    Raises:
        InputError: If a field is out of its range.

    Example:
        >>> SuiteTest(name="scores", kind="unit", run="pytest:tests/core/test_scores.py",
        ...           what="counts of errors").seconds
        20.0
    """

    name: str
    kind: str
    run: str
    what: str
    seconds: float = 20.0
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(
                f"the kind of a test is one of {', '.join(KINDS)}; received {self.kind!r} in "
                f"{self.name!r}"
            )
        if not self.seconds > 0 or math.isinf(self.seconds):
            raise InputError(
                f"a test has a time limit above 0 s and finite; received {self.seconds!r} in "
                f"{self.name!r}"
            )
        if not self.name.strip() or not (":" in self.run or self.source):
            raise InputError(
                "a test needs a name and a place to run from, module:function, pytest:path or "
                f"doctest:module; received {self.name!r} and {self.run!r}"
            )

    @classmethod
    def from_function(cls, function: Callable[[int], Any], *, seconds: float = 20.0) -> SuiteTest:
        """A test out of a function that is written in a notebook.

        Its source goes to another process, so it imports what it needs inside.

        Args:
            function: Takes a seed; see ``source`` above.
            seconds: Wall-clock limit of one run.

        Raises:
            InputError: If it is no function, or its source cannot be had.
        """
        try:
            source = textwrap.dedent(inspect.getsource(function))
        except (OSError, TypeError) as error:
            raise InputError(
                f"a test is a function written with def in a cell or a file; received "
                f"{function!r} ({error}); define it with def test_name(seed)"
            ) from error
        if not source.lstrip().startswith("def "):
            raise InputError(
                "a test is a function written with def, without decorators; received "
                f"{source.strip().splitlines()[0]!r}"
            )
        what = (inspect.getdoc(function) or "a test of your own").splitlines()[0]
        name = function.__name__
        return cls(name=name, kind="learner", run=name, what=what, seconds=seconds, source=source)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one test said of one variant.

    Args:
        outcome: One of :data:`OUTCOMES`; an error is a crash, such as an exception.
        measured: The badness, infinite where the test crashed or hung.
        limit: What ``measured`` may be at most.
        seconds: Processor time of the run.
        reason: What the test said, one line.
    """

    outcome: str
    measured: float
    limit: float
    seconds: float
    reason: str = ""

    @property
    def alarm(self) -> bool:
        """Whether somebody would look into the change."""
        return self.outcome != "passed"
