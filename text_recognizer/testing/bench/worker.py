"""Run tests on one variant, in a process that has the patched package to itself."""

from __future__ import annotations

import doctest
import gc
import importlib
import json
import math
import os
import runpy
import select
import shlex
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.testing.bench.entry import SuiteTest, Verdict
from text_recognizer.testing.bench.importing import forget, install
from text_recognizer.testing.bench.patches import Variant

__all__ = ["NO_TESTS", "PRELOADED", "judge", "work"]

#: Others' packages that tests need and that take long to import; a server imports them once.
PRELOADED = (
    *("numpy", "cv2", "PIL.Image", "scipy.stats", "scipy.ndimage", "torch", "onnxruntime"),
    *("pytorch_lightning", "pyarrow.parquet", "pytest", "hypothesis", "doctest", "jiwer"),
)
#: Our own that most tests need; the process of a variant imports them once, patched.
_WARM = (
    *("text_recognizer.data.datamodule", "text_recognizer.reading.recognizer"),
    *("text_recognizer.reading.ctc", "text_recognizer.training.lit_recognizer"),
    *("text_recognizer.training.run", "text_recognizer.data.sample", "text_recognizer.stats"),
)
_WARM_SECONDS = 60
NO_TESTS = "a test of a suite holds something to run; received none"
_PLUGINS = ("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin")
#: Exit codes of pytest that say that nothing was run: wrong usage, and no tests collected.
_NOTHING_RUN = (4, 5)


def work(connection: Connection, variant: Variant, tests: Sequence[SuiteTest]) -> None:
    """Send a verdict for each test, in order, as ``(name of the test, fields of a Verdict)``.

    Fields, because the class itself belongs to modules that this process has forgotten.

    Args:
        connection: Where to send to; closed at the end.
        variant: The package to run them on.
        tests: The tests.
    """
    # A group of its own: whoever ends this process ends the tests under it, too.
    os.setsid()
    forget()
    if variant.patch is not None:
        install(variant.patch)
    _silence()
    _warm_up()
    for test in tests:
        connection.send((test.name, asdict(judge(test, variant.seed))))
    connection.close()


def _silence() -> None:
    """What tests print is not wanted; the parent's own output is."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _warm_up() -> None:
    # An import that hangs ends the process, and the tests count as crashed.
    signal.alarm(_WARM_SECONDS)
    for name in _WARM:
        try:
            importlib.import_module(name)
        except Exception:
            # A fault may break an import; the tests that need the module will say so.
            continue
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    signal.alarm(0)
    # The collector need not walk through others' modules again in each forked test.
    gc.freeze()


def judge(test: SuiteTest, seed: int) -> Verdict:
    """Run a test in a forked child, which may crash or hang, and kill it at its limit.

    Args:
        test: The test.
        seed: What it is called with.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        # If this process is orphaned, the alarm ends it.
        signal.alarm(math.ceil(test.seconds) + 5)
        os.write(writing, json.dumps(_answer(test, seed)).encode()[:60_000])
        os._exit(0)
    os.close(writing)
    told = _read(reading, time.monotonic() + test.seconds)
    if told is None:
        os.kill(child, signal.SIGKILL)
    _, _, usage = os.wait4(child, 0)
    seconds = usage.ru_utime + usage.ru_stime
    if told is None:
        reason = f"not done within {test.seconds:g} s"
        return Verdict(
            outcome="timeout", measured=math.inf, limit=0.0, seconds=seconds, reason=reason
        )
    if not told:
        reason = "the process died"
        return Verdict(
            outcome="error", measured=math.inf, limit=0.0, seconds=seconds, reason=reason
        )
    return Verdict(seconds=seconds, **json.loads(told))


def _read(reading: int, until: float) -> bytes | None:
    """All that comes before the other end closes, or None when time is over."""
    told = b""
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            os.close(reading)
            return None
        more = os.read(reading, 65_536)
        if not more:
            os.close(reading)
            return told
        told += more


def _answer(test: SuiteTest, seed: int) -> dict[str, Any]:
    """The fields of a verdict; it never raises, since the child must not go on as its parent."""
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
