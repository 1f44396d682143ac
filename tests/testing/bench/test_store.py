"""A table comes back from its record, and only from one of the same suite and bank."""

from __future__ import annotations

import pytest

from tests.testing.bench.small import BANK, TESTS, small_table
from text_recognizer.core.errors import DataError, ParseError
from text_recognizer.testing.bench.store import load_table, store_table


@pytest.fixture
def table():
    return small_table()


def test_a_table_comes_back_from_its_record(table, tmp_path):
    store_table(table, BANK, folder=tmp_path)
    found = load_table(TESTS, BANK, folder=tmp_path)
    assert found.variants == table.variants
    assert found.verdicts == dict(table.verdicts)


def test_a_record_of_another_suite_or_bank_is_refused(table, tmp_path):
    store_table(table, BANK, folder=tmp_path)
    with pytest.raises(DataError, match="make bug-bench"):
        load_table(TESTS[:1], BANK, folder=tmp_path)
    with pytest.raises(DataError, match="present suite and bank"):
        load_table(TESTS, BANK[:2], folder=tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [('"passed"', '"maybe"'), ('"one/0": [', '"uno/0": ['), ('"variants"', '"rows"')],
)
def test_a_damaged_record_is_refused(table, tmp_path, before, after):
    path = store_table(table, BANK, folder=tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(ParseError, match="damaged"):
        load_table(TESTS, BANK, folder=tmp_path)
