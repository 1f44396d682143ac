"""What nbval must know about the labs; `labs/conftest.py` and the test runner load it."""

from __future__ import annotations

import os
from typing import Any

from lab_utils.refresh import headless_environment

__all__ = [
    "EXPECTED",
    "pytest_collectstart",
    "pytest_configure",
    "pytest_runtest_logreport",
    "pytest_sessionfinish",
]

#: Names the variable that says how many cells must have been compared.
EXPECTED = "LABS_EXPECTED_CELLS"

_compared: set[tuple[str, str]] = set()


def pytest_configure(config: Any) -> None:
    """Tell the kernels that no person is looking."""
    os.environ.update(headless_environment())
    _compared.clear()


def pytest_collectstart(collector: Any) -> None:
    """Leave stderr out of the comparison: a gate already keeps it out of what is stored."""
    if hasattr(collector, "skip_compare") and "stderr" not in collector.skip_compare:
        collector.skip_compare += ("stderr",)


def pytest_runtest_logreport(report: Any) -> None:
    """Note each cell that was really run."""
    if report.when == "call":
        _compared.add((report.nodeid, str(report.location)))


def pytest_sessionfinish(session: Any) -> None:
    """Fail when cells were left out: with two notebooks of one id xdist drops one in silence."""
    expected = os.environ.get(EXPECTED)
    if not expected or hasattr(session.config, "workerinput"):
        return
    if len(_compared) != int(expected):
        print(f"\n{len(_compared)} cells were compared, but the labs have {expected}.")
        session.exitstatus = 1
