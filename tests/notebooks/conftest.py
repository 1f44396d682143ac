"""The sample lab: a tiny good notebook that the bad ones are made from."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from lab_utils import checks
from lab_utils.gates import Subject
from lab_utils.settings import Layout

DATA = Path(__file__).with_name("data")


@pytest.fixture(autouse=True)
def _sample_checks(monkeypatch):
    """Make the checks of lab 99 known, here and in kernels started from here."""
    folder = str(DATA / "checks")
    monkeypatch.setenv("LABS_CHECKS", folder)
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, folder])
    for name in ("LABS_HEADLESS", "LABS_PROGRESS", "LABS_METRICS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LABS_TIME_FACTOR", "10")
    monkeypatch.setenv("OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))
    yield
    sys.modules.pop("lab_utils.checks.lab_99", None)


@pytest.fixture
def sample(tmp_path):
    """A copy of the sample lab that a test may spoil."""
    shutil.copytree(DATA / "labs", tmp_path / "labs")
    return Layout(root=tmp_path)


@pytest.fixture
def subject(sample):
    """The stored notebook of the sample lab."""
    source = sample.source("99")
    return Subject.open(sample.notebook(source), source, "labs")
