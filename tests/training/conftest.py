"""All trainings here are of a few steps on a toy sample."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _toy_data(toy_data, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))
