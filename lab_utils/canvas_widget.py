"""The widget behind `lab_utils.canvas`: the only module that needs anywidget."""

from __future__ import annotations

import sys
from pathlib import Path

import anywidget
import traitlets

__all__ = ["CanvasWidget", "make_widget"]

_STATIC = Path(__file__).with_name("static")


class CanvasWidget(anywidget.AnyWidget):  # type: ignore[misc]
    """A sheet of paper in the browser, in step with Python.

    `strokes` is a list of lists of (x, y) in pixels of the sheet, `photo` the bytes of a JPEG.
    """

    _esm = (_STATIC / "canvas.js").read_text(encoding="utf-8")
    _css = (_STATIC / "canvas.css").read_text(encoding="utf-8")
    width = traitlets.Int(760).tag(sync=True)
    height = traitlets.Int(180).tag(sync=True)
    strokes = traitlets.List().tag(sync=True)
    # The message brings a view of memory, which `Bytes` alone refuses.
    photo = traitlets.Bytes(b"").tag(sync=True, from_json=lambda value, widget: bytes(value))


def make_widget(width: int, height: int) -> CanvasWidget:
    """Make the widget, and on Colab switch on what lets it appear.

    Args:
        width: Width of the sheet in pixels.
        height: Height of the sheet in pixels.
    """
    if "google.colab" in sys.modules:
        sys.modules["google.colab"].output.enable_custom_widget_manager()
    return CanvasWidget(width=width, height=height)
