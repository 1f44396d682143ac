"""Which choice wins where: choices in rows, conditions in columns, the winner coloured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.figures.style import COLORS, GRID, INK, PALE, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["winner_map"]

#: The first choice, such as doing without, is set off from the others.
_WINNERS = (COLORS["orange"], COLORS["sky"], "#3a93c9", COLORS["blue"], "#0b3c5d")
_PLAIN = "#f4f6f8"


def winner_map(
    panels: Mapping[str, Any],
    choices: Sequence[str],
    conditions: Sequence[str],
    *,
    tie: float = 1.1,
    across: str = "",
) -> Figure:
    """Draw a map of winners: in each column the least value is coloured by its row.

    The winner's cell shows its value, the others how many times that they take; near-winners are
    tinted.

    Args:
        panels: Titles with (R, C) positive numbers such as seconds, one to three panels.
        choices: R names of rows, from the top.
        conditions: C names of columns, from the left.
        tie: Up to this many times the least value is a near-winner, at least 1.
        across: What the columns are, below them.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: Shapes and names do not fit, or a number is not positive.

    Example:
        >>> figure = winner_map({"cost": [[1, 4], [2, 3]]}, ["none", "one"], ["cheap", "dear"])
    """
    tables = {title: np.asarray(values, dtype=np.float64) for title, values in panels.items()}
    _check(tables, choices, conditions, tie)
    height = 0.75 + len(tables) * (0.55 + 0.36 * len(choices))
    figure, axes = plot(len(tables), 1, height=height, squeeze=False, sharex=True)
    wins = np.zeros(len(choices), dtype=int)
    for place, (title, table) in enumerate(tables.items()):
        wins += _draw(axes[place, 0], table, choices, tie)
        axes[place, 0].set_title(title)
    axes[-1, 0].set_xticks(range(len(conditions)), conditions)
    axes[-1, 0].set_xlabel(across)
    parts = [f"{name} in {count}" for name, count in zip(choices, wins, strict=True)]
    figure.set_label(
        f"map of winners, {len(tables)} x {len(conditions)} columns; won: {', '.join(parts)}"
    )
    return figure


def _check(
    tables: Mapping[str, NDArray[np.float64]],
    choices: Sequence[str],
    conditions: Sequence[str],
    tie: float,
) -> None:
    if not 1 <= len(tables) <= 3:
        raise ValueError(f"A map has one to three panels, got {len(tables)}. Draw several maps.")
    if not 1 <= len(choices) <= len(_WINNERS):
        raise ValueError(f"A map has 1 to {len(_WINNERS)} choices, got {len(choices)}.")
    if not tie >= 1:
        raise ValueError(f"A tie is a factor of at least 1, got {tie!r}.")
    for title, table in tables.items():
        if table.shape != (len(choices), len(conditions)) or not table.size:
            raise ValueError(
                f"Values are choices x conditions, ({len(choices)}, {len(conditions)}), got shape "
                f"{table.shape} for {title!r}. Give a name to each row and column."
            )
        if not (np.isfinite(table).all() and table.min() > 0):
            raise ValueError(f"Values are positive numbers, got {table.min()} for {title!r}.")


def _draw(
    axes: Axes, table: NDArray[np.float64], choices: Sequence[str], tie: float
) -> NDArray[np.int_]:
    from matplotlib.patches import Rectangle

    factors = table / table.min(axis=0)
    winners = table.argmin(axis=0)
    for (row, column), factor in np.ndenumerate(factors):
        won = row == winners[column]
        near = factor <= tie
        corner = (column - 0.47, row - 0.45)
        color = _WINNERS[row] if near else _PLAIN
        axes.add_patch(
            Rectangle(corner, 0.94, 0.9, facecolor=color, alpha=1 if won or not near else 0.35)
        )
        text = _seconds(float(table[row, column])) if won else f"{factor:.1f} x"
        dark = won and row > 1
        style = {"color": "white" if dark else INK if near else PALE, "fontsize": 9}
        axes.text(
            column, row, text, ha="center", va="center", weight="bold" if won else "normal", **style
        )
    axes.set_xlim(-0.55, table.shape[1] - 0.45)
    axes.set_ylim(len(choices) - 0.45, -0.55)
    axes.set_yticks(range(len(choices)), choices)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(length=0)
    return np.bincount(winners, minlength=len(choices))


def _seconds(value: float) -> str:
    return f"{value:.2g} s" if value >= 0.1 else f"{1e3 * value:.0f} ms"
