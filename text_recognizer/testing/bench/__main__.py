"""``python -m text_recognizer.testing.bench``: rate the suite on the bank and record it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.testing.bench.patches import CLEAN_SEEDS, load_bank, variants
from text_recognizer.testing.bench.run import run_bench
from text_recognizer.testing.bench.store import store_table
from text_recognizer.testing.bench.table import Table

_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench.

    Args:
        arguments: Of the command line; by default those of this process.

    Returns:
        0, or 2 where the suite, the bank or the command is not acceptable.
    """
    parser = argparse.ArgumentParser(prog="bug bench", description=__doc__)
    parser.add_argument("--only", nargs="*", metavar="PATCH", help="patches; else all")
    parser.add_argument("--tests", nargs="*", metavar="TEST", help="tests; else all")
    parser.add_argument("--seeds", type=int, default=CLEAN_SEEDS, help="clean variants")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--record", action="store_true", help="write data/records/bug_bench.json")
    chosen = parser.parse_args(arguments)
    if chosen.record and (chosen.only or chosen.tests):
        parser.error("a record is of all patches and tests; leave --only and --tests away")
    try:
        table = _table(chosen)
        if chosen.record:
            print("recorded in", store_table(table, load_bank()).name)
    except TextRecognizerError as error:
        print(f"bug bench: {error}", file=sys.stderr)
        return 2
    return 0


def _table(chosen: argparse.Namespace) -> Table:
    from text_recognizer.testing.suite.catalog import SUITE

    patches = [each for each in load_bank() if not chosen.only or each.name in chosen.only]
    tests = [each for each in SUITE if not chosen.tests or each.name in chosen.tests]
    rows = variants(patches, seeds=chosen.seeds)
    started = time.perf_counter()
    table = run_bench(tests, rows, jobs=chosen.jobs, progress=_counted)
    print(f"\r{len(rows)} variants in {time.perf_counter() - started:.0f} s{' ' * 20}")
    _show(table)
    return table


def _counted(reports: Iterator[_T]) -> Iterator[_T]:
    """Hand on what comes, and tell a person how far it has come."""
    for done, report in enumerate(reports, start=1):
        if sys.stdout.isatty():
            print(f"\r{done} verdicts", end="", flush=True)
        yield report


def _show(table: Table) -> None:
    alone = table.caught_by_one()
    print(f"{'test':<34}{'caught':>8}{'alone':>7}{'false':>7}{'CPU s':>8}")
    for test in table.tests:
        rates = table.only([test.name]).rates()
        counts = f"{rates.caught:>8}{len(alone[test.name]):>7}{rates.alarmed:>7}"
        print(f"{test.name:<34}{counts}{rates.seconds:>8.2f}")
    rates = table.rates()
    print(f"{'the suite':<34}{rates.caught:>8}{'':>7}{rates.alarmed:>7}{rates.seconds:>8.2f}")
    print(f"recall {rates.recall:.2f} on {rates.faulty} faults", end=", ")
    print(f"false alarms {rates.false_alarms:.2f} on {rates.clean} clean variants")
    for row in table.faulty:
        alarms = table.alarms(row)
        print(f"  {row.name}: {', '.join(alarms) or 'NOT CAUGHT'}")
    for row in table.clean:
        for name in table.alarms(row):
            reason = table.verdicts[row.name, name].reason
            print(f"  FALSE ALARM on {row.name} by {name}: {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
