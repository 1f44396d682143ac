"""Run a suite on many variants, several at a time, each with a process of its own."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, cast

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.testing.bench.calling import NO_TESTS
from text_recognizer.testing.bench.entry import SuiteTest, Verdict
from text_recognizer.testing.bench.patches import Variant
from text_recognizer.testing.bench.table import Table
from text_recognizer.testing.bench.worker import PRELOADED, work

__all__ = ["check_applies", "run_bench"]

Report = tuple[Variant, str, Verdict]


def run_bench(
    tests: Sequence[SuiteTest],
    variants: Sequence[Variant],
    *,
    jobs: int = 2,
    niceness: int = 0,
    progress: Callable[[Iterator[Report]], Iterable[Report]] = iter,
) -> Table:
    """Let every test judge every variant.

    Args:
        tests: The suite, at least one test.
        variants: What to run it on, at least one.
        jobs: Processes at a time, at least 1.
        niceness: How far these processes stand back behind others, 0 to 19.
        progress: Goes through the verdicts as they come, one for each test and variant, and hands
            them on: a progress bar.

    Returns:
        The verdicts. A test that hangs is killed at its limit, and has alarmed.

    Raises:
        InputError: If there is no test, no variant or no job, or names are not unique.
        DataError: If a patch no longer applies, or a test turns out to hold no tests.

    Example:
        >>> from text_recognizer.testing.bench.patches import Variant
        >>> test = SuiteTest(name="scores", kind="unit", run="doctest:text_recognizer.core.scores",
        ...                  what="examples of the scores")
        >>> table = run_bench([test], [Variant(patch=None)])  # doctest: +SKIP
        >>> table.rates().false_alarms  # doctest: +SKIP
        0.0
    """
    _check(tests, variants, jobs)
    for variant in variants:
        if variant.patch is not None:
            check_applies(variant)
    cells: dict[tuple[str, str], Verdict] = {}
    for variant, name, verdict in progress(_reports(tests, variants, jobs, niceness)):
        if NO_TESTS in verdict.reason and not variant.faulty:
            raise DataError(
                f"a suite is made of tests; {name!r} holds none that can be run; "
                "give a file or module with tests"
            )
        cells[variant.name, name] = verdict
    return Table(tests=tuple(tests), variants=tuple(variants), verdicts=cells)


def check_applies(variant: Variant) -> None:
    """See whether the patch of a variant fits the present source.

    Raises:
        DataError: If the module is gone, or the text to change does not stand in it once.
    """
    patch = variant.patch
    if patch is None:
        return
    try:
        spec = importlib.util.find_spec(patch.module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.loader is None:
        raise DataError(
            f"the patch {patch.name!r} changes {patch.module}, which does not exist; "
            "name the module as it is called now"
        )
    loader: Any = spec.loader
    patch.apply(loader.get_source(patch.module))


def _check(tests: Sequence[SuiteTest], variants: Sequence[Variant], jobs: int) -> None:
    if not tests or not variants or jobs < 1:
        raise InputError(
            "a bench needs at least one test, one variant and one job; received "
            f"{len(tests)}, {len(variants)} and {jobs}"
        )
    for what, names in (
        ("tests", [test.name for test in tests]),
        ("variants", [variant.name for variant in variants]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(f"{what} have names of their own; received twice: {', '.join(twice)}")


def _reports(
    tests: Sequence[SuiteTest], variants: Sequence[Variant], jobs: int, niceness: int
) -> Iterator[Report]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED, "text_recognizer.testing.bench.worker"])
    waiting = list(variants)
    running: dict[Connection, tuple[Any, Variant, list[SuiteTest]]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                variant = waiting.pop(0)
                ours, theirs = context.Pipe(duplex=False)
                arguments = (theirs, variant, list(tests), niceness)
                process = context.Process(target=work, args=arguments)
                process.start()
                theirs.close()
                running[ours] = process, variant, list(tests)
            for each in wait(list(running)):
                yield from _received(cast(Connection, each), running)
    finally:
        for process, _, _ in running.values():
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()


def _received(
    connection: Connection, running: dict[Connection, tuple[Any, Variant, list[SuiteTest]]]
) -> Iterator[Report]:
    """One verdict of one process; or, where it has died, verdicts for all that it still owed."""
    process, variant, owed = running[connection]
    try:
        name, fields = connection.recv()
    except EOFError:
        del running[connection]
        process.join()
        for test in owed:
            reason = f"the process ended with code {process.exitcode}"
            yield (
                variant,
                test.name,
                Verdict(
                    outcome="error", measured=float("inf"), limit=0.0, seconds=0.0, reason=reason
                ),
            )
        return
    owed[:] = [test for test in owed if test.name != name]
    yield variant, name, Verdict(**fields)
