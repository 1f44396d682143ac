"""A hand whose letters come from two font families, as writers print some and join others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from text_recognizer.sources.fonts import FontFamily, Glyph


class Hand(Protocol):
    """What writes: a font family, or a mixture of two."""

    @property
    def name(self) -> str:
        """The writer's name."""
        ...

    @property
    def stroke(self) -> float:
        """Mean width of a stroke, px."""
        ...

    def glyph(self, character: str) -> Glyph:
        """The picture of one character."""
        ...

    def kern(self, left: str, right: str) -> float:
        """Columns to add between two characters."""
        ...


@dataclass(frozen=True)
class MixedHand:
    """Some characters of one family, the others of another.

    Attributes:
        first: the family that gives the name, the pen and most characters.
        second: the family that gives the rest.
        taken: the characters of the second family.
    """

    first: FontFamily
    second: FontFamily
    taken: frozenset[str]

    @property
    def name(self) -> str:
        """The writer's name, which is the first family's."""
        return self.first.name

    @property
    def stroke(self) -> float:
        """Mean width of a stroke, px."""
        return self.first.stroke

    def glyph(self, character: str) -> Glyph:
        """The picture of one character.

        Args:
            character: one printable character.
        """
        return (self.second if character in self.taken else self.first).glyph(character)

    def kern(self, left: str, right: str) -> float:
        """Columns to add between two characters; 0 where the families meet.

        Args:
            left: the character before.
            right: the character after.
        """
        if (left in self.taken) != (right in self.taken):
            return 0.0
        return (self.second if left in self.taken else self.first).kern(left, right)


def mix(
    first: FontFamily, second: FontFamily, text: str, share: float, rng: np.random.Generator
) -> MixedHand:
    """A mixture for one text.

    Args:
        first: gives most characters.
        second: gives ``share`` of the different characters of the text.
        text: what will be written.
        share: 0 to 1.
        rng: decides which.
    """
    characters = sorted(set(text))
    taken = rng.random(len(characters)) < share
    return MixedHand(
        first, second, frozenset(c for c, t in zip(characters, taken, strict=True) if t)
    )
