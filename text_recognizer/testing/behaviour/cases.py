"""What a behavioural test is: cases to read, and a rule that judges what was read.

After CheckList, made for text: Ribeiro, Wu, Guestrin & Singh (2020), "Beyond accuracy: behavioral
testing of NLP models with CheckList", ACL. Three kinds of test, here for pictures of writing:

- MFT, minimum functionality: a simple case whose text is known; the reading is right or wrong.
- INV, invariance: the picture is changed, the writing is not; the reading must stay.
- DIR, direction: the picture is changed so that the reading must change in a known way.

No reader is perfect, so an INV or DIR test does not ask for the right text but compares the
reader with itself: what it reads of the changed picture, with what follows from its reading of the
plain one. A line that teeters between two letters tips over at any touch; :func:`allowed_edits`
says how much of that is let pass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import Reading
from text_recognizer.core.scores import ErrorCounts
from text_recognizer.data.sample import load_centres, load_lines

KINDS = ("MFT", "INV", "DIR")
#: Share of the expected characters that may differ, and never less than one character.
TOLERANCE = 0.1
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class WrittenLine:
    """A line of the embedded sample: picture, text, and where each character stands.

    Args:
        image: The line.
        text: What is written.
        writer: Whose hand.
        id: Its name in the sample.
        centres: Column of the middle of each character of ``text``, px, where it is known.

    Raises:
        InputError: If there are centres, but not one for each character.

    Example:
        >>> line = WrittenLine(image=LineImage(np.full((9, 9), 255, np.uint8)), text="a",
        ...                    writer="w", id="1", centres=(4.0,))
        >>> line.words
        [(0, 1)]
    """

    image: LineImage
    text: str
    writer: str
    id: str
    centres: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Text and centres must agree."""
        if self.centres and len(self.centres) != len(self.text):
            raise InputError(
                f"a line has one centre per character; received {len(self.centres)} for "
                f"{self.text!r}; leave centres empty where they are not known"
            )

    @property
    def words(self) -> list[tuple[int, int]]:
        """(first character, character after the last) of each word."""
        edges = [-1, *(k for k, c in enumerate(self.text) if c == " "), len(self.text)]
        return [(left + 1, right) for left, right in pairwise(edges) if right > left + 1]

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """The columns of characters ``start`` to ``end``, cut in the middle of the spaces."""
        left = self.centres[start - 1] if start else 0.0
        right = self.centres[end] if end < len(self.text) else float(self.image.width)
        columns = np.clip(np.rint([left, right]), 0, self.image.width).astype(int)
        return int(columns[0]), int(columns[1])


def load_written(limit: int = 40, *, split: str = "test", seed: int = 0) -> list[WrittenLine]:
    """Lines of the embedded sample, hands taking turns.

    Args:
        limit: How many, at least 1.
        split: ``"train"``, ``"val"`` or ``"test"``.
        seed: Which of them.

    Returns:
        The lines; the same seed gives the same.

    Raises:
        InputError: If an argument breaks its rule.
        ManifestError: If the sample is missing or damaged.

    Example:
        >>> len(load_written(3))
        3
    """
    if limit < 1:
        raise InputError(f"behaviours need at least one line; received limit={limit!r}; try 40")
    lines = load_lines(split, limit, seed)
    centres = load_centres(split, limit, seed)
    return [
        WrittenLine(
            image=each.image, text=each.text, writer=each.writer, id=each.id, centres=places
        )
        for each, places in zip(lines, centres, strict=True)
    ]


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What one test shows the reader.

    Args:
        id: A name for reports.
        writer: Whose hand it is; empty where there is none.
        images: Pictures in the order in which they are read, at least one; the last is the one
            that is judged, those before it are plain.
        expected: The text that must be read, where it is known beforehand.
        columns: The columns of the first picture that the test changed, where it needs them.
        focus: The characters that matter to the rule; all if empty.

    Raises:
        InputError: If there is no picture.
    """

    id: str
    writer: str
    images: tuple[LineImage, ...]
    expected: str = ""
    columns: tuple[int, int] = (0, 0)
    focus: str = ""

    def __post_init__(self) -> None:
        """There must be something to read."""
        if not self.images:
            raise InputError(f"a case shows at least one picture; {self.id!r} has none; add one")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a rule says of one case.

    Args:
        passed: The verdict.
        expected: What was expected to be read.
        edits: Characters by which the reading differs from that.
        characters: Characters expected.
    """

    passed: bool
    expected: str
    edits: int
    characters: int


