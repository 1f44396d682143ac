"""From images to text: bundles of weights, the backends that run them, decoding, the reader.

Names are loaded on first use: decoding a lattice costs no onnxruntime, reading a page no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.reading.baseline import NearestGlyphReader
    from text_recognizer.reading.bundle import Bundle
    from text_recognizer.reading.decode import beam, greedy
    from text_recognizer.reading.export import export_bundle
    from text_recognizer.reading.recognizer import TextRecognizer

__all__ = [
    "Bundle",
    "NearestGlyphReader",
    "TextRecognizer",
    "beam",
    "export_bundle",
    "greedy",
]

_HOME = {
    "Bundle": "bundle",
    "NearestGlyphReader": "baseline",
    "TextRecognizer": "recognizer",
    "beam": "decode",
    "export_bundle": "export",
    "greedy": "decode",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
