"""The table of edit distances between two texts, with a shortest way through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab_utils.figures.alignment import GAP, align, distances
from lab_utils.figures.style import COLORS, INK, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["edits"]

_MOST = 14
_CELL = 0.36


def edits(reference: str, reading: str) -> Figure:
    """Draw how many edits turn each beginning of the reference into each beginning of the reading.

    Args:
        reference: What is right, 1 to 14 characters; the rows.
        reading: What was read, 1 to 14 characters; the columns.

    Returns:
        A figure to hand to `figures.show`: in the lower right corner stands the distance, and the
        marked cells are one shortest way to it.

    Raises:
        ValueError: A text is empty or too long to draw.
    """
    if not (1 <= len(reference) <= _MOST and 1 <= len(reading) <= _MOST):
        raise ValueError(
            f"A table is drawn for texts of 1 to {_MOST} characters, got {len(reference)} and "
            f"{len(reading)}. Choose a word."
        )
    table = np.array(distances(reference, reading))
    way = _way(reference, reading)
    with style():
        size = (_CELL * (len(reading) + 1) + 0.7, _CELL * (len(reference) + 1) + 0.6)
        figure = new_figure(*size, layout="constrained")
        axes = figure.subplots()
        _draw(axes, table, way)
        axes.set_xticks(range(len(reading) + 1), ["", *reading], family="DejaVu Sans Mono")
        axes.set_yticks(range(len(reference) + 1), ["", *reference], family="DejaVu Sans Mono")
        axes.tick_params(length=0, labelsize=11, top=True, labeltop=True, labelbottom=False)
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.set_label(
        f'distances from "{reference}" to "{reading}", {table.shape[0]} x {table.shape[1]} cells, '
        f"last one {table[-1, -1]}"
    )
    return figure


def _way(reference: str, reading: str) -> list[tuple[int, int, bool]]:
    """Cells of a shortest way: row, column, and whether the step there cost an edit."""
    row = column = 0
    cells = [(0, 0, False)]
    for right, read in align(reference, reading):
        row, column = row + (right != GAP), column + (read != GAP)
        cells.append((row, column, right != read))
    return cells


def _draw(axes: Axes, table: np.ndarray, way: list[tuple[int, int, bool]]) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    shades = LinearSegmentedColormap.from_list("ink", ["#ffffff", "#cfe4f2"])
    axes.imshow(table, cmap=shades, aspect="equal")
    costs = {(row, column): cost for row, column, cost in way}
    for (row, column), value in np.ndenumerate(table):
        on_way = (row, column) in costs
        edit = costs.get((row, column), False)
        color = COLORS["vermilion"] if edit else INK
        axes.text(
            column, row, str(value), ha="center", va="center", color=color,
            weight="bold" if on_way else "normal",
        )  # fmt: skip
        if on_way:
            box = Rectangle(
                (column - 0.46, row - 0.46), 0.92, 0.92, fill=False, edgecolor=color, lw=1.4
            )
            axes.add_patch(box)
