"""The verdicts of a bench: a suite as a classifier, with its recall, false alarms and cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from text_recognizer.core.errors import InputError
from text_recognizer.testing.bench.entry import SuiteTest, Verdict
from text_recognizer.testing.bench.patches import Variant

__all__ = ["Rates", "Table"]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How well alarms tell faulty variants from clean ones.

    Args:
        caught: Faulty variants with an alarm.
        faulty: Faulty variants in all.
        alarmed: Clean variants with an alarm.
        clean: Clean variants in all.
        seconds: Processor time of one run on a clean variant, mean.

    Example:
        >>> rates = Rates(caught=3, faulty=4, alarmed=1, clean=10, seconds=2.0)
        >>> rates.recall, rates.false_alarms, round(rates.precision(0.1), 3)
        (0.75, 0.1, 0.455)
    """

    caught: int
    faulty: int
    alarmed: int
    clean: int
    seconds: float

    @property
    def recall(self) -> float:
        """Share of faulty variants with an alarm, 0 to 1; NaN without any."""
        return self.caught / self.faulty if self.faulty else math.nan

    @property
    def false_alarms(self) -> float:
        """Share of clean variants with an alarm, 0 to 1; NaN without any."""
        return self.alarmed / self.clean if self.clean else math.nan

    def precision(self, prevalence: float | None = None) -> float:
        """Share of alarms that are right, 0 to 1; NaN where there is no alarm.

        Args:
            prevalence: Share of changes that are faulty, 0 to 1, in the life that is meant. By
                default that of the bench, which has many more faults than life.

        Raises:
            InputError: If ``prevalence`` is not in 0 to 1.
        """
        if prevalence is None:
            alarms = self.caught + self.alarmed
            return self.caught / alarms if alarms else math.nan
        if not 0 <= prevalence <= 1:
            raise InputError(f"a prevalence is a share, 0 to 1; received {prevalence!r}")
        right = prevalence * self.recall
        alarms_of_all = right + (1 - prevalence) * self.false_alarms
        return right / alarms_of_all if alarms_of_all > 0 else math.nan


