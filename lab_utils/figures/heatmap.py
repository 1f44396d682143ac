"""The probabilities of a CTC reader: frames from left to right, characters from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.figures.pixels import fit, grey
from lab_utils.figures.style import COLORS, DPI, INK, PALE, WIDTH, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["heatmap"]

_LEFT = 64
_RIGHT = 14
_SHADES = ("#ffffff", "#cfe4f2", "#7bb8dc", "#0072B2", "#062f4f")


def heatmap(
    probabilities: Any,
    characters: Sequence[str],
    *,
    image: Any = None,
    most: int = 18,
    path: bool = True,
) -> Figure:
    """Draw the probability of each character at each frame.

    Args:
        probabilities: (T, C) in 0 to 1, class 0 is the blank.
        characters: The C - 1 characters of the classes from 1 on, as `Charset.characters`.
        image: The line that was read, drawn above on the same horizontal scale.
        most: How many characters to show at most; those with the highest peaks, in the order in
            which they peak. The blank always stands at the bottom.
        path: Mark the most probable class of each frame.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: The shape and the characters do not fit, or values lie outside 0 to 1.
    """
    table = np.asarray(probabilities, dtype=np.float64)
    _check(table, characters)
    chosen = _choose(table, most)
    names = ["blank" if index == 0 else _name(characters[index - 1]) for index in chosen]
    total = int(WIDTH * DPI)
    inner = total - _LEFT - _RIGHT
    line = None if image is None else fit(grey(image), inner, 90)
    above = 12 if line is None else 90 + 18
    below = 46
    rows = 17 * len(chosen)
    height = above + rows + below
    with style():
        figure = new_figure(total / DPI, height / DPI)
        if image is not None:
            _draw_image(figure, image, (_LEFT, 12, inner, 90), (total, height))
        spot = (_LEFT / total, below / height, inner / total, rows / height)
        axes = figure.add_axes(spot)
        _draw_table(axes, table[:, chosen], names)
        if path:
            _draw_path(axes, table.argmax(axis=1), chosen)
    seen = len({int(index) for index in table.argmax(axis=1)} - {0})
    figure.set_label(
        f"probabilities, {table.shape[0]} frames x {len(chosen)} of {table.shape[1]} classes, "
        f"{seen} characters win a frame, blank wins {int((table.argmax(axis=1) == 0).sum())}"
    )
    return figure


def _check(table: NDArray[np.float64], characters: Sequence[str]) -> None:
    if table.ndim != 2 or not table.size or table.shape[1] != len(characters) + 1:
        raise ValueError(
            f"Probabilities are (frames, {len(characters)} characters + 1 blank), got shape "
            f"{table.shape}. Pass those of one line."
        )
    low, high = float(table.min()), float(table.max())
    if not (low >= -1e-6 and high <= 1 + 1e-6):
        raise ValueError(
            f"Probabilities lie in 0 to 1, got {low:.3g} to {high:.3g}. Take the exponential of "
            "log-probabilities first."
        )


def _choose(table: NDArray[np.float64], most: int) -> list[int]:
    peaks = table.max(axis=0)
    ranked = sorted(range(1, table.shape[1]), key=lambda index: (-round(peaks[index], 3), index))
    kept = [index for index in ranked if peaks[index] >= 0.05][:most] or ranked[:1]
    when = table.argmax(axis=0)
    return [*sorted(kept, key=lambda index: (int(when[index]), index)), 0]


def _name(character: str) -> str:
    return "space" if character == " " else character


def _draw_image(
    figure: Figure, image: Any, box: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    """Stretch the line over the full width: a frame stands under the pixels it saw."""
    left, top, width, height = box
    total, tall = size
    axes = figure.add_axes((left / total, 1 - (top + height) / tall, width / total, height / tall))
    axes.imshow(grey(image), cmap="gray", vmin=0, vmax=255, aspect="auto", interpolation="hanning")
    axes.set_axis_off()


def _draw_table(axes: Axes, table: NDArray[np.float64], names: list[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("ink", list(_SHADES))
    axes.imshow(table.T, cmap=shades, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_yticks(range(len(names)), names, family="DejaVu Sans Mono", fontsize=9)
    axes.get_yticklabels()[-1].set_color(PALE)
    axes.set_yticks(np.arange(len(names) - 1) + 0.5, minor=True)
    axes.grid(False)
    axes.grid(True, axis="y", which="minor")
    axes.tick_params(which="both", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlabel("frame", color=INK)


def _draw_path(axes: Axes, winners: NDArray[np.intp], chosen: list[int]) -> None:
    rows = {index: row for row, index in enumerate(chosen)}
    points = [
        (frame, rows[int(index)]) for frame, index in enumerate(winners) if int(index) in rows
    ]
    letters = [point for point in points if point[1] != len(chosen) - 1]
    blanks = [point for point in points if point[1] == len(chosen) - 1]
    for group, color, size in ((letters, COLORS["orange"], 13), (blanks, PALE, 3)):
        if group:
            across, down = zip(*group, strict=True)
            axes.scatter(across, down, s=size, color=color, zorder=3, linewidths=0)
