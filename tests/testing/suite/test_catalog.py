"""Every check of the suite passes on the package as it stands; each place it runs from exists."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from text_recognizer.core.checks import CheckResult
from text_recognizer.testing.suite.catalog import SUITE

ROOT = Path(__file__).resolve().parents[3]
CHECKS = [test for test in SUITE if test.kind != "unit"]
UNITS = [test for test in SUITE if test.kind == "unit"]


def test_the_suite_is_of_a_size_that_a_table_can_show():
    assert 16 <= len(SUITE) <= 26
    assert len({test.name for test in SUITE}) == len(SUITE)


@pytest.mark.parametrize("test", CHECKS, ids=lambda test: test.name.replace(" ", "-"))
def test_a_check_passes_on_the_package_as_it_stands(test):
    module, function = test.run.split(":")
    result = getattr(importlib.import_module(module), function)(0)
    assert isinstance(result, CheckResult)
    assert result.passed, str(result)


@pytest.mark.parametrize("test", CHECKS, ids=lambda test: test.name.replace(" ", "-"))
def test_a_check_measures_a_badness(test, monkeypatch):
    """The verdict is measured <= limit, so that a limit can be moved."""
    module, function = test.run.split(":")
    result = getattr(importlib.import_module(module), function)(1)
    assert result.passed == (result.measured <= result.limit), str(result)


@pytest.mark.parametrize("test", UNITS, ids=lambda test: test.name.replace(" ", "-"))
def test_a_unit_test_is_there(test):
    scheme, place = test.run.split(":")
    if scheme == "pytest":
        assert (ROOT / place.split()[0]).is_file()
    else:
        found = doctest.DocTestFinder().find(importlib.import_module(place))
        assert sum(len(each.examples) for each in found) > 0
