"""The table holds what the rows say; what is no table is refused with its cure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations.pictures import Picture
from text_recognizer.data.expectations.table import COLUMNS, Row, check_table, line_table, read_rows

pandas = pytest.importorskip("pandas")


def row(number, **changes):
    page = np.full((40, 100 + number), 255, np.uint8)
    page[10:30, 20:24] = 0
    plain = Row(
        id=f"r{number}", writer="w", split="train", text="ab cd", picture=Picture(lambda: page)
    )
    return replace(plain, **changes)


def test_columns_are_those_stated_and_rows_keep_their_order():
    table = line_table([row(0), row(1, text="x")])
    assert tuple(table.columns) == COLUMNS
    assert list(table["id"]) == ["r0", "r1"]
    assert list(table["characters"]) == [5, 1]
    assert list(table["width_per_character"]) == [20.0, 101.0]


def test_a_writer_in_two_splits_is_counted_in_every_row_of_that_writer():
    table = line_table([row(0), row(1, split="test"), row(2, writer="v")])
    assert list(table["writer_splits"]) == [2, 2, 1]


def test_an_empty_text_has_a_width_per_character():
    assert line_table([row(0, text="")])["width_per_character"][0] == 100.0


def test_the_sample_is_read_by_split():
    rows = read_rows(["val", "test"], limit=3)
    assert [each.split for each in rows] == ["val"] * 3 + ["test"] * 3
    assert line_table(rows)["decodes"].all()


BROKEN = [
    pytest.param(lambda table: table[:0], "at least one row", id="an empty table passes all"),
    pytest.param(
        lambda table: table.drop(columns=["ink", "text"]),
        "missing ink, text|missing text, ink",
        id="lost",
    ),
    pytest.param(lambda table: [1], "DataFrame; received list", id="no table"),
]


@pytest.mark.parametrize(("change", "message"), BROKEN)
def test_what_is_no_table_of_lines_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        check_table(change(line_table([row(0)])))


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="at least one row"):
        line_table([])
