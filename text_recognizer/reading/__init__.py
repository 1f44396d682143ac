"""From images to text: bundles of weights, the backends that run them, decoding, the reader.

Names are loaded on first use: decoding a lattice costs no onnxruntime, reading a page no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(
            f"module 'text_recognizer.reading' has no attribute {name!r}; "
            f"it offers {', '.join(__all__)}"
        )
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Offer the public names to tab completion before they are loaded."""
    return sorted({*globals(), *__all__})
