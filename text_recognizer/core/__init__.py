"""The nouns that every other package shares; numpy and Pillow are all they need.

Names are loaded on first use: importing ``text_recognizer.core.errors`` costs no numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(__name__, _HOME)
