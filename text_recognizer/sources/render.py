"""Text to a realistic handwritten line on paper, with the position of every character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.sources import paper
from text_recognizer.sources.fonts import FontFamily
from text_recognizer.sources.ink import draw_ink
from text_recognizer.sources.paper import Coverage
from text_recognizer.sources.style import Style, draw_style

RENDERER_VERSION = "1"
"""Goes up whenever the same seed gives another picture."""

LONGEST_TEXT = 300
"""Characters of the longest line that is rendered."""


@dataclass(frozen=True)
class RenderedLine:
    """A rendered line and what is known of it.

    Attributes:
        image: the picture.
        text: what it says.
        centres: column of the middle of each character of ``text``.
        writer: name of the font family.
    """

    image: LineImage
    text: str
    centres: tuple[float, ...]
    writer: str


class Renderer:
    """Renders lines in the hands of the given families; the same seed gives the same picture.

    Args:
        families: at least one family.

    Raises:
        InputError: if there is no family.
    """

    def __init__(self, families: Sequence[FontFamily]) -> None:
        if not families:
            raise InputError(
                "a renderer needs at least one font family, got none; run `make fonts`"
            )
        self.families = tuple(families)

    @staticmethod
    def check(text: str) -> None:
        """Whether a text can be rendered.

        Args:
            text: printable ASCII, at most ``LONGEST_TEXT`` characters, not all of them spaces.

        Raises:
            InputError: if it is blank, too long or has a character outside printable ASCII.

        Example:
            >>> Renderer.check("A line.")
        """
        if not isinstance(text, str):
            raise InputError(f"a text to render is a str, got {text!r} ({type(text).__name__})")
        if not text.strip():
            raise InputError(
                f"cannot render {text!r}; give at least one character that is not a space"
            )
        if len(text) > LONGEST_TEXT:
            raise InputError(
                f"cannot render a line of {len(text)} characters ({text[:20]!r}...); "
                f"break it into lines of at most {LONGEST_TEXT}"
            )
        strange = sorted({c for c in text if not " " <= c <= "~"})
        if strange:
            raise InputError(
                f"cannot render {strange}; use printable ASCII, or Charset.normalize first"
            )

    def line(
        self, text: str, *, seed: int, family: FontFamily | None = None, style: Style | None = None
    ) -> RenderedLine:
        """One line.

        Args:
            text: printable ASCII, at least one character that is not a space.
            seed: decides everything that is not given; from 0.
            family: the hand; one at random if None.
            style: the manner; one at random if None.

        Raises:
            InputError: if the text cannot be rendered (:meth:`check`) or the seed is negative.
        """
        self.check(text)
        rng = seeded(seed)
        family = family or self.families[int(rng.integers(len(self.families)))]
        style = style or draw_style(rng)
        drawn = draw_ink(text, family, style, rng)
        ink, top, left = paper.trim(drawn.ink, rng)
        if style.neighbours:
            ink = np.maximum(ink, self._neighbours(ink.shape, family, style, rng))
        image = paper.compose(ink, style, rng, baselines=[drawn.baseline - top])
        return RenderedLine(
            LineImage(image), text, tuple((drawn.centres - left).tolist()), family.name
        )

    def _neighbours(
        self, shape: tuple[int, ...], family: FontFamily, style: Style, rng: np.random.Generator
    ) -> Coverage:
        """Descenders of the line above and ascenders of the line below, as far as they reach in."""
        reach = np.zeros(shape, np.float32)
        for below in (True, False):
            if rng.random() < 0.3:
                continue
            letters = rng.choice(list("gjpqyf,   aeo" if not below else "bdfhklt   aeo"), 14)
            other = draw_ink("x" + "".join(letters), family, style, rng).ink
            rows = int(rng.integers(3, max(4, shape[0] // 4)))
            piece = other[:rows] if below else other[-rows:]
            found = np.flatnonzero(piece.max(axis=1) > 0.2)
            if len(found):
                piece = (
                    other[found[0] : found[0] + rows] if below else other[: found[-1] + 1][-rows:]
                )
            width = min(shape[1], piece.shape[1])
            start = int(rng.integers(0, shape[1] - width + 1))
            edge = slice(shape[0] - piece.shape[0], None) if below else slice(0, piece.shape[0])
            reach[edge, start : start + width] = piece[:, :width]
        return reach


def seeded(seed: int) -> np.random.Generator:
    """The random numbers of one picture.

    Raises:
        InputError: if the seed is negative.

    Example:
        >>> bool(seeded(3).integers(9) == seeded(3).integers(9))
        True
    """
    if seed < 0:
        raise InputError(f"a seed is an integer from 0, got {seed}; drop its sign")
    return np.random.default_rng(seed)
