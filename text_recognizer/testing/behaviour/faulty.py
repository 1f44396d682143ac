"""A sound reader with a planted fault, for exercises: which test exposes it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from text_recognizer.core.errors import ConfigError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import CharacterSpan, PageReading, Reader, Reading
from text_recognizer.stats.compare import Interval, mcnemar_exact
from text_recognizer.testing.behaviour.cases import Behaviour, Pixels, WrittenLine
from text_recognizer.testing.behaviour.invariance import own_behaviour
from text_recognizer.testing.behaviour.perturbations import Perturbation, paper_of
from text_recognizer.testing.behaviour.run import run_behaviours
from text_recognizer.testing.behaviour.shares import wilson

#: A test exposes a fault if chance would explain the difference less often than this,
ALPHA = 0.01
#: and if the sound reader itself fails on at most this share of the lines.
SOUND = 0.4


def _wide_left(pixels: Pixels) -> bool:
    """Whether there is paper before the first ink, wider than half of the writing is high."""
    dark = paper_of(pixels) - pixels.astype(int) > 40
    columns, rows = np.flatnonzero(dark.sum(axis=0) > 1), np.flatnonzero(dark.sum(axis=1) > 1)
    if not len(columns) or not len(rows):
        return False
    return bool(columns[0] > 0.5 * (rows[-1] - rows[0] + 1))


def _dim(pixels: Pixels) -> bool:
    """Whether the paper is darker than a sheet in the shade."""
    return paper_of(pixels) < 130


def _odd(pixels: Pixels) -> bool:
    return bool(pixels.shape[1] % 2)


def _small(pixels: Pixels) -> bool:
    return bool(pixels.shape[0] < 36)


#: What is wrong with each: when it happens, and what becomes of the characters then.
_Change = Callable[[tuple[CharacterSpan, ...]], Sequence[CharacterSpan]]
_FAULTS: dict[str, tuple[Callable[[Pixels], bool], _Change]] = {
    "wide_margin": (_wide_left, lambda spans: spans[len(spans) // 3 :]),
    "dim": (_dim, lambda spans: spans[::-1]),
    "odd_width": (_odd, lambda spans: spans[: len(spans) * 3 // 4]),
    "small": (_small, lambda spans: [s for s in spans if s.character != " "]),
    "stale": (lambda pixels: False, lambda spans: spans),
}
FAULTS = tuple(_FAULTS)


class FaultyReader:
    """A reader that goes wrong under one condition, and reads as it should otherwise.

    Faults: ``"wide_margin"`` loses the start of a line behind much empty paper, ``"dim"`` reads
    backwards in the dark, ``"odd_width"`` loses the end of lines of an odd number of columns,
    ``"small"`` drops the spaces of low pictures, ``"stale"`` keeps the last reading for the next
    picture of the same size: a cache whose key is too short. The first two show on about
    one line of the sample in a hundred: a test of accuracy does not see them.

    Args:
        reader: The sound one; it must give spans.
        fault: One of :data:`FAULTS`.

    Raises:
        ConfigError: For another fault.

    Example:
        >>> from text_recognizer.core import EchoReader
        >>> reader = FaultyReader(EchoReader(["ab", "cd"]), "stale")
        >>> [each.text for each in reader.read_lines([np.zeros((4, 9), np.uint8)] * 2)]
        ['ab', 'ab']
    """

    def __init__(self, reader: Reader, fault: str) -> None:
        """Keep the sound reader."""
        if fault not in _FAULTS:
            raise ConfigError(
                f"a fault is one of {', '.join(FAULTS)}; received {fault!r}; choose one"
            )
        self.fault = fault
        self._reader = reader
        self._kept: dict[tuple[int, ...], Reading] = {}

    def read(self, image: Any) -> PageReading:
        """Read a page; the fault is in the reading of lines only."""
        return self._reader.read(image)

    def read_lines(self, images: Sequence[Any]) -> list[Reading]:
        """Read images of single lines, with the fault."""
        lines = [LineImage.open(image) for image in images]
        found = self._reader.read_lines(lines)
        return [
            self._spoilt(line.pixels, reading) for line, reading in zip(lines, found, strict=True)
        ]

    def _spoilt(self, pixels: Pixels, reading: Reading) -> Reading:
        if self.fault == "stale":
            return self._kept.setdefault(pixels.shape, reading)
        happens, change = _FAULTS[self.fault]
        if not reading.characters or not happens(pixels):
            return reading
        return Reading.from_characters(change(reading.characters), reading.bundle)


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Whether a test tells a faulty reader from the sound one.

    Args:
        sound: Share of the cases on which the sound reader fails.
        faulty: The same of the faulty reader.
        only_faulty: Cases on which only the faulty reader fails.
        only_sound: Cases on which only the sound reader fails.
        p_value: Of the exact McNemar test between the two.
        exposed: The verdict: the faulty reader fails more often, chance does not explain it, and
            the sound reader passes on most lines.
    """

    sound: Interval
    faulty: Interval
    only_faulty: int
    only_sound: int
    p_value: float
    exposed: bool

    def __str__(self) -> str:
        """One line for a person."""
        verdict = "exposed" if self.exposed else "not exposed"
        return (
            f"{verdict}: the faulty reader fails on {self.faulty.estimate:.0%} of the lines, the "
            f"sound one on {self.sound.estimate:.0%}"
        )


def exposes(
    test: Perturbation | Behaviour,
    reader: Reader,
    faulty: Reader,
    lines: Sequence[WrittenLine],
    *,
    seed: int = 0,
) -> Exposure:
    """Hold a test against a sound and a faulty reader.

    Args:
        test: A function from pixels to pixels, taken as an INV test; or any behaviour.
        reader: The sound reader.
        faulty: The one with a fault.
        lines: To make cases of; 24 or more give a verdict.
        seed: Of the cases.

    Returns:
        The failure share of both and the verdict: ``exposed`` if the faulty reader fails more
        often with p < 0.01, and the sound one on at most two fifths of the cases.

    Raises:
        InputError: If the perturbation returns no picture or changes nothing.
    """
    behaviour = test if isinstance(test, Behaviour) else own_behaviour(test, name="the test")
    passed = [
        [
            outcome.judgement.passed
            for outcome in run_behaviours(each, [behaviour], lines, seed=seed).results[0].outcomes
        ]
        for each in (reader, faulty)
    ]
    pairs = list(zip(*passed, strict=True))
    only_faulty = sum(a and not b for a, b in pairs)
    only_sound = sum(b and not a for a, b in pairs)
    sound, other = (wilson(sum(not one for one in each), len(each)) for each in passed)
    p_value = mcnemar_exact(only_sound, only_faulty)
    worse = only_faulty > only_sound and p_value < ALPHA
    return Exposure(
        sound=sound,
        faulty=other,
        only_faulty=only_faulty,
        only_sound=only_sound,
        p_value=p_value,
        exposed=worse and sound.estimate <= SOUND,
    )
