"""A mixed table with every rule broken somewhere, and a site of Data Docs made from it once."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def validated(tmp_path_factory):
    """Data Docs of a set with a fifth of its pictures faint: the folder and the validation."""
    pytest.importorskip("great_expectations")
    from text_recognizer.data.expectations import line_table, read_rows, validate_table
    from text_recognizer.testing.data_tests.corruptions import CORRUPTIONS

    folder = tmp_path_factory.mktemp("data docs")
    rows = CORRUPTIONS["faint"](read_rows(["test"], limit=60), 0.2, seed=0)
    return folder, validate_table(line_table(rows), folder=folder)
