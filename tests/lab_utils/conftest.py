"""What the tests of lab_utils share."""

from __future__ import annotations

import pytest

MARKERS = (
    "browser: drives a real Chromium, skipped without one",
    "setup_cell: runs the set-up cell in a clean environment, only with LABS_TEST_SETUP=1",
)


def pytest_configure(config):
    for line in MARKERS:
        config.addinivalue_line("markers", line)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch, tmp_path):
    """No test touches a learner's progress or sees another test's settings."""
    for name in ("LABS_HEADLESS", "LABS_METRICS", "LABS_TIME_FACTOR", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LABS_PROGRESS", str(tmp_path / "progress.json"))
