"""The rules checked on plain columns: the same verdicts as Great Expectations, 100 times faster.

A rate over hundreds of bootstraps needs tens of thousands of verdicts; a suite of Great
Expectations takes a second for one. A test runs both on the same tables and compares.
"""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from text_recognizer.data.expectations.rules import Rule
from text_recognizer.data.expectations.table import check_table

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

Bools = npt.NDArray[np.bool_]
#: Columns of a picture that a character needs: one frame of the model is so wide, at most.
COLUMNS_PER_FRAME = 4
#: Rows from which a correlation says something.
LEAST = 150


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one rule on one table.

    Args:
        rule: Its name.
        passed: Whether enough rows keep it.
        broken: Rows that break it.
        rows: Rows it could be asked of.
        examples: The ids of the first rows that break it, at most five.
        measured: For a rule over the whole table, what was measured.
    """

    rule: str
    passed: bool
    broken: int
    rows: int
    examples: tuple[str, ...] = ()
    measured: float | None = None


def verdicts(rules: Sequence[Rule], table: DataFrame) -> list[Verdict]:
    """Check rules on a table.

    Args:
        rules: From ``line_rules``, or a list of your own.
        table: From ``line_table``.

    Returns:
        One verdict a rule, in order.

    Raises:
        InputError: If the table is empty or lacks a column.

    Example:
        >>> from text_recognizer.data.expectations import line_rules, line_table, read_rows
        >>> found = verdicts(line_rules(), line_table(read_rows(["test"], limit=40)))
        >>> all(verdict.passed for verdict in found)
        True
    """
    check_table(table, {"id", *(name for rule in rules for name in rule.columns)})
    return [_verdict(rule, table) for rule in rules]


def holds(rule: Rule, table: DataFrame) -> bool:
    """Whether a table keeps a rule: the verdict without its examples.

    Args:
        rule: Any rule.
        table: Has its columns.
    """
    if rule.kind == "follows":
        return _follows(rule, table)[1]
    broken, asked = broken_rows(rule, table)
    return keeps(int(broken.sum()), asked, rule.mostly)


def _follows(rule: Rule, table: DataFrame) -> tuple[float, bool]:
    value = agreement(*(table[name].to_numpy() for name in rule.columns))
    return value, value >= rule.settings["low"]


def _verdict(rule: Rule, table: DataFrame) -> Verdict:
    if rule.kind == "follows":
        value, passed = _follows(rule, table)
        return Verdict(rule=rule.name, passed=passed, broken=0, rows=len(table), measured=value)
    broken, rows = broken_rows(rule, table)
    count = int(broken.sum())
    return Verdict(
        rule=rule.name,
        passed=keeps(count, rows, rule.mostly),
        broken=count,
        rows=rows,
        examples=tuple(map(str, table["id"].to_numpy()[broken][:5])),
    )


def keeps(broken: int, rows: int, mostly: float) -> bool:
    """Whether a rule holds that so many of so many rows break; it does where none was asked.

    Example:
        >>> keeps(1, 50, 0.98), keeps(2, 50, 0.98), keeps(0, 0, 1.0)
        (True, False, True)
    """
    return broken == 0 or (rows - broken) / rows >= mostly


def broken_rows(rule: Rule, table: DataFrame) -> tuple[Bools, int]:
    """Which rows break a rule.

    Args:
        rule: Any rule but one over the whole table.
        table: Has its columns.

    Returns:
        (N) True where the rule is broken, and the number of rows without a missing value.
    """
    columns = [table[name] for name in rule.columns]
    asked = np.ones(len(table), bool)
    if len(columns) == 1:
        asked = columns[0].notna().to_numpy(dtype=bool)
    kept = CHECKS[rule.kind](*(column.to_numpy() for column in columns), **rule.settings)
    return asked & ~np.asarray(kept, bool), int(asked.sum())


def is_transcription(text: Any, alphabet: str) -> bool:
    """Whether a text is one that a line may have: known characters, no trace of an export.

    Not empty, no space at either end, no control character, every character in the alphabet, and
    no HTML entity such as ``&amp;``, whose characters are all in the alphabet.

    Args:
        text: Anything.
        alphabet: The characters of the charset.

    Example:
        >>> [is_transcription(text, "abcd &;mp") for text in ("a bad cab", "a ", "d &amp; b")]
        [True, False, False]
    """
    return isinstance(text, str) and _is_transcription(text, alphabet)


@lru_cache(maxsize=100_000)
def _is_transcription(text: str, alphabet: str) -> bool:
    return (
        bool(text)
        and text == text.strip()
        and not any(unicodedata.category(character) == "Cc" for character in text)
        and set(text) <= _characters(alphabet)
        and not any(html.unescape(each) != each for each in re.findall(r"&#?\w+;", text))
    )


@lru_cache(maxsize=8)
def _characters(alphabet: str) -> frozenset[str]:
    return frozenset(alphabet)


def agreement(
    widths: npt.NDArray[Any], characters: npt.NDArray[Any], writers: npt.NDArray[Any]
) -> float:
    """How well the widths of lines follow the lengths of their texts, within hands.

    Each hand's mean is taken out, as hands are wide or narrow, and logarithms are correlated.

    Args:
        widths: (N) px; rows without are left out.
        characters: (N) lengths of the texts; rows of none are left out.
        writers: (N) whose hands.

    Returns:
        Pearson's correlation, -1 to 1; 1 where fewer than ``LEAST`` rows are left, of which
        nothing can be said, or where either does not vary.

    Example:
        >>> round(agreement(np.arange(20, 220), np.arange(2, 202), np.array(["w"] * 200)), 2)
        0.98
    """
    width, length = widths.astype(float), characters.astype(float)
    asked = np.isfinite(width) & (width > 0) & (length > 0)
    if asked.sum() < LEAST:
        return 1.0
    _, hands = np.unique(writers[asked].astype(str), return_inverse=True)
    rows = np.bincount(hands)
    one, two = (
        logs - (np.bincount(hands, logs) / rows)[hands]
        for logs in (np.log(width[asked]), np.log(length[asked]))
    )
    scale = float(np.sqrt((one * one).sum() * (two * two).sum()))
    return float((one * two).sum()) / scale if scale else 1.0


def _unique(values: npt.NDArray[Any]) -> Bools:
    _, places, counts = np.unique(values.astype(str), return_inverse=True, return_counts=True)
    return np.asarray(counts[places] == 1)


def _in_set(values: npt.NDArray[Any], *, values_: Sequence[Any]) -> Bools:
    allowed = set(values_)
    return np.array([value in allowed for value in values])


def _matches(values: npt.NDArray[Any], *, pattern: str) -> Bools:
    search = re.compile(pattern).search
    return np.array([bool(search(str(value))) for value in values])


def _between(values: npt.NDArray[Any], *, low: float, high: float) -> Bools:
    numbers = values.astype(float)
    return np.asarray((numbers >= low) & (numbers <= high))


def _transcription(values: npt.NDArray[Any], *, alphabet: str) -> Bools:
    return np.array([is_transcription(value, alphabet) for value in values])


def _picture(
    decodes: npt.NDArray[Any],
    dark_on_light: npt.NDArray[Any],
    ink: npt.NDArray[Any],
    *,
    low: float,
    high: float,
) -> Bools:
    """A picture, of dark ink on light paper, with some ink and some paper."""
    share = ink.astype(float)
    return np.asarray(
        decodes.astype(bool) & dark_on_light.astype(bool) & (share >= low) & (share <= high)
    )


def _fit(texts: npt.NDArray[Any], widths: npt.NDArray[Any], *, low: float, high: float) -> Bools:
    """A usual width per character, and for CTC a frame per character and one between twins.

    What cannot be asked is kept: an empty text, or a picture that does not decode, breaks others.
    """
    width = widths.astype(float)
    characters = np.array([len(str(text)) for text in texts])
    twins = np.array([_twins(str(text)) for text in texts])
    per_character = width / np.maximum(characters, 1)
    enough = width / COLUMNS_PER_FRAME >= characters + twins
    usual = (per_character >= low) & (per_character <= high)
    return np.asarray((enough & usual) | (characters == 0) | np.isnan(width))


@lru_cache(maxsize=100_000)
def _twins(text: str) -> int:
    return sum(one == two for one, two in itertools.pairwise(text))


#: What checks each kind: columns in, (N) True where the rule is kept.
CHECKS: dict[str, Callable[..., Bools]] = {
    "unique": _unique,
    "in_set": lambda column, values: _in_set(column, values_=values),
    "matches": _matches,
    "between": _between,
    "transcription": _transcription,
    "picture": _picture,
    "fit": _fit,
}
