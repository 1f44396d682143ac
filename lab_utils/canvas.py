"""A cell to write in: with mouse, pen or touch, or with a photo.

    pad = canvas.draw()

and in the next cell

    reader.read(pad.image())

Where a person runs the cell it shows a sheet of paper (anywidget; JupyterLab, Notebook, VS Code and
Colab). Where a program runs it, or while nothing is drawn, `image()` gives a default image, and the
stored output is that image: the same every time.
"""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab_utils.settings import is_headless
from lab_utils.strokes import Stroke, crop_to_ink, default_strokes, rasterize

__all__ = ["Pad", "draw", "photo"]

_ALT = "The line that stands in while nothing is drawn"


class Pad:
    """What was drawn so far, or the default.

    Args:
        default: Image to use while nothing is drawn: whatever `load_grey` of the package takes, or
            None for a line that comes with the course.
        width: Width of the sheet in pixels, 100 to 2000.
        height: Height of the sheet in pixels, 50 to 2000.

    Raises:
        ValueError: The sheet is too small or too large.
    """

    def __init__(self, default: Any = None, *, width: int = 760, height: int = 180) -> None:
        """Check the size and start with an empty sheet."""
        if not (100 <= width <= 2000 and 50 <= height <= 2000):
            raise ValueError(
                f"A sheet is 100 to 2000 pixels wide and 50 to 2000 high, got {width} by {height}."
            )
        self.width, self.height = width, height
        self._default = default
        self.widget: Any = None

    @property
    def drawn(self) -> bool:
        """Whether something was drawn or a photo was chosen."""
        return bool(self.strokes or self._photo())

    @property
    def strokes(self) -> list[Stroke]:
        """The strokes: lists of points (x, y) in pixels of the sheet."""
        return list(self.widget.strokes) if self.widget is not None else []

    def image(self) -> NDArray[np.uint8]:
        """Give what is on the sheet.

        Returns:
            uint8 (H, W), 255 is paper: the photo, the drawing cut to its ink, or the default.
        """
        content = self._photo()
        if content:
            return photo(content)
        if self.strokes:
            return crop_to_ink(rasterize(self.strokes, self.width, self.height))
        if self._default is not None:
            return photo(self._default)
        return crop_to_ink(rasterize(default_strokes(), 760, 180))

    def pil(self) -> Any:
        """Give what is on the sheet as a PIL image."""
        from PIL import Image

        return Image.fromarray(self.image())

    def _photo(self) -> bytes:
        return bytes(self.widget.photo) if self.widget is not None else b""


def draw(default: Any = None, *, width: int = 760, height: int = 180) -> Pad:
    """Show a sheet to write on.

    Args:
        default: Image to use while nothing is drawn; a path, an image, an array, or None for the
            line that comes with the course.
        width: Width of the sheet in pixels, 100 to 2000.
        height: Height of the sheet in pixels, 50 to 2000.

    Returns:
        The sheet. Ask it for `image()` in the next cell.

    Raises:
        ValueError: The sheet is too small or too large.
    """
    from lab_utils import figures

    pad = Pad(default, width=width, height=height)
    if is_headless() or not _in_notebook():
        print("A sheet to write on appears here when you run this cell. Until then:")
        figures.show(figures.image(pad.image()), alt=_ALT)
        return pad
    from IPython.display import display

    from lab_utils.canvas_widget import make_widget

    pad.widget = make_widget(width, height)
    display(pad.widget)
    return pad


def photo(source: Any) -> NDArray[np.uint8]:
    """Load a photo or scan, upright and in grey.

    Args:
        source: A path, the bytes of a file, a PIL image, or an array.

    Returns:
        uint8 (H, W).

    Raises:
        text_recognizer.core.errors.ImageError: It is no image; the message says what to do.
    """
    from text_recognizer.core.images import load_grey

    source = io.BytesIO(source) if isinstance(source, bytes) else source
    return load_grey(source)


def _in_notebook() -> bool:
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return shell is not None and hasattr(shell, "kernel")
