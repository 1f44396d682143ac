"""Run behaviours against a reader: make the cases, read every picture once, judge."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import Reader, Reading
from text_recognizer.testing.behaviour.cases import Behaviour, Case, WrittenLine
from text_recognizer.testing.behaviour.report import BehaviourReport, BehaviourResult, Outcome

#: Pictures given to the reader at once.
BATCH = 64


def run_behaviours(
    reader: Reader,
    behaviours: Sequence[Behaviour],
    lines: Sequence[WrittenLine],
    *,
    seed: int = 0,
) -> BehaviourReport:
    """Make the cases of every behaviour, read all pictures, and judge.

    Each picture is read once, however many behaviours show it. Each behaviour has random numbers of
    its own, so that one more does not change the others.

    Args:
        reader: Any Reader.
        behaviours: With different names, at least one.
        lines: What cases are made of.
        seed: Of the cases.

    Returns:
        Rates, intervals and examples.

    Raises:
        InputError: If two behaviours share a name, one makes no cases, or the reader returns
            another number of readings.

    Example:
        >>> from text_recognizer.core import EchoReader
        >>> from text_recognizer.testing.behaviour.cases import right
        >>> def blank(lines, rng):
        ...     image = LineImage(np.full((9, 9), 255, np.uint8))
        ...     return [Case(id="white", writer="", images=(image,))]
        >>> test = Behaviour(name="white", capability="empty page", kind="MFT", make=blank,
        ...                  judge=right)
        >>> run_behaviours(EchoReader([""]), [test], [])["white"].failures
        0
    """
    names = [each.name for each in behaviours]
    if not names or len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(
            f"a suite has behaviours of different names; received {len(names)}, of which {twice} "
            "occur twice; rename them"
        )
    made = [(each, _make(each, lines, seed)) for each in behaviours]
    read = _read_all(reader, [image for _, cases in made for c in cases for image in c.images])
    results = []
    for each, cases in made:
        outcomes = []
        for case in cases:
            readings = tuple(read[_key(image)] for image in case.images)
            outcomes.append(
                Outcome(case=case, readings=readings, judgement=each.judge(case, readings))
            )
        results.append(BehaviourResult(behaviour=each, outcomes=tuple(outcomes)))
    return BehaviourReport(results=tuple(results))


def _make(behaviour: Behaviour, lines: Sequence[WrittenLine], seed: int) -> list[Case]:
    rng = np.random.default_rng([seed, zlib.crc32(behaviour.name.encode())])
    cases = behaviour.make(lines, rng)
    if not cases:
        raise InputError(
            f"a behaviour makes cases; {behaviour.name!r} made none of {len(lines)} lines; give "
            "it more lines"
        )
    return cases


def _key(image: LineImage) -> tuple[tuple[int, ...], bytes]:
    return image.pixels.shape, image.pixels.tobytes()


def _read_all(
    reader: Reader, images: Sequence[LineImage]
) -> dict[tuple[tuple[int, ...], bytes], Reading]:
    """The reading of each different picture, in the order of first appearance."""
    different = list({_key(image): image for image in images}.items())
    readings: dict[tuple[tuple[int, ...], bytes], Reading] = {}
    for start in range(0, len(different), BATCH):
        batch = different[start : start + BATCH]
        found = reader.read_lines([image for _, image in batch])
        if len(found) != len(batch):
            raise InputError(
                f"a reader returns one reading per image; received {len(found)} for {len(batch)} "
                f"images from {type(reader).__name__}; correct its read_lines"
            )
        readings.update(zip((key for key, _ in batch), found, strict=True))
    return readings
