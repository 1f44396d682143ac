"""Sets of clean lines drawn by hand, and the same sets after each corruption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations.table import Row, line_table, read_rows
from text_recognizer.testing.data_tests.corruptions import CORRUPTIONS, named

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

#: Rows of a drawn set, and of each hand at a time.
SIZE, PER_HAND = 300, 6
#: Shares of the hands of a drawn set that go to train, val and test.
DIVISION = {"train": 0.7, "val": 0.15, "test": 0.15}
#: Shares of rows that corruptions hit.
SHARES = (0.01, 0.05, 0.2)


@lru_cache(maxsize=4)
def sample_rows(*splits: str) -> tuple[Row, ...]:
    """Rows of the embedded sample, kept, so that their pictures are measured once.

    Args:
        splits: Which of them, each by its name.

    Example:
        >>> sample_rows("test") is sample_rows("test")
        True
    """
    return tuple(read_rows(splits))


def clean_set(rows: Sequence[Row], *, seed: int | Sequence[int], size: int = SIZE) -> list[Row]:
    """Draw a set of clean rows: hands with replacement, no line of a hand twice.

    A hand that is drawn again gives further lines. Hands are then divided into splits.

    Args:
        rows: Clean rows by several hands.
        seed: The same seed gives the same set.
        size: Rows wanted; fewer where the hands have no more.

    Returns:
        Rows of which the hands, not the lines, are a random sample.

    Raises:
        InputError: If there is no row, or the size is below 1.

    Example:
        >>> from text_recognizer.data.expectations import read_rows
        >>> drawn = clean_set(read_rows(["test"]), seed=1, size=60)
        >>> len(drawn), len({row.id for row in drawn}), len({row.writer for row in drawn})
        (60, 60, 6)
    """
    if not rows or size < 1:
        raise InputError(
            f"a set is drawn from rows and has at least one; received {len(rows)} rows and size "
            f"{size!r}; pass read_rows(['test'])"
        )
    rng = np.random.default_rng(seed)
    stock: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        stock[row.writer].append(row)
    left = {hand: list(rng.permutation(len(stock[hand]))) for hand in sorted(stock)}
    hands = sorted(stock)
    drawn: list[Row] = []
    while len(drawn) < size and any(left.values()):
        hand = hands[int(rng.integers(len(hands)))]
        for _ in range(min(PER_HAND, len(left[hand]), size - len(drawn))):
            drawn.append(stock[hand][int(left[hand].pop())])
    return _divided(drawn)


def _divided(rows: Sequence[Row]) -> list[Row]:
    hands = list(dict.fromkeys(row.writer for row in rows))
    ends = np.cumsum(list(DIVISION.values())) * len(hands)
    names = list(DIVISION)
    home = {
        hand: names[min(int(np.searchsorted(ends, place, side="right")), len(names) - 1)]
        for place, hand in enumerate(hands)
    }
    return [replace(row, split=home[row.writer]) for row in rows]


def draws(
    rows: Sequence[Row],
    *,
    bootstraps: int,
    seed: int,
    corruptions: Sequence[str] | None = None,
    shares: Sequence[float] = SHARES,
) -> Iterator[tuple[str, float, DataFrame]]:
    """Tables of drawn sets: each clean, then with each corruption at each share.

    Args:
        rows: Clean rows.
        bootstraps: Sets to draw.
        seed: Of the first; draw i is the same however many follow.
        corruptions: Names; by default all.
        shares: Of rows to hit.

    Yields:
        Name of the corruption or ``"clean"``, share, table.

    Raises:
        InputError: If a name is unknown, or ``bootstraps`` below 1.
    """
    if bootstraps < 1:
        raise InputError(f"a rate needs at least one draw; received bootstraps={bootstraps!r}")
    chosen = [named(name) for name in (CORRUPTIONS if corruptions is None else corruptions)]
    for draw in range(bootstraps):
        drawn = clean_set(rows, seed=(seed, draw))
        yield "clean", 0.0, line_table(drawn)
        for place, corruption in enumerate(chosen):
            for share in shares:
                broken = corruption(drawn, share, seed=(seed, draw, place))
                yield corruption.name, share, line_table(broken)
