"""Several curves with their names beside them: trainings over steps, measurements over sizes.

A curve that was measured under several seeds is drawn as its middle with a band from the least to
the largest value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.figures.style import COLORS, PALE, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["BANDS", "curves", "draw_curves"]

#: What a band shows around the middle.
BANDS = ("range", "deviation", "none")
#: Least distance of two names, as a share of the height of the axes.
_APART = 0.072


def curves(
    panels: Mapping[str, Mapping[str, Any]],
    *,
    x: Any = None,
    xlabels: Sequence[str] = (),
    ylabels: Sequence[str] = (),
    limits: Mapping[str, tuple[float, float]] | None = None,
    log: str = "",
    band: str = "range",
    height: float = 3.6,
) -> Figure:
    """Draw panels side by side, each with the curves of one quantity.

    Args:
        panels: For each panel its title and its curves by name: (points,) or (seeds, points). A
            name has one colour in all panels.
        x: Places of the points: (points,), or one such array by panel title; 0, 1, 2, ... unless
            given.
        xlabels: What the horizontal axes show, one per panel; steps unless given.
        ylabels: What the vertical axes show, one per panel.
        limits: Least and largest value to show, by panel title; a curve may leave its panel.
        log: Axes with a logarithmic scale: `""`, `"x"`, `"y"` or `"xy"`.
        band: `"range"` for the median and least to largest, `"deviation"` for the mean and one
            standard deviation, `"none"` for every seed as a thin line beside the median.
        height: Of the figure, in inches.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: There is nothing to draw, or arrays or options do not fit.

    Example:
        >>> figure = curves({"loss": {"plain": [3.0, 2.0, 1.0]}})
    """
    if not 1 <= len(panels) <= 3:
        raise ValueError(f"One to three panels stand side by side, got {len(panels)}.")
    for labels in (xlabels, ylabels):
        if labels and len(labels) != len(panels):
            raise ValueError(
                f"There is one label for each of {len(panels)} panels, got {labels!r}."
            )
    figure, axes = plot(1, len(panels), height=height, squeeze=False)
    names = list(dict.fromkeys(name for series in panels.values() for name in series))
    shades = list(COLORS.values())
    colors = {name: shades[k % len(shades)] for k, name in enumerate(names)}
    across, up = list(xlabels) or ["step"] * len(panels), list(ylabels) or [""] * len(panels)
    for k, (title, series) in enumerate(panels.items()):
        places = x[title] if isinstance(x, Mapping) else x
        shown = (limits or {}).get(title)
        draw_curves(axes[0][k], series, x=places, log=log, band=band, colors=colors, limits=shown)
        axes[0][k].set(xlabel=across[k], ylabel=up[k])
        axes[0][k].set_title(title)
    return figure


def draw_curves(
    axes: Axes,
    series: Mapping[str, Any],
    *,
    x: Any = None,
    log: str = "",
    band: str = "range",
    colors: Mapping[str, str] | None = None,
    limits: tuple[float, float] | None = None,
) -> None:
    """Draw curves into given axes, with their names at the right end.

    Values that are not finite, or not above 0 on a logarithmic scale, leave a gap; where a curve
    ends early, a cross marks the end.

    Args:
        axes: Where to draw.
        series: Curves by name: (points,) or (seeds, points).
        x: (points,) places of the points; 0, 1, 2, ... unless given.
        log: As for `curves`.
        band: As for `curves`.
        colors: By name; in the order of the style unless given.
        limits: Least and largest value to show.

    Raises:
        ValueError: There is nothing to draw, or arrays or options do not fit.
    """
    tables = _tables(series, x, log, band)
    shades = list(COLORS.values())
    given = dict(colors or {})
    for scale in log:
        _logarithmic(axes, scale)
    ends = []
    for order, (name, (places, table)) in enumerate(tables.items()):
        color = given.get(name, shades[order % len(shades)])
        middle = _draw_one(axes, places, table, color, band)
        known = np.flatnonzero(np.isfinite(middle))
        if not len(known):
            ends.append((name, float("nan"), color))
            continue
        last = known[-1]
        if last < len(places) - 1:
            axes.plot(places[last], middle[last], "x", color=color, markersize=8, mew=2.2)
        ends.append((name, float(middle[last]), color))
    if limits is not None:
        axes.set_ylim(*limits)
    _write_names(axes, ends, log)


def _logarithmic(axes: Axes, which: str) -> None:
    from matplotlib.ticker import FuncFormatter

    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))

    def between(value: float, _: int | None) -> str:
        low, high = axis.get_view_interval()
        digit = value / 10 ** np.floor(np.log10(value) + 1e-9)
        # Where the axis spans little more than a decade, powers of ten alone say too little.
        return f"{value:g}" if high < 30 * low and round(digit) in (2, 5) else ""

    axis.set_minor_formatter(FuncFormatter(between))


def _power(value: float) -> str:
    """A power of ten as people write it: 0.01 to 1,000 in full, others with an exponent."""
    exponent = round(float(np.log10(value))) if value > 0 else 0
    if -2 <= exponent <= 3:
        return f"{value:,g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _tables(
    series: Mapping[str, Any], x: Any, log: str, band: str
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    if not series:
        raise ValueError("There is at least one curve to draw, got none.")
    if log not in ("", "x", "y", "xy", "yx"):
        raise ValueError(f'`log` is "", "x", "y" or "xy", got {log!r}.')
    if band not in BANDS:
        raise ValueError(f"`band` is one of {', '.join(BANDS)}, got {band!r}.")
    tables = {}
    for name, values in series.items():
        table = np.atleast_2d(np.asarray(values, dtype=np.float64))
        places = np.arange(table.shape[-1]) if x is None else np.asarray(x, dtype=np.float64)
        if table.ndim != 2 or not table.size or places.shape != table.shape[1:]:
            raise ValueError(
                f"A curve is (points,) or (seeds, points), with one place per point; {name!r} has "
                f"shape {np.shape(values)} at {places.shape} places."
            )
        allowed = np.isfinite(table) & (table > 0 if "y" in log else True)
        tables[name] = (places.astype(np.float64), np.where(allowed, table, np.nan))
    return tables


def _draw_one(
    axes: Axes,
    places: NDArray[np.float64],
    table: NDArray[np.float64],
    color: str,
    band: str,
) -> NDArray[np.float64]:
    """Draw one curve; returns its middle, NaN where a seed has no value."""
    if band == "deviation":
        middle, spread = table.mean(axis=0), table.std(axis=0)
        low, high = middle - spread, middle + spread
    else:
        middle, low, high = np.median(table, axis=0), table.min(axis=0), table.max(axis=0)
    if band == "none":
        for row in table:
            axes.plot(places, row, color=color, linewidth=0.9, alpha=0.6)
    elif len(table) > 1:
        axes.fill_between(places, low, high, color=color, alpha=0.22, linewidth=0)
    points = len(places) <= 12
    axes.plot(places, middle, color=color, marker="o" if points else "", markersize=3.5)
    return np.asarray(middle, dtype=np.float64)


def _write_names(axes: Axes, ends: list[tuple[str, float, str]], log: str) -> None:
    """Names at the right, each as near to the end of its curve as the others permit."""
    low, high = axes.get_ylim()
    axes.margins(x=0.02)
    scale = np.log if "y" in log else np.asarray
    span = float(scale(high) - scale(low)) or 1.0
    # Where a curve has left the picture, its name stands at the edge.
    inside = [min(max(end, low), high) if np.isfinite(end) else low for _, end, _ in ends]
    wanted = [float((scale(end) - scale(low)) / span) for end in inside]
    order = sorted(range(len(ends)), key=lambda k: (wanted[k], -k))
    heights = _spread([wanted[k] for k in order])
    axes.set_ylim(low, high)
    for k, at in zip(order, heights, strict=True):
        name, end, color = ends[k]
        linked = np.isfinite(end) and abs(at - wanted[k]) > 0.02
        axes.annotate(
            name,
            xy=(1.0, wanted[k]) if linked else (1.0, at),
            xytext=(1.035 if linked else 1.02, at),
            xycoords="axes fraction",
            textcoords="axes fraction",
            color=color,
            weight="bold",
            fontsize=9,
            va="center",
            arrowprops={"arrowstyle": "-", "color": PALE, "lw": 0.6} if linked else None,
            annotation_clip=False,
        )


def _spread(wanted: list[float]) -> list[float]:
    """Heights in rising order, at least `_APART` apart and as near to the wanted ones as that."""
    groups: list[tuple[list[float], float]] = []
    for height in wanted:
        members, centre = [height], height
        while groups and centre - len(members) * _APART / 2 < (
            groups[-1][1] + len(groups[-1][0]) * _APART / 2
        ):
            members = groups.pop()[0] + members
            centre = sum(members) / len(members)
        groups.append((members, centre))
    placed = []
    for members, centre in groups:
        start = centre - (len(members) - 1) * _APART / 2
        placed += [start + k * _APART for k in range(len(members))]
    return placed
