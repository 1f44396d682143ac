"""Figures with their budgets, and the tables they are printed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured.
        value: the number.
        unit: of the number.
        budget: what it must not exceed, or must reach if ``at_least``; None where there is none.
        at_least: whether more is better.
        note: what a reader of the table should know.
    """

    name: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """The verdict; None without a budget."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def to_dict(self) -> dict[str, Any]:
        """The fields and the verdict, ready for JSON."""
        return {**asdict(self), "passed": self.passed}

    def row(self) -> list[str]:
        """The cells of its row; the note stands below the table."""
        verdict = {None: "", True: "pass", False: "FAIL"}[self.passed]
        sign = ">=" if self.at_least else "<="
        budget = "" if self.budget is None else f"{sign} {number(self.budget)}"
        return [self.name, number(self.value), self.unit, budget, verdict]


def number(value: float) -> str:
    """Three significant digits, never an exponent.

    Example:
        >>> number(0.01234), number(1234.5), number(12.34)
        ('0.0123', '1234', '12.3')
    """
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.6f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns, the first to the left, numbers to the right.

    Example:
        >>> print(table(["a", "n"], [["x", "1"], ["long", "22"]]))
        a      n
        ----  --
        x      1
        long  22
    """
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if _right(rows, k) else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _right(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether a column holds numbers."""
    cells = [row[column] for row in rows if row[column]]
    return bool(cells) and all(cell.lstrip("<>=x ").replace(".", "").isdigit() for cell in cells)
