"""Makes `pytest --nbval labs` compare as `make test-notebooks` does."""

from __future__ import annotations

from lab_utils.nbval_plugin import pytest_collectstart, pytest_configure

__all__ = ["pytest_collectstart", "pytest_configure"]
