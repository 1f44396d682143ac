from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from lab_utils.nbval_plugin import (
    EXPECTED,
    pytest_collectstart,
    pytest_configure,
    pytest_runtest_logreport,
    pytest_sessionfinish,
)


def test_stderr_is_left_out_once():
    collector = SimpleNamespace(skip_compare=("metadata",))
    pytest_collectstart(collector)
    pytest_collectstart(collector)
    assert collector.skip_compare == ("metadata", "stderr")
    pytest_collectstart(SimpleNamespace())


def test_kernels_are_told_that_nobody_is_looking(monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    pytest_configure(None)
    assert os.environ["LABS_HEADLESS"] == "1"


@pytest.mark.parametrize(("expected", "status"), [("2", 0), ("3", 1), ("", 0)])
def test_cells_that_were_left_out_fail_the_run(monkeypatch, expected, status):
    monkeypatch.setattr(os, "environ", {**os.environ, EXPECTED: expected})
    pytest_configure(None)
    for when, cell in (("setup", "1"), ("call", "1"), ("call", "2"), ("call", "2")):
        report = SimpleNamespace(when=when, nodeid=f"a.ipynb::Cell {cell}", location=("a", 0, cell))
        pytest_runtest_logreport(report)
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=0)
    pytest_sessionfinish(session)
    assert session.exitstatus == status
