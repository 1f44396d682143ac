"""A reader of handwritten English: an image of a line or a page in, text with confidences out.

The public names below are loaded on first use, so that ``import text_recognizer`` stays light
(no torch, no numpy, no Pillow until one of them is needed).

Example:
    >>> import text_recognizer
    >>> text_recognizer.ErrorCounts.compare("reader", "raeder").cer
    0.3333333333333333
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(__name__, _HOME)
