"""A reader of handwritten English: an image of a line or a page in, text with confidences out.

The public names below are loaded on first use, so that ``import text_recognizer`` stays light
(no torch, no numpy, no Pillow until one of them is needed).

Example:
    >>> import text_recognizer
    >>> text_recognizer.ErrorCounts.compare("reader", "raeder").cer
    0.3333333333333333
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from text_recognizer.core.charset import Charset
    from text_recognizer.core.errors import TextRecognizerError
    from text_recognizer.core.images import LineImage, PageImage
    from text_recognizer.core.readings import PageReading, Reading
    from text_recognizer.core.scores import ErrorCounts
    from text_recognizer.reading.recognizer import TextRecognizer

__version__ = "0.1.0"

__all__ = [
    "Charset",
    "ErrorCounts",
    "LineImage",
    "PageImage",
    "PageReading",
    "Reading",
    "TextRecognizer",
    "TextRecognizerError",
]

_HOME = {
    "Charset": "core.charset",
    "ErrorCounts": "core.scores",
    "LineImage": "core.images",
    "PageImage": "core.images",
    "PageReading": "core.readings",
    "Reading": "core.readings",
    "TextRecognizer": "reading.recognizer",
    "TextRecognizerError": "core.errors",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(
            f"module 'text_recognizer' has no attribute {name!r}; it offers {', '.join(__all__)}"
        )
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Offer the public names to tab completion before they are loaded."""
    return sorted({*globals(), *__all__})
