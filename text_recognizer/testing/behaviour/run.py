"""Run behaviours against a reader; failure rates by capability, with intervals and examples."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import Reader, Reading
from text_recognizer.stats.compare import Interval
from text_recognizer.testing.behaviour.cases import KINDS, Behaviour, Case, Judgement, WrittenLine
from text_recognizer.testing.behaviour.shares import wilson

#: Pictures given to the reader at once.
BATCH = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """One case and how it went.

    Args:
        case: What was shown.
        readings: One for each picture of the case.
        judgement: What the rule said.
    """

    case: Case
    readings: tuple[Reading, ...]
    judgement: Judgement

    def to_dict(self) -> dict[str, Any]:
        """What a report shows of it, as JSON types."""
        return {
            "id": self.case.id,
            "expected": self.judgement.expected,
            "read": self.readings[-1].text,
            "edits": self.judgement.edits,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class BehaviourResult:
    """One behaviour and its cases.

    Args:
        behaviour: The test.
        outcomes: At least one.
    """

    behaviour: Behaviour
    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> int:
        """Cases that did not pass."""
        return sum(not each.judgement.passed for each in self.outcomes)

    @property
    def rate(self) -> float:
        """Share of the cases that failed, 0..1."""
        return self.failures / len(self.outcomes)

    @property
    def changed(self) -> float:
        """Share of the cases whose reading is not exactly what was expected."""
        return sum(each.judgement.edits > 0 for each in self.outcomes) / len(self.outcomes)

    @property
    def cer(self) -> float:
        """Edits over characters expected; of an INV test, the CER between the two readings."""
        characters = sum(each.judgement.characters for each in self.outcomes)
        edits = sum(each.judgement.edits for each in self.outcomes)
        return edits / characters if characters else float(edits > 0)

    @property
    def interval(self) -> Interval:
        """The failure rate with its 95 % interval over cases."""
        return wilson(self.failures, len(self.outcomes))

    def to_dict(self) -> dict[str, Any]:
        """Counts and rates as JSON types."""
        test, interval = self.behaviour, self.interval
        return {
            "name": test.name,
            "capability": test.capability,
            "kind": test.kind,
            "strength": test.strength,
            "cases": len(self.outcomes),
            "failures": self.failures,
            "rate": self.rate,
            "low": interval.low,
            "high": interval.high,
            "changed": self.changed,
            "cer": self.cer,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class BehaviourReport:
    """The results of a suite.

    Args:
        results: One per behaviour, in the order in which they were given.
    """

    results: tuple[BehaviourResult, ...]

    def __getitem__(self, name: str) -> BehaviourResult:
        """The result of a behaviour.

        Raises:
            InputError: If there is none of that name.
        """
        for each in self.results:
            if each.behaviour.name == name:
                return each
        known = [each.behaviour.name for each in self.results]
        raise InputError(
            f"a report knows the behaviours that were run; {name!r} is none of {known}"
        )

    def table(self) -> tuple[list[str], list[str], list[list[float | None]]]:
        """The heat map of capability by kind.

        Returns:
            Capabilities, kinds, and for each capability the failure rate of each kind over all of
            its cases; None where no behaviour tests that.
        """
        rows = list(dict.fromkeys(each.behaviour.capability for each in self.results))
        columns = [k for k in KINDS if any(each.behaviour.kind == k for each in self.results)]
        return rows, columns, [[self._pooled(row, kind) for kind in columns] for row in rows]

    def _pooled(self, capability: str, kind: str) -> float | None:
        found = [
            each
            for each in self.results
            if each.behaviour.capability == capability and each.behaviour.kind == kind
        ]
        cases = sum(len(each.outcomes) for each in found)
        return sum(each.failures for each in found) / cases if cases else None

    def ladder(self, capability: str) -> list[BehaviourResult]:
        """The results of a capability from the weakest to the strongest change.

        Raises:
            InputError: If that capability has no ladder here.
        """
        steps = [
            each
            for each in self.results
            if each.behaviour.capability == capability and each.behaviour.step
        ]
        if not steps:
            known = {each.behaviour.capability for each in self.results if each.behaviour.step}
            raise InputError(f"a ladder was run for {sorted(known)}; received {capability!r}")
        return sorted(steps, key=lambda each: each.behaviour.step)

    def breaking_step(self, capability: str, share: float = 0.1) -> float | None:
        """How far up its ladder a capability gets until a share of the readings fails.

        Args:
            capability: One with a ladder.
            share: Of readings, above 0.

        Returns:
            The step, with decimals between two steps; None if it never comes to that. 0 is the
            plain picture.
        """
        step, rate = 0, 0.0
        for each in self.ladder(capability):
            if each.rate >= share:
                gap = (share - rate) / (each.rate - rate)
                return step + gap * (each.behaviour.step - step)
            step, rate = each.behaviour.step, each.rate
        return None

    def worst(self, count: int = 5, *, kind: str | None = None) -> list[Outcome]:
        """Failures with the most edits per character, one of each line.

        Args:
            count: At most so many.
            kind: Only of this kind.
        """
        failed = [
            outcome
            for each in self.results
            if kind in (None, each.behaviour.kind)
            for outcome in each.outcomes
            if not outcome.judgement.passed
        ]
        failed.sort(key=lambda o: -o.judgement.edits / max(1, o.judgement.characters))
        return list({outcome.case.id: outcome for outcome in reversed(failed)}.values())[::-1][
            :count
        ]

    def to_dict(self) -> dict[str, Any]:
        """All results as JSON types."""
        return {"results": [each.to_dict() for each in self.results]}


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
