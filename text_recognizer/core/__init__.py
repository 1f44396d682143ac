"""The nouns that every other package shares; numpy and Pillow are all they need.

Names are loaded on first use: importing ``text_recognizer.core.errors`` costs no numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from text_recognizer.core.charset import Charset
    from text_recognizer.core.checks import CheckResult
    from text_recognizer.core.images import Box, LineImage, PageImage, Sample
    from text_recognizer.core.readings import (
        CharacterSpan,
        EchoReader,
        PageReading,
        Reader,
        Reading,
    )
    from text_recognizer.core.scores import ErrorCounts

__all__ = [
    "Box",
    "CharacterSpan",
    "Charset",
    "CheckResult",
    "EchoReader",
    "ErrorCounts",
    "LineImage",
    "PageImage",
    "PageReading",
    "Reader",
    "Reading",
    "Sample",
]

_HOME = {
    "Box": "images",
    "CharacterSpan": "readings",
    "Charset": "charset",
    "CheckResult": "checks",
    "EchoReader": "readings",
    "ErrorCounts": "scores",
    "LineImage": "images",
    "PageImage": "images",
    "PageReading": "readings",
    "Reader": "readings",
    "Reading": "readings",
    "Sample": "images",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(
            f"module 'text_recognizer.core' has no attribute {name!r}; "
            f"it offers {', '.join(__all__)}"
        )
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Offer the public names to tab completion before they are loaded."""
    return sorted({*globals(), *__all__})
