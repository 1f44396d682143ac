"""The four bars of an ML Test Score, and the line of the lowest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lab_utils.figures.style import COLORS, INK, PALE, WIDTH, new_figure, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["score_bars"]

_MOST = 7


def score_bars(sections: Mapping[str, float], before: Mapping[str, float] | None = None) -> Figure:
    """Draw the points of the sections, and where the lowest of them holds the score.

    Args:
        sections: Points by section, 0 to 7 each; what `Score.sections` gives.
        before: Points of an earlier state, to draw beside as hollow bars.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: There is no section, points are out of range, or the two have other sections.
    """
    _check(sections, before)
    lowest = min(sections.values())
    with style():
        figure = new_figure(WIDTH, 0.9 + 0.55 * len(sections), layout="constrained")
        axes = figure.subplots()
        names = list(sections)
        colors = [COLORS["vermilion" if sections[one] == lowest else "sky"] for one in names]
        axes.barh(names, [sections[one] for one in names], height=0.62, color=colors)
        if before is not None:
            was = [before[one] for one in names]
            axes.barh(names, was, height=0.62, fill=False, edgecolor=INK, linestyle=":")
        for at, name in enumerate(names):
            end = max(sections[name], before[name] if before else 0)
            told = f"{sections[name]:g}"
            if before and before[name] != sections[name]:
                told = f"{before[name]:g} → {told}"
            axes.text(end + 0.1, at, told, va="center", weight="bold")
        axes.axvline(lowest, color=COLORS["vermilion"], linestyle="--")
        axes.set(xlim=(0, _MOST), xlabel="points of 7")
        axes.set_title(f"ML Test Score: {lowest:g}, the lowest section")
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0, labelsize=11, labelcolor=INK)
        axes.tick_params(axis="x", labelcolor=PALE)
    return figure


def _check(sections: Mapping[str, float], before: Mapping[str, float] | None) -> None:
    points = [*sections.values(), *(before or {}).values()]
    if not sections or not all(0 <= one <= _MOST for one in points):
        raise ValueError(
            f"Each section has 0 to {_MOST} points, got {dict(sections)!r} and {before!r}. Hand in "
            "the sections of a score."
        )
    if before is not None and list(before) != list(sections):
        raise ValueError(
            f"Both states have the same sections, got {list(before)!r} and {list(sections)!r}."
        )
