"""A bench in the background hands out every verdict once, its table, or its error."""

from __future__ import annotations

import pytest

from tests.testing.bench.small import BANK, ROWS, TESTS, small_table
from text_recognizer.core.errors import DataError
from text_recognizer.testing.bench import background
from text_recognizer.testing.bench.background import BackgroundBench


def test_every_verdict_comes_once_and_then_the_table(monkeypatch):
    table = small_table()

    def run(tests, variants, *, jobs, niceness, progress):
        assert (jobs, niceness) == (3, 10)
        reports = [(row, test.name, table.verdict(row, test)) for row in ROWS for test in TESTS]
        assert list(progress(iter(reports))) == reports
        return table

    monkeypatch.setattr(background, "run_bench", run)
    bench = BackgroundBench(TESTS, ROWS, jobs=3)
    assert len(list(bench.reports())) == bench.total == 12
    assert bench.table() is table
    assert list(bench.reports()) == []


def test_what_the_bench_raises_comes_to_whoever_asks(monkeypatch):
    def run(*_, **__):
        raise DataError("the patch no longer applies")

    monkeypatch.setattr(background, "run_bench", run)
    bench = BackgroundBench(TESTS, [row for row in ROWS if row.patch in BANK])
    for ask in (bench.table, lambda: list(bench.reports())):
        with pytest.raises(DataError, match="no longer applies"):
            ask()
