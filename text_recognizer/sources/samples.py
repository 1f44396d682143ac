"""A labelled paragraph: what loaders of pages hand out, as ``Sample`` is for lines."""

from __future__ import annotations

from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Box, PageImage


@dataclass(frozen=True, eq=False, kw_only=True)
class ParagraphSample:
    r"""One labelled paragraph.

    Args:
        image: The picture.
        text: What is written, lines separated by a line feed.
        writer: Who wrote it; for rendered paragraphs the font family.
        id: Unique within its set.
        boxes: Where each line of ``text`` stands, in pixels of ``image``; empty where unknown.

    Raises:
        InputError: If ``image`` is no PageImage, or there are boxes but not one per line.

    Example:
        >>> import numpy as np
        >>> page = PageImage(np.full((20, 30), 255, np.uint8))
        >>> sample = ParagraphSample(image=page, text="a\nb", writer="w", id="1")
        >>> sample.lines
        ('a', 'b')
    """

    image: PageImage
    text: str
    writer: str
    id: str
    boxes: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        """Check that picture, text and boxes belong together."""
        if not isinstance(self.image, PageImage):
            raise InputError(
                f"image must be a PageImage; received {type(self.image).__name__}; "
                "use PageImage.open(source)"
            )
        if self.boxes and len(self.boxes) != len(self.lines):
            raise InputError(
                f"a paragraph has one box per line, or none; {self.id!r} has {len(self.lines)} "
                f"lines and {len(self.boxes)} boxes; check the annotation"
            )

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of ``text``, top to bottom."""
        return tuple(self.text.split("\n"))
