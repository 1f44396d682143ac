"""DIR: the picture is changed so that the reading must change in a known way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import Reading
from text_recognizer.core.scores import ErrorCounts
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.testing.behaviour.cases import (
    Behaviour,
    Case,
    Judgement,
    Pixels,
    WrittenLine,
    allowed_edits,
    compare_to,
)
from text_recognizer.testing.behaviour.perturbations import blur, fade, grain, paper_of

#: By how much a confidence may rise where it should fall: more than a control moves 97 of 100 by.
SLACK = 0.05
#: Paper between two lines that are joined, in heights of the line.
GAP = 0.6
#: Letters of the shortest word that is erased.
SHORTEST = 3


def direction_tests() -> list[Behaviour]:
    """The DIR behaviours: joined lines, an erased word, half a line, and worse pictures.

    Example:
        >>> [each.capability for each in direction_tests()]
        ['joined lines', 'erased word', 'half a line', 'contrast', 'blur', 'grain', 'upside down']
    """
    worse: list[tuple[str, str, Callable[[Pixels], Pixels]]] = [
        ("less contrast, less sure", "contrast", lambda pixels: fade(pixels, 0.2)),
        ("out of focus, less sure", "blur", lambda pixels: blur(pixels, 2.5)),
        ("grained, less sure", "grain", lambda pixels: grain(pixels, 25)),
        ("upside down, less sure", "upside down", lambda pixels: pixels[::-1, ::-1].copy()),
    ]
    return [
        _dir("joined lines read as both", "joined lines", joined_cases, both),
        _dir("an erased word is gone, the rest stays", "erased word", erased_cases, without_word),
        _dir("half a line reads as its half", "half a line", half_cases, within),
        *(_dir(name, what, _worse(change), less_sure) for name, what, change in worse),
    ]


def joined_cases(lines: Sequence[WrittenLine], rng: np.random.Generator) -> list[Case]:
    """Pairs of lines, levelled and brought to one size, side by side."""
    order = rng.permutation(len(lines))
    pairs = zip(order[0::2], order[1::2], strict=False)
    return [_joined(lines[a], lines[b]) for a, b in pairs]


def erased_cases(lines: Sequence[WrittenLine], rng: np.random.Generator) -> list[Case]:
    """Lines whose longest inner word is painted over with paper."""
    cases = []
    for line in lines:
        inner = [word for word in line.words[1:-1] if word[1] - word[0] >= SHORTEST]
        if not line.centres or not inner:
            continue
        start, end = max(inner, key=lambda word: word[1] - word[0])
        left, right = line.columns(start, end)
        pixels = line.image.pixels.copy()
        pixels[:, left:right] = paper_of(pixels)
        rest = f"{line.text[:start].rstrip()} {line.text[end:].lstrip()}"
        images = (line.image, LineImage(pixels))
        cases.append(_case(line, images, expected=rest, columns=(left, right)))
    return cases


def half_cases(lines: Sequence[WrittenLine], rng: np.random.Generator) -> list[Case]:
    """The left half of each line of four words or more, cut in a space."""
    cases = []
    for line in lines:
        if not line.centres or len(line.words) < 4:
            continue
        last = line.words[len(line.words) // 2 - 1][1]
        cut = line.columns(0, last)[1]
        images = (line.image, LineImage(line.image.pixels[:, : max(1, cut)]))
        columns = (cut, line.image.width)
        cases.append(_case(line, images, expected=line.text[:last], columns=columns))
    return cases


def both(case: Case, readings: Sequence[Reading]) -> Judgement:
    """The rule of joined lines: the readings of both, with a space between.

    Example:
        >>> case = Case(id="1", writer="", images=(LineImage(np.zeros((9, 9), np.uint8)),) * 3)
        >>> both(case, [Reading(text, 0.5) for text in ("ab", "cd", "ab cd")]).passed
        True
    """
    expected = f"{readings[0].text} {readings[1].text}".strip()
    return compare_to(expected, readings[-1].text, allowed=allowed_edits(expected))


def without_word(case: Case, readings: Sequence[Reading]) -> Judgement:
    """The rule of an erased word: what was read outside of its columns, and not the plain text."""
    judged = within(case, readings)
    to_plain = ErrorCounts.compare(readings[0].text, readings[-1].text).errors
    passed = judged.passed and judged.edits < to_plain
    return Judgement(
        passed=passed, expected=judged.expected, edits=judged.edits, characters=judged.characters
    )


def within(case: Case, readings: Sequence[Reading]) -> Judgement:
    """The rule of a part: what was read of the plain picture, outside of the columns taken away.

    A reader without spans is held against the true text instead.
    """
    plain, (left, right) = readings[0], case.columns
    expected = case.expected
    if plain.characters or not plain.text:
        # A space in place of what was taken: its neighbours do not grow together.
        kept = [
            " " if left <= (span.start + span.end) / 2 < right else span.character
            for span in plain.characters
        ]
        expected = " ".join("".join(kept).split())
    return compare_to(expected, readings[-1].text, allowed=allowed_edits(expected))


def less_sure(case: Case, readings: Sequence[Reading]) -> Judgement:
    """The rule of a worse picture: the confidence does not rise; the text may change."""
    before, after = readings[0], readings[-1]
    changes = ErrorCounts.compare(before.text, after.text).errors
    return Judgement(
        passed=after.confidence <= before.confidence + SLACK,
        expected=f"confidence at most {before.confidence + SLACK:.2f}",
        edits=changes,
        characters=len(before.text),
    )


def _joined(first: WrittenLine, second: WrittenLine) -> Case:
    """The two at one size, each alone and then side by side."""
    transform = Preprocess()
    inks = [transform.prepare(line.image).pixels for line in (first, second)]
    gap = np.zeros((transform.height, round(GAP * transform.height)), np.float32)
    papers = [
        LineImage(np.asarray(np.rint(255 * (1 - ink)), np.uint8))
        for ink in (*inks, np.hstack([inks[0], gap, inks[1]]))
    ]
    return Case(
        id=f"{first.id}+{second.id}",
        writer=first.writer,
        images=tuple(papers),
        expected=f"{first.text} {second.text}",
    )


def _case(line: WrittenLine, images: tuple[LineImage, ...], **fields: object) -> Case:
    return Case(id=line.id, writer=line.writer, images=images, **fields)  # type: ignore[arg-type]


def _worse(
    change: Callable[[Pixels], Pixels],
) -> Callable[[Sequence[WrittenLine], np.random.Generator], list[Case]]:
    return lambda lines, rng: [
        _case(line, (line.image, LineImage(change(line.image.pixels)))) for line in lines
    ]


def _dir(
    name: str,
    capability: str,
    make: Callable[[Sequence[WrittenLine], np.random.Generator], list[Case]],
    judge: Callable[[Case, Sequence[Reading]], Judgement],
) -> Behaviour:
    return Behaviour(name=name, capability=capability, kind="DIR", make=make, judge=judge)