Maker = Callable[[Sequence[WrittenLine], np.random.Generator], list[Case]]
Judge = Callable[[Case, Sequence[Reading]], Judgement]


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """One behavioural test.

    Args:
        name: Unique within a suite, such as ``"slant 6 degrees"``.
        capability: What is tested, such as ``"slant"``; a row of the table.
        kind: ``"MFT"``, ``"INV"`` or ``"DIR"``; a column of the table.
        make: Lines and random numbers to cases.
        judge: A case and the readings of its pictures to a judgement.
        strength: How much is changed, in the capability's own unit; 0 where there is none.
        step: 1, 2, ... up the ladder of strengths; 0 where there is none.

    Raises:
        InputError: If a name is empty or the kind is another.

    Example:
        >>> Behaviour(name="always right", capability="none", kind="MFT",
        ...           make=lambda lines, rng: [], judge=right).kind
        'MFT'
    """

    name: str
    capability: str
    kind: str
    make: Maker = field(repr=False)
    judge: Judge = field(repr=False)
    strength: float = 0.0
    step: int = 0

    def __post_init__(self) -> None:
        """Names and kind are checked at birth."""
        if not self.name.strip() or not self.capability.strip():
            raise InputError(
                f"a behaviour has a name and a capability; received {self.name!r} and "
                f"{self.capability!r}; say what is tested"
            )
        if self.kind not in KINDS:
            raise InputError(
                f"the kind of a behaviour is one of {', '.join(KINDS)}; received {self.kind!r}; "
                "choose one"
            )


def allowed_edits(text: str, tolerance: float = TOLERANCE) -> int:
    """How many characters a reading may differ by before a test fails.

    One in ten, rounded, and never less than one. A control that changes nothing a person could
    see (a grey level, a column of margin) also tips some letters; with this allowance it fails on
    few lines (measured in ``data/records/behaviour.json``), so that a failure means something.

    Args:
        text: What is expected.
        tolerance: Share of its characters, 0..1.

    Example:
        >>> [allowed_edits("x" * length) for length in (3, 10, 24, 48)]
        [1, 1, 2, 5]
    """
    return max(1, math.floor(tolerance * len(text) + 0.5))


def compare_to(expected: str, read: str, *, allowed: int) -> Judgement:
    """Whether a reading is what was expected, give or take some characters.

    Args:
        expected: The text.
        read: What was read.
        allowed: Characters that may differ, at least 0.

    Example:
        >>> compare_to("seven", "sewen", allowed=0).passed
        False
    """
    edits = ErrorCounts.compare(expected, read).errors
    return Judgement(
        passed=edits <= allowed, expected=expected, edits=edits, characters=len(expected)
    )


def right(case: Case, readings: Sequence[Reading]) -> Judgement:
    """The rule of an MFT: the last picture says what is expected, in the characters that matter.

    Example:
        >>> case = Case(id="1", writer="", images=(LineImage(np.zeros((9, 9), np.uint8)),),
        ...             expected="No. 71", focus="0123456789")
        >>> right(case, [Reading("no 71", 0.5)]).passed
        True
    """
    expected, read = (
        "".join(c for c in text if not case.focus or c in case.focus)
        for text in (case.expected, readings[-1].text)
    )
    return compare_to(expected, read, allowed=0)


def unchanged(case: Case, readings: Sequence[Reading]) -> Judgement:
    """The rule of an INV: the last picture reads as the first, give or take what is allowed."""
    plain = readings[0].text
    return compare_to(plain, readings[-1].text, allowed=allowed_edits(plain))
