"""The image nouns: a line, a page, a box on a page, a labelled sample."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import ImageError, InputError
from text_recognizer.core.levels import MAX_PIXELS
from text_recognizer.core.pixels import load_grey

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["MAX_PIXELS", "Box", "LineImage", "PageImage", "Sample", "load_grey"]


def _frozen_pixels(pixels: NDArray[np.uint8], owner: str) -> NDArray[np.uint8]:
    """The array as it may be stored: uint8, two axes, not empty, read-only."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != 2:
        received = (
            f"an array of {pixels.dtype} with shape {pixels.shape}"
            if isinstance(pixels, np.ndarray)
            else type(pixels).__name__
        )
        raise ImageError(
            f"{owner} holds grey pixels, uint8 with shape (H, W); received {received}; "
            f"use {owner}.open(source), which takes any image"
        )
    if 0 in pixels.shape:
        raise ImageError(
            f"{owner} needs at least one pixel; received shape {pixels.shape}; check the crop"
        )
    if pixels.flags.writeable or (pixels.base is not None and not _immutable(pixels.base)):
        pixels = pixels.copy()
        pixels.setflags(write=False)
    return pixels


def _immutable(base: Any) -> bool:
    """Whether no one can change the memory under a view."""
    return isinstance(base, bytes) or (
        isinstance(base, np.ndarray)
        and not base.flags.writeable
        and (base.base is None or _immutable(base.base))
    )


@dataclass(frozen=True, order=True)
class Box:
    """A rectangle on a page, in whole pixels; ``right`` and ``bottom`` are exclusive.

    Args:
        left: First column, at least 0.
        top: First row, at least 0.
        right: Column after the last, greater than ``left``.
        bottom: Row after the last, greater than ``top``.

    Raises:
        InputError: If a side is no integer, negative, or the box is empty.

    Example:
        >>> Box(10, 20, 110, 60).width
        100
    """

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        """Check the sides at birth; numpy integers become int."""
        for side in ("left", "top", "right", "bottom"):
            value = getattr(self, side)
            try:
                object.__setattr__(self, side, operator.index(value))
            except TypeError:
                raise InputError(
                    f"the sides of a Box are whole pixels; received {side}={value!r} "
                    f"({type(value).__name__}); round it first"
                ) from None
        if self.left < 0 or self.top < 0 or self.right <= self.left or self.bottom <= self.top:
            raise InputError(
                "a Box needs 0 <= left < right and 0 <= top < bottom; received "
                f"{self.to_tuple()}; the order is left, top, right, bottom"
            )

    @property
    def width(self) -> int:
        """Columns covered, px."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows covered, px."""
        return self.bottom - self.top

    def to_tuple(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom), the order that Pillow's ``crop`` takes.

        Example:
            >>> Box(0, 0, 2, 1).to_tuple()
            (0, 0, 2, 1)
        """
        return (self.left, self.top, self.right, self.bottom)


@dataclass(frozen=True, eq=False)
class _GreyImage:
    """What a line and a page have in common: grey pixels that nobody changes."""

    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Check the array at birth and keep a read-only copy of it."""
        object.__setattr__(self, "pixels", _frozen_pixels(self.pixels, type(self).__name__))

    @property
    def height(self) -> int:
        """Rows, px."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns, px."""
        return int(self.pixels.shape[1])

    def to_pil(self) -> Image.Image:
        """A Pillow image of mode ``L`` with the same pixels.

        Example:
            >>> LineImage(np.zeros((2, 3), np.uint8)).to_pil().size
            (3, 2)
        """
        from PIL import Image

        return Image.fromarray(self.pixels)

    def __repr__(self) -> str:
        """Size, not pixels."""
        return f"{type(self).__name__}(height={self.height}, width={self.width})"


@dataclass(frozen=True, eq=False, repr=False)
class LineImage(_GreyImage):
    """One line of handwriting, grey.

    Args:
        pixels: uint8 array (H, W), 0 = black, 255 = white. A read-only copy is kept.

    Raises:
        ImageError: If it is anything else; :meth:`open` takes any image.

    Example:
        >>> LineImage(np.full((48, 200), 255, np.uint8))
        LineImage(height=48, width=200)
    """

    @classmethod
    def open(cls, source: Any) -> LineImage:
        """Read a line from a path, bytes, a binary file, a Pillow image or an array.

        Raises:
            ImageError: As :func:`~text_recognizer.core.pixels.load_grey` does.

        Example:
            >>> int(LineImage.open(np.ones((4, 5))).pixels.max())
            255
        """
        return source if isinstance(source, cls) else cls(load_grey(source))


@dataclass(frozen=True, eq=False, repr=False)
class PageImage(_GreyImage):
    """One page or paragraph of handwriting, grey.

    Args:
        pixels: uint8 array (H, W), 0 = black, 255 = white. A read-only copy is kept.

    Raises:
        ImageError: If it is anything else; :meth:`open` takes any image.

    Example:
        >>> page = PageImage(np.full((400, 300), 255, np.uint8))
        >>> page.crop(Box(10, 20, 210, 60))
        LineImage(height=40, width=200)
    """

    @classmethod
    def open(cls, source: Any) -> PageImage:
        """Read a page from a path, bytes, a binary file, a Pillow image or an array.

        Raises:
            ImageError: As :func:`~text_recognizer.core.pixels.load_grey` does.

        Example:
            >>> int(PageImage.open(np.zeros((4, 5), bool)).pixels.max())
            0
        """
        return source if isinstance(source, cls) else cls(load_grey(source))

    def crop(self, box: Box) -> LineImage:
        """Cut out a line.

        Args:
            box: Where; it must lie within the page.

        Returns:
            The pixels of the box (no copy is made).

        Raises:
            InputError: If ``box`` is no Box or reaches beyond the page.

        Example:
            >>> PageImage(np.zeros((9, 9), np.uint8)).crop(Box(0, 0, 9, 3)).height
            3
        """
        if not isinstance(box, Box):
            raise InputError(
                f"crop takes a Box; received {box!r} ({type(box).__name__}); "
                "write Box(left, top, right, bottom)"
            )
        if box.right > self.width or box.bottom > self.height:
            raise InputError(
                f"a crop must lie within the page of {self.width}x{self.height} px (width x "
                f"height); received {box}; clip the box to the page"
            )
        return LineImage(self.pixels[box.top : box.bottom, box.left : box.right])


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled line.

    Args:
        image: The line.
        text: What is written on it, one line of text.
        writer: Who wrote it; for rendered lines the font family. Splits go by writer.
        id: Unique within its set.

    Raises:
        InputError: If ``image`` is no LineImage or a text field is no str.

    Example:
        >>> Sample(LineImage(np.zeros((4, 9), np.uint8)), "hi", writer="w1", id="w1-0").text
        'hi'
    """

    image: LineImage
    text: str
    writer: str
    id: str

    def __post_init__(self) -> None:
        """Check the types at birth."""
        if not isinstance(self.image, LineImage):
            raise InputError(
                f"image must be a LineImage; received {type(self.image).__name__}; "
                "use LineImage.open(source)"
            )
        for field in ("text", "writer", "id"):
            value = getattr(self, field)
            if not isinstance(value, str):
                raise InputError(
                    f"{field} must be a str; received {value!r} ({type(value).__name__}); "
                    "convert it with str()"
                )
