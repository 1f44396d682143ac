"""From images and labels to what a model is fed: preprocessing, lines of a page, sets, batches.

Names are loaded on first use: the embedded sample is read without torch or
OpenCV. Batches for training are in ``datasets`` and ``datamodule``, which need torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from text_recognizer.data.augment import Augment
    from text_recognizer.data.lines import Line, find_lines
    from text_recognizer.data.manifest import Manifest
    from text_recognizer.data.preprocess import PreparedLine, Preprocess
    from text_recognizer.data.sample import load_lines, load_paragraphs

__all__ = [
    "Augment",
    "Line",
    "Manifest",
    "PreparedLine",
    "Preprocess",
    "find_lines",
    "load_lines",
    "load_paragraphs",
]

_HOME = {
    "Augment": "augment",
    "Line": "lines",
    "Manifest": "manifest",
    "PreparedLine": "preprocess",
    "Preprocess": "preprocess",
    "find_lines": "lines",
    "load_lines": "sample",
    "load_paragraphs": "sample",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(
            f"module 'text_recognizer.data' has no attribute {name!r}; "
            f"it offers {', '.join(__all__)}"
        )
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Offer the public names to tab completion before they are loaded."""
    return sorted({*globals(), *__all__})
