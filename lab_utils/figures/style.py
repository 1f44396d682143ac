"""The one plotting style: colours, sizes, fonts.

The eight colours are those of Okabe and Ito, "Color Universal Design" (2008), which people with
any of the common colour vision deficiencies can tell apart. Figures have white paper of their own,
so they read the same on a light and on a dark page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLORS", "DPI", "GRID", "INK", "PALE", "WIDTH", "confidence_color", "plot", "style"]

#: Colours by name, in the order in which plots use them.
COLORS = {
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
}
INK = "#1f2933"
PALE = "#6b7580"
GRID = "#e4e7eb"
DPI = 96
WIDTH = 8.4

_RC: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#9aa5b1",
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.dpi": DPI,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "image.cmap": "cividis",
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.9,
    "lines.markersize": 5,
    "savefig.dpi": DPI,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": PALE,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 9,
    "ytick.color": PALE,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 9,
}


@contextmanager
def style() -> Iterator[None]:
    """Use the style of the labs for what matplotlib makes in the block."""
    import matplotlib

    with matplotlib.rc_context(_settings()):
        yield


def plot(
    rows: int = 1, columns: int = 1, *, height: float = 3.4, width: float = WIDTH, **options: Any
) -> tuple[Figure, Any]:
    """Make an empty figure with axes, in the style of the labs.

    Args:
        rows: Number of rows of axes.
        columns: Number of columns of axes.
        height: Height of the figure in inches, above 0 and at most 12.
        width: Width in inches, above 0 and at most 12.
        options: Passed to `matplotlib.figure.Figure.subplots`.

    Returns:
        The figure, and its axes as `subplots` gives them.

    Raises:
        ValueError: A size is out of range.

    Example:
        >>> figure, axes = plot()
        >>> curve = axes.plot([0, 1], [1.0, 0.5], label="loss")
    """
    import matplotlib

    _check_size(width, height)
    # For good: titles and legends that the lab adds later are to have the style, too.
    matplotlib.rcParams.update(_settings())
    figure = new_figure(width, height, layout="constrained")
    return figure, figure.subplots(rows, columns, **options)


def new_figure(width: float, height: float, **options: Any) -> Figure:
    """Make a figure without pyplot, so that nothing is shown twice and nothing stays open."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, **options)


def confidence_color(confidence: float) -> str:
    """Choose the colour of a confidence: green from 0.9, orange from 0.6, else vermilion."""
    name = "green" if confidence >= 0.9 else "orange" if confidence >= 0.6 else "vermilion"
    return COLORS[name]


def _settings() -> dict[str, Any]:
    from cycler import cycler

    return {**_RC, "axes.prop_cycle": cycler(color=list(COLORS.values()))}


def _check_size(width: float, height: float) -> None:
    if not (0 < width <= 12 and 0 < height <= 12):
        raise ValueError(
            f"A figure is at most 12 by 12 inches, got {width!r} by {height!r}. Show fewer rows."
        )
