"""Where lines come from: rendered handwriting, and real sets as their authors publish them.

Rendered: ``text`` (sentences), ``fonts``, ``style``, ``render`` and ``pages``. Real: ``catalog``
and ``corpora``. Names are loaded on first use: sentences cost no OpenCV.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from text_recognizer.sources.families import families_of
    from text_recognizer.sources.fonts import FontFamily, font_families
    from text_recognizer.sources.pages import RenderedPage, render_page
    from text_recognizer.sources.paths import data_dir
    from text_recognizer.sources.render import RenderedLine, Renderer
    from text_recognizer.sources.samples import ParagraphSample
    from text_recognizer.sources.style import Style, draw_style
    from text_recognizer.sources.text import TextSource

__all__ = [
    "FontFamily",
    "ParagraphSample",
    "RenderedLine",
    "RenderedPage",
    "Renderer",
    "Style",
    "TextSource",
    "data_dir",
    "draw_style",
    "families_of",
    "font_families",
    "render_page",
]

_HOME = {
    "FontFamily": "fonts",
    "ParagraphSample": "samples",
    "RenderedLine": "render",
    "RenderedPage": "pages",
    "Renderer": "render",
    "Style": "style",
    "TextSource": "text",
    "data_dir": "paths",
    "draw_style": "style",
    "families_of": "families",
    "font_families": "fonts",
    "render_page": "pages",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(
            f"module 'text_recognizer.sources' has no attribute {name!r}; "
            f"it offers {', '.join(__all__)}"
        )
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Offer the public names to tab completion before they are loaded."""
    return sorted({*globals(), *__all__})