@dataclass(frozen=True, kw_only=True)
class Table:
    """One verdict for each test and variant.

    Args:
        tests: The columns.
        variants: The rows.
        verdicts: The cells, by names of variant and test.

    Raises:
        InputError: If a cell is missing.
    """

    tests: tuple[SuiteTest, ...]
    variants: tuple[Variant, ...]
    verdicts: Mapping[tuple[str, str], Verdict]

    def __post_init__(self) -> None:
        for variant in self.variants:
            for test in self.tests:
                if (variant.name, test.name) not in self.verdicts:
                    raise InputError(
                        "a table has a verdict for each variant and test; received none for "
                        f"{variant.name} and {test.name}; run the bench to its end"
                    )

    @property
    def open(self) -> Table:
        """The table without the variants that are kept for an exercise."""
        return self.rows(row for row in self.variants if not (row.patch and row.patch.hidden))

    def verdict(self, variant: Variant, test: SuiteTest) -> Verdict:
        """The cell of a variant and a test."""
        return self.verdicts[variant.name, test.name]

    @property
    def faulty(self) -> tuple[Variant, ...]:
        """The rows that ought to raise an alarm."""
        return tuple(each for each in self.variants if each.faulty)

    @property
    def clean(self) -> tuple[Variant, ...]:
        """The rows that ought not to."""
        return tuple(each for each in self.variants if not each.faulty)

    def rates(self) -> Rates:
        """Of the suite as a whole: it alarms when one of its tests does."""
        clean = self.clean
        spent = [self.verdict(row, test).seconds for row in clean for test in self.tests]
        return Rates(
            caught=sum(bool(self.alarms(row)) for row in self.faulty),
            faulty=len(self.faulty),
            alarmed=sum(bool(self.alarms(row)) for row in clean),
            clean=len(clean),
            seconds=sum(spent) / max(1, len(clean)),
        )

    def alarms(self, variant: Variant) -> tuple[str, ...]:
        """Names of the tests that alarm on a variant."""
        return tuple(test.name for test in self.tests if self.verdict(variant, test).alarm)

    def only(self, names: Iterable[str]) -> Table:
        """The table of a smaller suite.

        Args:
            names: The tests to keep.

        Raises:
            InputError: If there is no such test, or none is named.
        """
        wanted = list(names)
        unknown = sorted(set(wanted) - {test.name for test in self.tests})
        if unknown or not wanted:
            raise InputError(
                f"a suite is made of tests of this table, one or more; received "
                f"{', '.join(unknown) or 'none'}; it has {', '.join(t.name for t in self.tests)}"
            )
        return replace(self, tests=tuple(test for test in self.tests if test.name in wanted))

    def without(self, *names: str) -> Table:
        """The table of the suite with these tests deleted.

        Raises:
            InputError: If there is no such test, or none is left.
        """
        self.only(names)
        return self.only(test.name for test in self.tests if test.name not in names)

    def rows(self, variants: Iterable[Variant]) -> Table:
        """The table on fewer variants."""
        names = {each.name for each in variants}
        return replace(self, variants=tuple(each for each in self.variants if each.name in names))

    def uncaught(self) -> tuple[Variant, ...]:
        """Faulty variants on which no test alarms."""
        return tuple(row for row in self.faulty if not self.alarms(row))

    def caught_by_one(self) -> dict[str, tuple[Variant, ...]]:
        """For each test, the faulty variants on which it alone alarms: what deleting it costs."""
        alone = [(self.alarms(row), row) for row in self.faulty]
        return {
            test.name: tuple(row for alarms, row in alone if alarms == (test.name,))
            for test in self.tests
        }

    def with_tolerance(self, factor: float) -> Table:
        """The verdicts with every limit above 0 multiplied; crashes stay alarms.

        Args:
            factor: At least 0; 1 changes nothing.

        Raises:
            InputError: If ``factor`` is negative or not a number.
        """
        if not factor >= 0:
            raise InputError(f"limits are multiplied by a factor from 0; received {factor!r}")
        moved = {place: _moved(cell, cell.limit * factor) for place, cell in self.verdicts.items()}
        return replace(self, verdicts=moved)

    def roc(self, name: str) -> list[tuple[float, float]]:
        """The curve of one test as its limit moves over all that it measured.

        Args:
            name: The test.

        Returns:
            (false-alarm rate, recall) from (0, 0), no alarm at all, to (1, 1), always an alarm.

        Raises:
            InputError: If there is no such test.
        """
        (test,) = self.only([name]).tests
        bad = [self.verdict(row, test).measured for row in self.faulty]
        good = [self.verdict(row, test).measured for row in self.clean]
        limits = [math.inf, *sorted({*bad, *good} - {math.inf}, reverse=True), -math.inf]
        points = [(_above(good, limit), _above(bad, limit)) for limit in limits]
        return [(0.0, 0.0), *points]

    def cheapest_first(self) -> list[tuple[str, float, int]]:
        """The tests from the cheapest to the dearest, with what they add up to.

        Returns:
            (name, processor seconds so far, faulty variants caught so far).
        """
        spent = {test.name: self.only([test.name]).rates().seconds for test in self.tests}
        order = sorted(spent, key=lambda name: spent[name])
        points, seconds = [], 0.0
        for place, name in enumerate(order, start=1):
            seconds += spent[name]
            points.append((name, seconds, self.only(order[:place]).rates().caught))
        return points

    def best_first(self) -> list[tuple[str, int]]:
        """The tests in the order in which each adds most to those before it, chosen in hindsight.

        Returns:
            (name, faulty variants caught so far), up to the last test that adds something.
        """
        left = [test.name for test in self.tests]
        chosen: list[str] = []
        points: list[tuple[str, int]] = []
        while left:
            caught = {name: self.only([*chosen, name]).rates().caught for name in left}
            best = max(left, key=lambda name: caught[name])
            if caught[best] == (points[-1][1] if points else 0):
                break
            points.append((best, caught[best]))
            chosen.append(best)
            left.remove(best)
        return points

    def disagreements(self, other: Table) -> list[tuple[str, str]]:
        """Cells (variant, test) that both tables have, with and without an alarm."""
        return [
            place
            for place, cell in self.verdicts.items()
            if place in other.verdicts and cell.alarm != other.verdicts[place].alarm
        ]


def _moved(cell: Verdict, limit: float) -> Verdict:
    if cell.limit <= 0 or math.isinf(cell.measured):
        return cell
    outcome = "passed" if cell.measured <= limit else "failed"
    return replace(cell, outcome=outcome, limit=limit)


def _above(values: Sequence[float], limit: float) -> float:
    """Share of values above a limit; crashes and hangs, infinite, are above every limit."""
    if not values:
        return math.nan
    return sum(value > limit or value == math.inf for value in values) / len(values)
