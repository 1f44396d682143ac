"""An expectation of your own, tried on a planted corruption and on clean sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations.checks import holds, keeps
from text_recognizer.data.expectations.rules import Rule
from text_recognizer.testing.data_tests.draws import draws, sample_rows

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

#: What an expectation may look at.
OVER = ("row", "table")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How an expectation did.

    Args:
        corruption: What was planted.
        share: Share of the rows it hit.
        sets: Sets drawn, each tested clean and corrupted.
        detected: Corrupted sets that raised an alarm.
        false_alarms: Clean sets that did.
    """

    corruption: str
    share: float
    sets: int
    detected: int
    false_alarms: int

    @property
    def works(self) -> bool:
        """Whether it finds nineteen in twenty and cries wolf in fewer than one in a hundred."""
        return self.detected >= 0.95 * self.sets and self.false_alarms < 0.01 * self.sets

    def __str__(self) -> str:
        """One line."""
        return (
            f"{self.corruption} in {self.share:.0%} of the rows: noticed in {self.detected} of "
            f"{self.sets} sets, false alarms in {self.false_alarms} of {self.sets}"
        )


def try_expectation(
    expectation: Callable[[Any], bool] | Rule,
    corruption: str,
    *,
    over: str = "row",
    mostly: float = 0.96,
    share: float = 0.2,
    sets: int = 40,
    seed: int = 0,
) -> Trial:
    """Try an expectation on clean and on corrupted sets of the embedded sample's test split.

    Args:
        expectation: A function of a row (``row.width``, ``row.text``, ... : the columns of the
            table) or of the table, that says whether it is as expected; or a ``Rule``.
        corruption: A name in ``CORRUPTIONS``.
        over: ``"row"`` or ``"table"``: what the function takes.
        mostly: Share of the rows that must be as expected; not used over a table or for a rule.
        share: Of the rows to corrupt.
        sets: To draw.
        seed: Of the draws.

    Returns:
        The counts.

    Raises:
        InputError: If a setting is out of range, or the expectation fails or gives no bool; the
            message says on which row.

    Example:
        >>> print(try_expectation(lambda row: row.height < 70, "sideways", sets=5))
        sideways in 20% of the rows: noticed in 5 of 5 sets, false alarms in 0 of 5
        >>> print(try_expectation(lambda table: table["skewness"].mean() < 0, "upside down",
        ...                       over="table", share=1.0, sets=5))
        upside down in 100% of the rows: noticed in 5 of 5 sets, false alarms in 0 of 5
    """
    if over not in OVER:
        raise InputError(
            f"an expectation is over one of {', '.join(OVER)}; received {over!r}; choose one"
        )
    if not 0 < mostly <= 1:
        raise InputError(
            f"mostly is a share of the rows above 0 to 1; received {mostly!r}; 0.96 is usual"
        )
    alarms = {"clean": 0, corruption: 0}
    plan = draws(
        sample_rows("test"), bootstraps=sets, seed=seed, corruptions=[corruption], shares=[share]
    )
    for name, _, table in plan:
        alarms[name] += not _holds(expectation, table, over, mostly)
    return Trial(
        corruption=corruption,
        share=share,
        sets=sets,
        detected=alarms[corruption],
        false_alarms=alarms["clean"],
    )


def _holds(
    expectation: Callable[[Any], bool] | Rule, table: DataFrame, over: str, mostly: float
) -> bool:
    if isinstance(expectation, Rule):
        return holds(expectation, table)
    if over == "table":
        return _asked(expectation, table, "the table")
    kept = sum(_asked(expectation, row, f"row {row.id}") for row in table.itertuples(index=False))
    return keeps(len(table) - kept, len(table), mostly)


def _asked(expectation: Callable[[Any], bool], subject: Any, what: str) -> bool:
    try:
        answer = expectation(subject)
    except Exception as error:  # the function is the caller's: it may raise anything
        raise InputError(
            f"an expectation says True or False of any {what.split()[0]}; on {what} it raised "
            f"{type(error).__name__}: {error}; mind empty texts and pictures that do not decode"
        ) from error
    if not isinstance(answer, (bool, np.bool_)):
        raise InputError(
            f"an expectation says True or False; on {what} it gave {answer!r} "
            f"({type(answer).__name__}); compare, as in row.width > 10"
        )
    return bool(answer)
