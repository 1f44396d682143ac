"""A bench that works while its caller goes on with something else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from text_recognizer.testing.bench.entry import SuiteTest
from text_recognizer.testing.bench.patches import Variant
from text_recognizer.testing.bench.run import Report, run_bench
from text_recognizer.testing.bench.table import Table

__all__ = ["BackgroundBench"]

#: What the caller does meanwhile comes first.
_NICENESS = 10


class BackgroundBench:
    """Runs a bench in a thread that ends with its process; it starts at once.

    Args:
        tests: As :func:`~text_recognizer.testing.bench.run.run_bench`.
        variants: The same.
        jobs: The same.

    Attributes:
        total: Verdicts to come in all.
    """

    def __init__(
        self, tests: Sequence[SuiteTest], variants: Sequence[Variant], *, jobs: int = 2
    ) -> None:
        self.total = len(tests) * len(variants)
        self._told: SimpleQueue[Report | None] = SimpleQueue()
        self._tables: list[Table] = []
        self._error: Exception | None = None
        arguments = (tests, variants, jobs)
        threading.Thread(target=self._work, args=arguments, daemon=True).start()

    def reports(self) -> Iterator[Report]:
        """Each verdict that has not been handed out yet, as it comes, up to the last.

        Raises:
            TextRecognizerError: What the bench raised.
        """
        while (report := self._told.get()) is not None:
            yield report
        # For whoever asks again.
        self._told.put(None)
        if self._error is not None:
            raise self._error

    def table(self) -> Table:
        """The table, when the bench is done.

        Raises:
            TextRecognizerError: What the bench raised.
        """
        for _ in self.reports():
            continue
        return self._tables[0]

    def _work(self, tests: Sequence[SuiteTest], variants: Sequence[Variant], jobs: int) -> None:
        try:
            table = run_bench(
                tests, variants, jobs=jobs, niceness=_NICENESS, progress=self._hand_on
            )
            self._tables.append(table)
        except Exception as error:
            self._error = error
        finally:
            self._told.put(None)

    def _hand_on(self, reports: Iterator[Report]) -> Iterator[Report]:
        for report in reports:
            self._told.put(report)
            yield report
