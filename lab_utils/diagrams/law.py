"""A scaling law on logarithmic axes: what was fitted, what was foretold, what then happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.figures.style import COLORS, INK, PALE, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_law", "law_figure"]


def law_figure(
    fits: Sequence[Any],
    held_out: Sequence[tuple[float, Sequence[float]]],
    losses: Sequence[Sequence[Sequence[float]]],
    *,
    titles: Sequence[str],
    xlabels: Sequence[str],
    ylabel: str = "held-out loss (nats per letter)",
    height: float = 3.5,
) -> Figure:
    """Draw laws side by side, each with the size that was kept back.

    Args:
        fits: `text_recognizer.stats.power_law.PowerLawFit` of each panel.
        held_out: Size and losses of the seeds that the fit did not see, for each panel.
        losses: The seeds' losses at each fitted size, for each panel.
        titles: One for each panel.
        xlabels: One for each panel.
        ylabel: What is measured.
        height: Inches.

    Returns:
        The figure.

    Raises:
        ValueError: The lists differ in length, or are empty.
    """
    lengths = {len(fits), len(held_out), len(losses), len(titles), len(xlabels)}
    if len(lengths) != 1 or not fits:
        raise ValueError(
            f"Each panel has a fit, a held-out size, losses, a title and a label, got {len(fits)}, "
            f"{len(held_out)}, {len(losses)}, {len(titles)} and {len(xlabels)}."
        )
    figure, axes = plot(1, len(fits), height=height, squeeze=False)
    panels = zip(axes[0], fits, held_out, losses, titles, xlabels, strict=True)
    for place, (ax, fit, held, seen, title, xlabel) in enumerate(panels):
        draw_law(ax, fit, held, seen)
        ax.set(title=title, xlabel=xlabel, ylabel="" if place else ylabel)
    return figure


def draw_law(
    ax: Axes,
    fit: Any,
    held_out: tuple[float, Sequence[float]],
    losses: Sequence[Sequence[float]],
) -> None:
    """Draw one law into existing axes.

    Args:
        ax: Where.
        fit: The `PowerLawFit`.
        held_out: Size and losses that the fit did not see.
        losses: The seeds' losses at each fitted size.
    """
    size, kept = held_out
    sizes = np.asarray(fit.sizes)
    at = np.geomspace(sizes[0] / 1.25, size * 1.45, 120)
    low, high = fit.band(at)
    curve = np.array([fit.law(x) for x in at])
    inside = at <= sizes[-1] * 1.02
    beyond = at >= sizes[-1]
    ax.axvspan(sizes[-1], at[-1], color="#f3f5f7", zorder=0, linewidth=0)
    ax.fill_between(at, low, high, color=COLORS["blue"], alpha=0.16, linewidth=0)
    ax.plot(at[inside], curve[inside], color=COLORS["blue"])
    ax.plot(at[beyond], curve[beyond], color=COLORS["blue"], linestyle=(0, (4, 2.5)))
    for x, values in zip(sizes, losses, strict=True):
        ax.plot([x] * len(values), values, "o", color=INK, markersize=3.2, alpha=0.75)
    ax.plot([size] * len(kept), kept, "o", color=COLORS["vermilion"], markersize=3.2, alpha=0.8)
    ax.plot(
        size, float(np.mean(kept)), "D", color=COLORS["vermilion"], markersize=7.5,
        markeredgecolor="white", markeredgewidth=1.2, zorder=5,
    )  # fmt: skip
    _axes(ax, [*sizes.tolist(), size], (at[0], at[-1]))
    top = max(high.max(), max(max(row) for row in losses))
    bottom = min(low.min(), min(kept))
    # Room below for what the law says, above for what is shaded.
    ax.set_ylim(bottom / (top / bottom) ** 0.22, top * (top / bottom) ** 0.1)
    _ticks(ax)
    ax.text(
        at[-1], ax.get_ylim()[1], "extrapolated ", ha="right", va="top", fontsize=8.5, color=PALE
    )
    interval = fit.predict(size)
    ax.annotate(
        f"kept back: {np.mean(kept):.2f}\nforetold: {interval.low:.2f} to {interval.high:.2f}",
        (size, float(np.mean(kept))), xytext=(0.97, 0.78), textcoords="axes fraction", ha="right",
        va="bottom", fontsize=9, color=COLORS["vermilion"],
        arrowprops={"arrowstyle": "-", "color": COLORS["vermilion"], "linewidth": 0.8},
    )  # fmt: skip
    ax.text(
        0.03, 0.04, _formula(fit.law), transform=ax.transAxes, fontsize=9.5, color=COLORS["blue"]
    )


def _formula(law: Any) -> str:
    floor = f"{law.floor:.2f} + " if law.floor >= 0.005 else ""
    return f"L(n) = {floor}{law.scale:.3g} / n^{law.exponent:.2f}"


def _axes(ax: Axes, sizes: list[float], ends: tuple[float, float]) -> None:
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(*ends)
    ax.xaxis.set_major_locator(FixedLocator(sizes))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticklabels([_short(size) for size in sizes])
    ax.yaxis.set_minor_formatter(NullFormatter())


def _ticks(ax: Axes) -> None:
    """Plain numbers on the upright axis, few enough to read."""
    from matplotlib.ticker import FixedLocator, NullLocator

    low, high = ax.get_ylim()
    steps = [s * 10.0**k for k in range(-6, 6) for s in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7)]
    inside = [step for step in steps if low <= step <= high]
    ax.yaxis.set_major_locator(FixedLocator(inside))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticklabels([f"{step:g}" for step in inside])


def _short(size: float) -> str:
    return f"{size / 1000:.3g}k" if size >= 10_000 else f"{size:,.0f}"
