"""A table of shares as shaded cells: tests against faults, capabilities against kinds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.figures.style import COLORS, DPI, INK, PALE, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["matrix"]

_SHADES = ("#f4f6f8", "#cfe4f2", "#7bb8dc", "#0072B2", "#062f4f")
_CELL = 19
_LETTER = 6.7
_MOST = 12 * DPI


def matrix(
    values: Any,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    groups: Sequence[str] = (),
    stressed: Collection[str] = (),
    written: bool = False,
    what: str = "cells",
) -> Figure:
    """Draw a table of shares, dark where they are high.

    Args:
        values: (R, C) shares, 0 to 1; NaN cells are left out.
        rows: R names, from the top.
        columns: C names, from the left.
        groups: R names of the groups that rows belong to; equal neighbours are one group.
        stressed: Names of rows and columns to set in the colour of a warning.
        written: Write each share into its cell, in percent.
        what: What a cell is, for the line of facts.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: Shapes and names do not fit, or a share lies outside 0 to 1.
    """
    table = np.asarray(values, dtype=np.float64)
    _check(table, rows, columns, groups)
    wide = 42 if written else _CELL
    left = 12 + _LETTER * max(map(len, rows))
    right = 22 + _LETTER * max((len(group) for group in groups), default=0)
    above = 10 + _LETTER * max(map(len, columns)) * (0.72 if not written else 0.60) + 14
    inner, tall = wide * len(columns), _CELL * len(rows)
    # Slanted names of columns reach beyond the last one.
    right = max(right, 0.7 * _LETTER * max(map(len, columns)))
    total, height = left + inner + right, above + tall + 10
    if max(total, height) > _MOST:
        raise ValueError(
            f"A figure is at most 12 by 12 inches, got {len(rows)} rows and {len(columns)} "
            "columns. Show fewer."
        )
    with style():
        figure = new_figure(total / DPI, height / DPI)
        axes = figure.add_axes((left / total, 10 / height, inner / total, tall / height))
        _draw(axes, table, rows, columns, stressed)
        if written:
            _write(axes, table)
        _mark_groups(axes, groups, len(columns))
    known = table[np.isfinite(table)]
    figure.set_label(
        f"matrix, {len(rows)} rows x {len(columns)} columns of {what}, "
        f"{int((known > 0).sum())} of {known.size} above 0"
    )
    return figure


def _check(
    table: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    groups: Sequence[str],
) -> None:
    if not table.size or table.shape != (len(rows), len(columns)):
        raise ValueError(
            f"Values are rows x columns, ({len(rows)}, {len(columns)}), at least one, got shape "
            f"{table.shape}. Give a name to each row and column."
        )
    if groups and len(groups) != len(rows):
        raise ValueError(f"Each of {len(rows)} rows has a group, got {len(groups)} groups.")
    known = table[np.isfinite(table)]
    if known.size and not (known.min() >= 0 and known.max() <= 1):
        raise ValueError(
            f"Shares lie in 0 to 1, got {known.min():.3g} to {known.max():.3g}. Divide counts by "
            "their number first."
        )


def _draw(
    axes: Axes,
    table: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    stressed: Collection[str],
) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("shares", list(_SHADES))
    masked = np.ma.masked_invalid(table)
    axes.imshow(masked, cmap=shades, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_yticks(range(len(rows)), rows, fontsize=9)
    axes.set_xticks(range(len(columns)), columns, fontsize=9, rotation=45, ha="left", va="bottom")
    axes.xaxis.set_ticks_position("top")
    for label in (*axes.get_yticklabels(), *axes.get_xticklabels()):
        label.set_color(COLORS["vermilion"] if label.get_text() in stressed else INK)
    axes.grid(False)
    axes.set_xticks(np.arange(len(columns) - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) - 1) + 0.5, minor=True)
    axes.grid(True, which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0, pad=3)
    axes.spines[:].set_visible(False)


def _write(axes: Axes, table: NDArray[np.float64]) -> None:
    for (row, column), value in np.ndenumerate(table):
        if np.isfinite(value):
            color = "white" if value > 0.55 else INK
            spot = {"ha": "center", "va": "center", "fontsize": 8.5}
            axes.text(column, row, f"{100 * value:.0f} %", color=color, **spot)


def _mark_groups(axes: Axes, groups: Sequence[str], columns: int) -> None:
    first = 0
    for name, members in groupby(groups):
        last = first + len(list(members))
        if first:
            axes.axhline(first - 0.5, color=PALE, linewidth=0.9)
        middle = (first + last - 1) / 2
        axes.text(columns - 0.35, middle, name, color=PALE, fontsize=9, va="center")
        first = last
