"""Run tests on one variant, in a process that has the patched package to itself."""

from __future__ import annotations

import gc
import importlib
import json
import math
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from multiprocessing.connection import Connection
from typing import NoReturn

from text_recognizer.testing.bench.calling import answer
from text_recognizer.testing.bench.entry import SuiteTest, Verdict
from text_recognizer.testing.bench.importing import forget, install
from text_recognizer.testing.bench.patches import Variant

__all__ = ["PRELOADED", "judge", "work"]

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


def work(
    connection: Connection, variant: Variant, tests: Sequence[SuiteTest], niceness: int
) -> None:
    """Send a verdict for each test, in order, as ``(name of the test, fields of a Verdict)``.

    Fields, because the class itself belongs to modules that this process has forgotten.

    Args:
        connection: Where to send to; closed at the end.
        variant: The package to run them on.
        tests: The tests.
        niceness: How far this process stands back behind others, 0 to 19.
    """
    os.nice(niceness)
    # A group of its own: whoever ends this process ends the tests under it, too.
    os.setsid()
    forget()
    if variant.patch is not None:
        install(variant.patch)
    _silence()
    _warm_up()
    for name, verdict in judge(tests, variant.seed):
        connection.send((name, asdict(verdict)))
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


def judge(tests: Sequence[SuiteTest], seed: int) -> Iterator[tuple[str, Verdict]]:
    """Run tests in forked children, which may crash or hang, and kill one at a test's limit.

    Functions follow each other in one child, since each fork costs a tenth of a second; after a
    crash or a hang the next ones get a new child. pytest, doctests and tests from source, which
    change more of a process than they put back, get children of their own.

    Args:
        tests: The tests, in order.
        seed: What they are called with.

    Yields:
        The name of each test and its verdict, as it comes.
    """
    for alone, group in groupby(tests, key=_wants_own_child):
        waiting = list(group)
        while waiting:
            first = waiting[:1] if alone else waiting
            for test, verdict in zip(first, _in_child(first, seed), strict=False):
                waiting = waiting[1:]
                yield test.name, verdict


def _wants_own_child(test: SuiteTest) -> bool:
    return bool(test.source) or test.run.startswith(("pytest:", "doctest:"))


def _in_child(tests: Sequence[SuiteTest], seed: int) -> Iterator[Verdict]:
    """Verdicts of the tests in order, up to the first that ends the child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _tell(tests, seed, writing)
    os.close(writing)
    told = b""
    try:
        for test in tests:
            told, line = _read(reading, told, time.monotonic() + test.seconds)
            if line:
                yield Verdict(**json.loads(line))
                continue
            hung = line is None
            reason = f"not done within {test.seconds:g} s" if hung else "the process died"
            os.kill(child, signal.SIGKILL)
            _, _, usage = os.wait4(child, 0)
            child = 0
            yield Verdict(
                outcome="timeout" if hung else "error",
                measured=math.inf,
                limit=0.0,
                seconds=usage.ru_utime + usage.ru_stime,
                reason=reason,
            )
            return
    finally:
        os.close(reading)
        if child:
            os.waitpid(child, 0)


def _tell(tests: Sequence[SuiteTest], seed: int, writing: int) -> NoReturn:
    """In the child: run the tests and write a line on each."""
    for test in tests:
        # If this process is orphaned, the alarm ends it.
        signal.alarm(math.ceil(test.seconds) + 5)
        start = time.process_time()
        fields = answer(test, seed)
        fields["seconds"] = time.process_time() - start
        os.write(writing, json.dumps(fields).encode() + b"\n")
    os._exit(0)


def _read(reading: int, told: bytes, until: float) -> tuple[bytes, bytes | None]:
    """What was told beyond the next line, and that line: None out of time, empty at the end."""
    while b"\n" not in told:
        ready, _, _ = select.select([reading], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return told, None
        more = os.read(reading, 65_536)
        if not more:
            return told, b""
        told += more
    line, _, rest = told.partition(b"\n")
    return rest, line
