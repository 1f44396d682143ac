"""Text to a realistic handwritten line on paper, with the position of every character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.sources import paper
from text_recognizer.sources.fonts import X_HEIGHT, FontFamily
from text_recognizer.sources.ink import draw_ink
from text_recognizer.sources.mixture import Hand, mix
from text_recognizer.sources.paper import Coverage
from text_recognizer.sources.style import Style, draw_style

RENDERER_VERSION = "2"
"""Goes up whenever the same seed gives another picture."""

_MIXED = 0.25
"""Share of lines whose letters come from two families."""

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
        irregularity: factor on the jitter and drift of every style that is drawn here; 0 writes
            as evenly as a font.

    Raises:
        InputError: if there is no family.
    """

    def __init__(self, families: Sequence[FontFamily], *, irregularity: float = 1.0) -> None:
        if not families:
            raise InputError(
                "a renderer needs at least one font family, got none; run `make fonts`"
            )
        self.families = tuple(families)
        self.irregularity = irregularity

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
        hand = face_of(family, rng) if family else self._hand(text, rng)
        style = style or self._style(rng)
        drawn = draw_ink(text, hand, style, rng)
        ink, top, left = paper.trim(drawn.ink, rng)
        if style.neighbours:
            ink = np.maximum(ink, _neighbours(ink.shape, hand, style, rng))
        image = paper.compose(ink, style, rng, baselines=[drawn.baseline - top])
        return RenderedLine(
            LineImage(image), text, tuple((drawn.centres - left).tolist()), hand.name
        )

    def _style(self, rng: np.random.Generator) -> Style:
        style = draw_style(rng)
        if self.irregularity == 1:
            return style
        jitter, drift = self.irregularity * style.jitter, self.irregularity * style.drift
        return replace(style, jitter=jitter, drift=drift)

    def _hand(self, text: str, rng: np.random.Generator) -> Hand:
        """A face of a family at random, sometimes with some letters of another."""
        first, second = (
            face_of(self.families[int(rng.integers(len(self.families)))], rng) for _ in range(2)
        )
        alike = first.name != second.name and 0.7 < first.stroke / second.stroke < 1.4
        if rng.random() > _MIXED or not alike:
            return first
        return mix(first, second, text, float(rng.uniform(0.1, 0.6)), rng)


def face_of(family: FontFamily, rng: np.random.Generator) -> FontFamily:
    """One of a family's faces, all as likely.

    Args:
        family: the hand.
        rng: decides.
    """
    return family.faces[int(rng.integers(len(family.faces)))]


def _neighbours(
    shape: tuple[int, ...], hand: Hand, style: Style, rng: np.random.Generator
) -> Coverage:
    """Descenders of the line above and ascenders of the line below, as far as they reach in."""
    reach = np.zeros(shape, np.float32)
    for below in (True, False):
        if rng.random() < 0.3:
            continue
        letters = rng.choice(list("bdfhklt   aeo" if below else "gjpqyf   aeo"), 14)
        drawn = draw_ink("x" + "".join(letters), hand, replace(style, strike=False), rng)
        # The next line's ink from its tallest letters to just above the small ones; of the line
        # before, from just below the baseline to the longest descender.
        small = int(X_HEIGHT * style.x_height) + 4
        tips = drawn.ink[: drawn.baseline - small] if below else drawn.ink[drawn.baseline + 4 :]
        found = np.flatnonzero(tips.max(axis=1) > 0.2)
        if not len(found):
            continue
        rows = int(rng.integers(3, max(4, shape[0] // 4)))
        piece = tips[found[0] : found[0] + rows] if below else tips[: found[-1] + 1][-rows:]
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
