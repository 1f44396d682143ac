"""A bench's table as a record, and back."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError, ParseError
from text_recognizer.data.records import read_record, write_record
from text_recognizer.testing.bench.entry import OUTCOMES, SuiteTest, Verdict
from text_recognizer.testing.bench.patches import Patch, Variant
from text_recognizer.testing.bench.table import Table

__all__ = ["COMMAND", "NAME", "digest", "load_table", "store_table"]

NAME = "bug_bench"
COMMAND = "make bug-bench"


def digest(patches: Sequence[Patch]) -> str:
    """A fingerprint of a bank: a table of one bank says nothing of another.

    Which faults are hidden does not count: no verdict depends on it.

    Example:
        >>> len(digest(()))
        16
    """
    told = "\n".join(repr(replace(patch, hidden=False)) for patch in patches)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def store_table(
    table: Table, patches: Sequence[Patch], *, seed: int = 0, folder: Path | None = None
) -> Path:
    """Write a table as the record ``bug_bench``.

    Args:
        table: What a bench gave.
        patches: The bank.
        seed: The seed of the bench.
        folder: Another folder than ``data/records``.
    """
    payload = {
        "bank": digest(patches),
        "tests": [test.name for test in table.tests],
        "variants": [[row.patch.name if row.patch else "", row.seed] for row in table.variants],
        "verdicts": {
            row.name: [_packed(table.verdict(row, test)) for test in table.tests]
            for row in table.variants
        },
        "reasons": {
            row.name: {
                test.name: cell.reason
                for test in table.tests
                if (cell := table.verdict(row, test)).alarm and cell.reason
            }
            for row in table.faulty
        },
    }
    return write_record(NAME, payload, seed=seed, command=COMMAND, folder=folder)


def load_table(
    tests: Sequence[SuiteTest], patches: Sequence[Patch], *, folder: Path | None = None
) -> Table:
    """Read the record ``bug_bench``.

    Args:
        tests: The suite it was made with.
        patches: The bank it was made with.
        folder: Another folder than ``data/records``.

    Raises:
        ParseError: If the record is missing or damaged.
        DataError: If it was made with another suite or bank: make it again.
    """
    payload = read_record(NAME, folder=folder).payload
    names = [test.name for test in tests]
    if payload.get("bank") != digest(patches) or payload.get("tests") != names:
        raise DataError(
            f"the record {NAME} must be of the present suite and bank; it is of bank "
            f"{payload.get('bank')!r} and {len(payload.get('tests', ()))} tests, here are "
            f"{digest(patches)!r} and {len(names)}; run {COMMAND}"
        )
    by_name = {patch.name: patch for patch in patches}
    try:
        rows = tuple(
            Variant(patch=by_name[name] if name else None, seed=int(seed))
            for name, seed in payload["variants"]
        )
        reasons = payload["reasons"]
        cells = {
            (row.name, test.name): _unpacked(cell, reasons.get(row.name, {}).get(test.name, ""))
            for row in rows
            for test, cell in zip(tests, payload["verdicts"][row.name], strict=True)
        }
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ParseError(
            f"the record {NAME} is damaged: {type(error).__name__}: {error}; restore it with git, "
            f"or run {COMMAND}"
        ) from error
    return Table(tests=tuple(tests), variants=rows, verdicts=cells)


def _packed(cell: Verdict) -> list[Any]:
    """Outcome, measured (None is infinite), limit, seconds."""
    measured = None if math.isinf(cell.measured) else cell.measured
    return [cell.outcome, measured, cell.limit, round(cell.seconds, 3)]


def _unpacked(cell: Sequence[Any], reason: str) -> Verdict:
    outcome, measured, limit, seconds = cell
    if outcome not in OUTCOMES:
        raise ValueError(f"an outcome is one of {OUTCOMES}, received {outcome!r}")
    return Verdict(
        outcome=outcome,
        measured=math.inf if measured is None else float(measured),
        limit=float(limit),
        seconds=float(seconds),
        reason=reason,
    )
