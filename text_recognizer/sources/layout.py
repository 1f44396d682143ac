"""Where each letter of a line goes: pens, sizes, leanings, gaps, and words that are given up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.core.errors import InputError
from text_recognizer.sources.mixture import Hand
from text_recognizer.sources.style import Style

WIDEST = 32_000
"""Columns of the widest line: OpenCV cannot bend pictures of 32,767 or more."""

_START = 24.0
_SMALL = frozenset("acemnorsuvwxz")
"""Letters without ascender or descender, which a hurried hand flattens."""


@dataclass(frozen=True)
class Placed:
    """One letter on the line.

    Attributes:
        character: what it is.
        pen: column at which it starts.
        end: column at which the next one starts.
        across: horizontal scale of the glyph.
        size: vertical scale of the glyph.
        shear: columns per row by which it leans right.
        turn: rows per column by which it is turned.
        drop: rows below the baseline.
    """

    character: str
    pen: float
    end: float
    across: float
    size: float
    shear: float
    turn: float
    drop: float


@dataclass(frozen=True)
class Layout:
    """A line before it is drawn.

    Attributes:
        letters: all that is drawn, from left to right; spaces are left out.
        centres: column of the middle of each character of the text.
        struck: columns (first, last) of a word that is written and struck out, or none; it is
            not in the text.
        width: columns of the line.
    """

    letters: tuple[Placed, ...]
    centres: npt.NDArray[np.float64]
    struck: tuple[float, float] | None
    width: int


def lay_out(text: str, hand: Hand, style: Style, rng: np.random.Generator) -> Layout:
    """Places every letter.

    Args:
        text: what :meth:`Renderer.check` lets pass.
        hand: gives widths and kerning.
        style: the manner.
        rng: decides every irregularity.

    Raises:
        InputError: if the line would be wider than 32,000 pixels.
    """
    written, struck = _with_struck_word(text, rng) if style.strike else (text, None)
    letters, ends = _letters(written, hand, style, rng)
    pen = float(ends[-1])
    if pen > WIDEST:
        raise InputError(
            f"a line of ink is at most {WIDEST:,} px wide, got {int(pen):,} for {len(written)} "
            f"characters ({text[:20]!r}...); break it, or choose a narrower style"
        )
    centres = (ends[:-1] + ends[1:] - style.spacing) / 2
    area = None
    if struck:
        first, last = struck
        area = float(ends[first]), float(ends[last])
        centres = np.concatenate([centres[:first], centres[last + 1 :]])
    return Layout(tuple(letters), centres, area, int(pen) + 48)


def _letters(
    written: str, hand: Hand, style: Style, rng: np.random.Generator
) -> tuple[list[Placed], npt.NDArray[np.float64]]:
    """All letters, and the column at which each character starts and the last one ends."""
    count = len(written)
    noise = rng.normal(size=(count, 6)) * style.jitter
    wander = np.cumsum(noise[:, 5]) * 0.25
    wander -= np.linspace(0, wander[-1], count) if count > 1 else wander
    chances = rng.random((count, 3))
    words = 1 + 0.05 * style.jitter * rng.normal(size=written.count(" ") + 1)
    pen, word, start = _START, 0, 0
    ends = np.zeros(count + 1)
    letters = []
    for i, character in enumerate(written):
        ends[i] = pen
        if character == " ":
            word, start = word + 1, i + 1
            pen += _space(style, float(noise[i, 0]), tight=chances[i, 0] < style.tight)
            continue
        tired = 1 - style.fade * min(1.0, (i - start) / 8)
        size = float(words[word]) * (1 + 0.05 * float(noise[i, 1]))
        across = style.stretch * size * (1 + 0.08 * float(noise[i, 2])) * tired
        if chances[i, 1] < 0.04 * style.jitter:
            across *= 0.7
        if character in _SMALL:
            size *= 0.5 + 0.5 * tired
        following = written[i + 1] if i + 1 < count else " "
        kern = hand.kern(character, following) if following != " " else 0.0
        pen += max(1.0, across * (hand.glyph(character).advance + kern) + style.spacing)
        pen += 0.6 * float(noise[i, 5])
        if chances[i, 2] < style.gaps and following != " ":
            pen += float(3 + 9 * chances[i, 0])
        shear, turn = style.slant + 0.05 * float(noise[i, 3]), 0.03 * float(noise[i, 4])
        drop = 0.7 * float(noise[i, 0]) + float(wander[i])
        letters.append(Placed(character, float(ends[i]), pen, across, size, shear, turn, drop))
    ends[count] = pen
    return letters, ends


def _space(style: Style, noise: float, *, tight: bool) -> float:
    width = style.word_space * (1 + 0.22 * noise)
    return max(2.0, 0.25 * width) if tight else max(5.0, width)


def _with_struck_word(text: str, rng: np.random.Generator) -> tuple[str, tuple[int, int]]:
    """The text with one more word, and that word's (first, last + 1) characters.

    A space follows the word, which is no part of the text either.
    """
    starts = [0] + [i + 1 for i, character in enumerate(text) if character == " "]
    first = int(rng.choice(starts))
    letters = [c for c in text if c.isalpha()] or ["x"]
    word = "".join(rng.choice(letters) for _ in range(int(rng.integers(2, 7))))
    return text[:first] + word + " " + text[first:], (first, first + len(word))
