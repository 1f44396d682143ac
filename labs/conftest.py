"""Makes `pytest --nbval labs` compare as `make test-notebooks` does."""

from __future__ import annotations

pytest_plugins = ["lab_utils.nbval_plugin"]
