"""What an upgrade does: which lines the new reader fixes, and which it breaks.

An upgrade is judged by the lines that only one of two readers reads: *fixed* by the new one, or
*broken* by it. A bank of old failures alone is blind to the second: where the old reader was wrong
nothing can break, so every new reader looks better, an equal one too (regression to the mean:
Galton, 1886). So the bank (``testing.regression.bank``) keeps successes as well, and the verdict is
passed on fresh lines that were drawn without looking at any reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reader
from text_recognizer.stats.compare import mcnemar_exact
from text_recognizer.testing.evaluate import Evaluation, ItemResult, evaluate
from text_recognizer.testing.labels import LabelledItem, read_sample

#: An upgrade is refused if it breaks more than it fixes and chance does that less often than this.
ALPHA = 0.05


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """Two readers on the same lines.

    Args:
        both_right: Lines that both read without error.
        fixed: Lines that only the new reader reads.
        broken: Lines that only the old reader reads.
        both_wrong: Lines that neither reads.

    Raises:
        InputError: If there is no line.

    Example:
        >>> Upgrade(both_right=30, fixed=12, broken=3, both_wrong=15).broken_share
        0.09090909090909091
    """

    both_right: int
    fixed: int
    broken: int
    both_wrong: int

    def __post_init__(self) -> None:
        """There must be lines."""
        if min(vars(self).values()) < 0 or not self.lines:
            raise InputError(
                f"an upgrade is judged on lines, counted from 0; received {vars(self)}; read some"
            )

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return self.both_right + self.fixed + self.broken + self.both_wrong

    @property
    def broken_share(self) -> float:
        """Of the lines that the old reader got right, the share broken by the upgrade."""
        before = self.both_right + self.broken
        return self.broken / before if before else 0.0

    @property
    def p_value(self) -> float:
        """Of the exact McNemar test that neither reader is better."""
        return mcnemar_exact(self.broken, self.fixed)

    @property
    def verdict(self) -> str:
        """``"better"``, ``"worse"``, or ``"no difference shown"``."""
        if self.p_value >= ALPHA:
            return "no difference shown"
        return "better" if self.fixed > self.broken else "worse"

    @property
    def can_fail(self) -> bool:
        """Whether any line could have been broken: the old reader got one right."""
        return self.both_right + self.broken > 0

    def check(self, name: str = "upgrade") -> CheckResult:
        """Whether the new reader may be shipped: not shown to be worse, on lines that could tell.

        Args:
            name: Of the check.
        """
        reason = f"{self.fixed} fixed, {self.broken} broken of {self.lines} lines: {self.verdict}"
        if not self.can_fail:
            reason = "the old reader got none of these lines right: nothing could break"
        return CheckResult(
            name=name,
            passed=self.can_fail and self.verdict != "worse",
            measured=self.p_value,
            limit=ALPHA,
            reason=reason,
        )

    def to_dict(self) -> dict[str, Any]:
        """Counts and verdict as JSON types."""
        derived = {name: getattr(self, name) for name in ("broken_share", "p_value", "verdict")}
        return {**asdict(self), **derived}


def compare_upgrade(old: Evaluation, new: Evaluation) -> Upgrade:
    """Count what an upgrade fixed and broke; a line is read if it has no error.

    Args:
        old: Of lines.
        new: Of the same lines in the same order.

    Raises:
        InputError: If the lines differ.
    """
    if [each.id for each in old.results] != [each.id for each in new.results]:
        raise InputError(
            f"two readers are compared on the same lines; received {len(old.results)} and "
            f"{len(new.results)} lines that differ; evaluate both on one list"
        )
    return count_upgrade(_right(old.results), _right(new.results))


def count_upgrade(old: Sequence[bool], new: Sequence[bool]) -> Upgrade:
    """As :func:`compare_upgrade`, from whether each line was read by each reader.

    Example:
        >>> count_upgrade([True, False], [False, False]).broken
        1
    """
    before, after = np.asarray(old, bool), np.asarray(new, bool)
    return Upgrade(
        both_right=int((before & after).sum()),
        fixed=int((~before & after).sum()),
        broken=int((before & ~after).sum()),
        both_wrong=int((~before & ~after).sum()),
    )


def judge_upgrade(old: Reader, new: Reader, items: Sequence[LabelledItem]) -> Upgrade:
    """Read the same lines with both readers and count.

    Args:
        old: The reader in use.
        new: The one that shall replace it.
        items: Lines; drawn without looking at either reader if the verdict shall be fair.

    Raises:
        InputError: If there are no lines, or an item is none.
    """
    if any(item.kind != "line" for item in items):
        raise InputError("upgrades are judged on lines; received a paragraph; filter by kind")
    return compare_upgrade(*(evaluate(reader, items)["line"] for reader in (old, new)))


def fresh_lines(count: int, *, seed: int = 0) -> list[LabelledItem]:
    """Lines of the test split, drawn at random and without looking at any reader.

    Args:
        count: How many, at least 1 and at most as many as there are.
        seed: Decides the draw.

    Raises:
        InputError: If there are not as many.

    Example:
        >>> len(fresh_lines(5))
        5
    """
    items = read_sample(split="test", kind="line")
    if not 1 <= count <= len(items):
        raise InputError(f"the test split has {len(items)} lines; received {count}; draw fewer")
    places = np.random.default_rng(seed).permutation(len(items))[:count]
    return [items[place] for place in sorted(places.tolist())]


def _right(results: Sequence[ItemResult]) -> list[bool]:
    return [not result.counts.errors for result in results]
