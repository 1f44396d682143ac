from __future__ import annotations

import os
from types import SimpleNamespace

from lab_utils.nbval_plugin import pytest_collectstart, pytest_configure


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
