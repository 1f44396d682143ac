"""MFT: simple cases whose text is known. Empty paper, and single words cut out of lines."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise

import cv2
import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.testing.behaviour.cases import Behaviour, Case, Pixels, WrittenLine, right

#: The commonest words of English: a quarter of any text.
COMMON = frozenset(
    ("the", "of", "and", "to", "in", "a", "that", "is", "was", "he", "for", "it", "with", "as")
)
HEIGHT, WIDTH = 64, 600
#: The least width of a word that is cut out, px: below it there is hardly a letter.
NARROWEST = 12

Focus = Callable[[str], str]


def _doubled(word: str) -> str:
    return "".join({a for a, b in pairwise(word) if a == b and a.isalpha()})


#: For each capability the characters of a word that it is about; the word is no case if empty.
FOCUS: dict[str, Focus] = {
    "digits": lambda word: string.digits if word.isdigit() else "",
    "capitals": lambda word: string.ascii_uppercase if word.isalpha() and word.isupper() else "",
    "punctuation": lambda word: (
        string.punctuation if set(word) & set(string.punctuation) and word[0].isalpha() else ""
    ),
    "double letters": _doubled,
    "common words": lambda word: string.ascii_letters if word in COMMON else "",
    "long words": lambda word: string.ascii_letters if word.isalpha() and len(word) > 8 else "",
}


def minimum_tests(capabilities: Iterable[str] | None = None, *, cases: int = 12) -> list[Behaviour]:
    """The MFT behaviours: empty paper, kinds of words, and every letter.

    Args:
        capabilities: A key of :data:`EMPTY` or :data:`FOCUS`, or ``"letters"``; all if None.
        cases: At most so many of each kind of word, and per letter a tenth of it; at least 1.

    Returns:
        A behaviour for each capability.

    Raises:
        InputError: For an unknown capability or too few cases.

    Example:
        >>> [each.name for each in minimum_tests(["empty page", "digits"])]
        ['empty page reads as nothing', 'digits are read']
    """
    known = (*EMPTY, "letters", *FOCUS)
    wished = list(known if capabilities is None else capabilities)
    unknown = sorted(set(wished) - set(known))
    if unknown or cases < 1:
        raise InputError(
            f"an MFT is about one of {', '.join(known)}, with at least one case; received "
            f"{', '.join(unknown) or cases}; choose among these"
        )
    return [_of(name, cases) for name in wished]


def _of(capability: str, cases: int) -> Behaviour:
    if capability in EMPTY:
        makers = EMPTY[capability]
        return Behaviour(
            name=f"{capability} reads as nothing",
            capability=capability,
            kind="MFT",
            make=lambda lines, rng: blank_cases(rng, makers),
            judge=right,
        )

    def make(lines: Sequence[WrittenLine], rng: np.random.Generator) -> list[Case]:
        if capability == "letters":
            return letter_cases(lines, rng, max(1, cases // 10))
        return word_cases(lines, rng, FOCUS[capability], cases)

    return Behaviour(
        name=f"{capability} are read", capability=capability, kind="MFT", make=make, judge=right
    )


def word_cases(
    lines: Sequence[WrittenLine], rng: np.random.Generator, focus: Focus, limit: int
) -> list[Case]:
    """Words cut out of lines, of one kind.

    Args:
        lines: With the centres of their characters.
        rng: Chooses among the words.
        focus: A word to the characters that matter, or to nothing if it is not of that kind.
        limit: At most so many.

    Returns:
        A case for each word chosen.
    """
    found = [
        (line, start, end)
        for line in lines
        if line.centres
        for start, end in line.words
        if focus(line.text[start:end])
    ]
    chosen = rng.permutation(len(found))[:limit]
    cases = [_cut(*found[place], focus=focus) for place in sorted(chosen.tolist())]
    return [case for case in cases if case.images[0].width >= NARROWEST]


def letter_cases(lines: Sequence[WrittenLine], rng: np.random.Generator, each: int) -> list[Case]:
    """Words for every letter of the alphabet that occurs, ``each`` of them a letter."""
    cases: list[Case] = []
    for letter in string.ascii_lowercase:
        cases += word_cases(lines, rng, partial(_if_in, letter), each)
    return cases


def _if_in(letter: str, word: str) -> str:
    return letter if letter in word else ""


def blank_cases(
    rng: np.random.Generator,
    makers: Sequence[Callable[[np.random.Generator], Pixels]],
) -> list[Case]:
    """Paper without writing, a dozen pictures.

    Args:
        rng: Draws levels and spacings.
        makers: One for each kind of paper.
    """
    each = 12 // len(makers)
    return [
        Case(
            id=f"{make.__name__[1:]} paper {number + 1}", writer="", images=(LineImage(make(rng)),)
        )
        for make in makers
        for number in range(each)
    ]


def _cut(line: WrittenLine, start: int, end: int, *, focus: Focus) -> Case:
    left, right_edge = line.columns(start, end)
    word = line.text[start:end]
    pixels = line.image.pixels[:, left : max(right_edge, left + 1)]
    return Case(
        id=f"{line.id}:{start}-{end}",
        writer=line.writer,
        images=(LineImage(pixels),),
        expected=word,
        focus=focus(word),
    )


def _even(rng: np.random.Generator) -> Pixels:
    return np.full((HEIGHT, WIDTH), rng.integers(120, 256), np.uint8)


def _shaded(rng: np.random.Generator) -> Pixels:
    """Light that falls off from left to right."""
    light = np.linspace(rng.integers(220, 256), rng.integers(150, 200), WIDTH)
    return np.tile(np.rint(light).astype(np.uint8), (HEIGHT, 1))


def _grained(rng: np.random.Generator) -> Pixels:
    noise = rng.normal(rng.integers(180, 240), rng.uniform(1, 5), (HEIGHT, WIDTH))
    return np.asarray(np.clip(np.rint(noise), 0, 255), np.uint8)


def _ruled(rng: np.random.Generator) -> Pixels:
    """One or two printed lines across, a little aslant."""
    paper = _even(rng)
    dark = int(paper[0, 0]) - int(rng.integers(40, 100))
    for row in rng.choice(np.arange(8, HEIGHT - 8, 16), int(rng.integers(1, 3)), replace=False):
        lift = int(rng.integers(-3, 4))
        cv2.line(paper, (0, int(row)), (WIDTH, int(row) + lift), dark, 1, cv2.LINE_AA)
    return paper


def _squared(rng: np.random.Generator) -> Pixels:
    paper = _even(rng)
    dark, step = int(paper[0, 0]) - int(rng.integers(30, 80)), int(rng.integers(18, 30))
    paper[step // 2 :: step, :] = dark
    paper[:, step // 2 :: step] = dark
    return paper


#: Paper on which nothing is written; rules and squares stand alone, as a reader may see strokes.
EMPTY: dict[str, tuple[Callable[[np.random.Generator], Pixels], ...]] = {
    "empty page": (_even, _shaded, _grained),
    "ruled paper": (_ruled,),
    "squared paper": (_squared,),
}
