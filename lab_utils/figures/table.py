"""A small table, without pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab_utils.cards import Table

__all__ = ["table"]


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, caption: str = "") -> None:
    """Show a table.

    Args:
        columns: The headings.
        rows: The cells. Columns of numbers are set to the right; floats have three digits.
        caption: One line above.

    Raises:
        ValueError: A row has more or fewer cells than there are columns.
    """
    Table(columns=columns, rows=rows, caption=caption).show()
