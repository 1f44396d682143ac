"""How often rules alarm on clean sets and on each corruption, and what that makes of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from text_recognizer.data.expectations.checks import holds
from text_recognizer.data.expectations.rules import Rule, line_rules
from text_recognizer.data.expectations.table import Row
from text_recognizer.testing.data_tests.corruptions import CORRUPTIONS
from text_recognizer.testing.data_tests.draws import SHARES, draws

#: A corruption is caught if so many of the sets alarm that it hits at the largest share.
CAUGHT = 0.95
#: A corruption listed as not seen alarms no oftener than this.
UNSEEN = 0.05


@dataclass(frozen=True, kw_only=True)
class Detection:
    """How often a corruption raises an alarm.

    Args:
        corruption: Its name; ``"clean"`` for none, whose alarms are false.
        share: Of the rows that it hits; 0 for none.
        alarms: One a draw: whether any rule was broken.
        rules: In how many draws each rule was broken, the most frequent first.
    """

    corruption: str
    share: float
    alarms: tuple[bool, ...]
    rules: Mapping[str, int]

    @property
    def rate(self) -> float:
        """Share of the draws with an alarm."""
        return sum(self.alarms) / len(self.alarms)


def detection(
    rows: Sequence[Row],
    rules: Sequence[Rule] | None = None,
    *,
    bootstraps: int = 200,
    seed: int = 0,
    corruptions: Sequence[str] | None = None,
    shares: Sequence[float] = SHARES,
) -> list[Detection]:
    """How often rules alarm on clean sets and on each corruption.

    Args:
        rows: Clean rows to draw from, best by hands on which nothing was tuned.
        rules: From ``line_rules``, whose default they are.
        bootstraps: Sets to draw.
        seed: See :func:`draws`, as for the others.
        corruptions: Names.
        shares: Of rows to hit.

    Returns:
        The clean sets first, then one a corruption and share.

    Example:
        >>> from text_recognizer.data.expectations import read_rows
        >>> found = detection(read_rows(["test"]), bootstraps=2, corruptions=["blank"])
        >>> [(each.corruption, each.share, each.rate) for each in found]
        [('clean', 0.0, 0.0), ('blank', 0.01, 1.0), ('blank', 0.05, 1.0), ('blank', 0.2, 1.0)]
    """
    chosen = list(line_rules() if rules is None else rules)
    alarms: dict[tuple[str, float], list[bool]] = defaultdict(list)
    broken: dict[tuple[str, float], Counter[str]] = defaultdict(Counter)
    plan = draws(rows, bootstraps=bootstraps, seed=seed, corruptions=corruptions, shares=shares)
    for name, share, table in plan:
        failed = [rule.name for rule in chosen if not holds(rule, table)]
        alarms[name, share].append(bool(failed))
        broken[name, share].update(failed)
    return [
        Detection(
            corruption=name,
            share=share,
            alarms=tuple(each),
            rules=dict(broken[name, share].most_common()),
        )
        for (name, share), each in alarms.items()
    ]


@dataclass(frozen=True, kw_only=True)
class Catch:
    """What is known of one corruption, over all shares.

    Args:
        corruption: Its name.
        story: How it comes about.
        rates: Share of the sets with an alarm, by share of the rows hit.
        rule: The rule that was broken most often, empty if none.
        verdict: ``"caught"``; ``"listed"`` if it is declared as unseen, and is; ``"missed"`` if it
            should be caught and is not; ``"stale"`` if it is declared as unseen, and is seen.
        why: For one that is listed, why no rule sees it.
    """

    corruption: str
    story: str
    rates: Mapping[float, float]
    rule: str
    verdict: str
    why: str = ""


def catches(detections: Sequence[Detection]) -> list[Catch]:
    """Which corruptions are caught, and which are honestly not.

    Args:
        detections: From :func:`detection`, or those of a record.

    Returns:
        One a corruption, in the order of the detections.

    Example:
        >>> seen = Detection(corruption="blank", share=0.2, alarms=(True, True), rules={})
        >>> [(each.corruption, each.verdict) for each in catches([seen])]
        [('blank', 'caught')]
    """
    groups: dict[str, list[Detection]] = defaultdict(list)
    for each in detections:
        if each.corruption in CORRUPTIONS:
            groups[each.corruption].append(each)
    return [
        _catch(name, sorted(group, key=lambda one: one.share)) for name, group in groups.items()
    ]


def _catch(name: str, group: Sequence[Detection]) -> Catch:
    corruption, most = CORRUPTIONS[name], group[-1]
    if corruption.blind_because:
        verdict = "listed" if most.rate <= UNSEEN else "stale"
    else:
        verdict = "caught" if most.rate >= CAUGHT else "missed"
    return Catch(
        corruption=name,
        story=corruption.story,
        rates={each.share: each.rate for each in group},
        rule=next(iter(most.rules), "") if most.rate > UNSEEN else "",
        verdict=verdict,
        why=corruption.blind_because,
    )
