"""What nbval must know about the labs; `labs/conftest.py` and the test runner load it."""

from __future__ import annotations

from typing import Any

from lab_utils.refresh import headless_environment

__all__ = ["pytest_collectstart", "pytest_configure"]


def pytest_configure(config: Any) -> None:
    """Tell the kernels that no person is looking."""
    import os

    os.environ.update(headless_environment())


def pytest_collectstart(collector: Any) -> None:
    """Leave stderr out of the comparison: a gate already keeps it out of what is stored."""
    if hasattr(collector, "skip_compare") and "stderr" not in collector.skip_compare:
        collector.skip_compare += ("stderr",)
