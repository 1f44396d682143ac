"""What only the notebooks need: set-up, exercises, figures, reproducibility, and their tests.

Everything is loaded on first use, so that `import lab_utils` costs nothing.

Example:
    >>> import lab_utils
    >>> "figures" in lab_utils.__all__
    True
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = [
    "canvas",
    "exercises",
    "figures",
    "float64",
    "progress_bar",
    "record",
    "seed_everything",
]

_HOMES = {
    "float64": "lab_utils.reproducibility",
    "progress_bar": "lab_utils.bars",
    "record": "lab_utils.metrics",
    "seed_everything": "lab_utils.reproducibility",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in __all__:
        raise AttributeError(f"module 'lab_utils' has no attribute {name!r}; it has {__all__}")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    return importlib.import_module(f"lab_utils.{name}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
