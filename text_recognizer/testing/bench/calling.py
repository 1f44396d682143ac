"""Call one test, in the process that is to be judged, and say what came of it."""

from __future__ import annotations

import doctest
import importlib
import math
import os
import runpy
import shlex
import sys
import traceback
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.testing.bench.entry import SuiteTest

__all__ = ["NO_TESTS", "answer"]

NO_TESTS = "a test of a suite holds something to run; received none"
_PLUGINS = ("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin")
#: Exit codes of pytest that say that nothing was run: wrong usage, and no tests collected.
_NOTHING_RUN = (4, 5)


def answer(test: SuiteTest, seed: int) -> dict[str, Any]:
    """Run a test; it never raises, since a forked child must not go on as its parent.

    Args:
        test: The test.
        seed: What it is called with.

    Returns:
        The fields of a verdict, but for the seconds.
    """
    try:
        return _told(_run(test, seed))
    except BaseException as error:  # pytest's outcomes, SystemExit and the like are no Exception
        last = traceback.format_exception_only(type(error), error)[-1].strip().splitlines()
        outcome = "failed" if isinstance(error, AssertionError) else "error"
        reason = last[0][:300] if last else type(error).__name__
        return {"outcome": outcome, "measured": math.inf, "limit": 0.0, "reason": reason}


def _told(said: Any) -> dict[str, Any]:
    """What a test returned, as fields of a verdict; its class may be of forgotten modules."""
    if said is None or isinstance(said, bool):
        good = said is not False
        outcome = "passed" if good else "failed"
        return {"outcome": outcome, "measured": float(not good), "limit": 0.0, "reason": ""}
    if not all(hasattr(said, name) for name in ("passed", "measured", "limit", "reason")):
        raise InputError(
            f"a test returns None, True, False or a CheckResult; received {said!r:.60}; "
            "assert what you found"
        )
    measured = float(said.measured)
    return {
        "outcome": "passed" if said.passed else "failed",
        "measured": math.inf if math.isnan(measured) else measured,
        "limit": float(said.limit),
        "reason": str(said.reason)[:300],
    }


def _run(test: SuiteTest, seed: int) -> Any:
    if test.source:
        names: dict[str, Any] = {"__name__": "learner"}
        exec(compile(test.source, f"<{test.name}>", "exec", dont_inherit=True), names)
        return names[test.run](seed)
    scheme, _, rest = test.run.partition(":")
    if scheme == "pytest":
        return _pytest(rest)
    module = importlib.import_module(rest if scheme == "doctest" else scheme)
    if scheme == "doctest":
        found = doctest.testmod(module)
        if not found.attempted:
            raise DataError(NO_TESTS)
        return found.failed == 0
    return getattr(module, rest)(seed)


def _pytest(arguments: str) -> bool:
    """Run a test file as ``python -m pytest`` does, here; pytest itself is imported already."""
    os.chdir(Path(__file__).resolve().parents[3])
    code: object = 0
    sys.argv = ["pytest", "-q", "-x", "-p", "no:cacheprovider", *_PLUGINS, *shlex.split(arguments)]
    try:
        runpy.run_module("pytest", run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        code = stop.code
    if code in _NOTHING_RUN:
        raise DataError(NO_TESTS)
    return code == 0
