"""Where lines come from: rendered handwriting, and real sets as their authors publish them.

Rendered: ``text`` (sentences), ``fonts``, ``style``, ``render`` and ``pages``. Real: ``catalog``
and ``corpora``. Names are loaded on first use: sentences cost no OpenCV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(__name__, _HOME)
