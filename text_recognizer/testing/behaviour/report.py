"""What a run of behaviours found: failure rates with intervals, the heat map, ladders, examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reading
from text_recognizer.stats.compare import Interval
from text_recognizer.testing.behaviour.cases import KINDS, Behaviour, Case, Judgement
from text_recognizer.testing.behaviour.perturbations import LADDERS
from text_recognizer.testing.behaviour.shares import wilson


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

    def check(self, limit: float) -> CheckResult:
        """Whether at most a share of the cases failed.

        Args:
            limit: The share, 0..1.
        """
        worst = next((each for each in self.outcomes if not each.judgement.passed), None)
        return CheckResult(
            name=self.behaviour.name,
            passed=self.rate <= limit,
            measured=self.rate,
            limit=limit,
            reason=f"such as {worst.case.id}" if worst else f"{len(self.outcomes)} cases passed",
        )

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

    def breaking_strength(self, capability: str, share: float = 0.1) -> float | None:
        """The strength at which a share of the readings fails, between two rungs by a line.

        Args:
            capability: One with a ladder.
            share: Of readings, above 0.

        Returns:
            A strength in the ladder's unit; None if it never comes to that.
        """
        strength, rate = LADDERS[capability].identity, 0.0
        for each in self.ladder(capability):
            if each.rate >= share:
                gap = (share - rate) / (each.rate - rate)
                return strength + gap * (each.behaviour.strength - strength)
            strength, rate = each.behaviour.strength, each.rate
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
