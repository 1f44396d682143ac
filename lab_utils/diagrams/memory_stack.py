"""What the bytes of a training step are for: one stacked bar per model, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lab_utils.figures.style import COLORS, INK, PALE, plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "draw_memory_stack"]

#: Kinds of memory in the order of the stack, and their colours.
KINDS = {
    "parameters": COLORS["blue"],
    "gradients": COLORS["sky"],
    "moments": COLORS["green"],
    "activations": COLORS["orange"],
    "other": "#c3cad1",
}
_MB = 1e6
_ROOM = 0.055
"""Share of the axis that a label in a bar needs for each character, over 4."""


def draw_memory_stack(
    stacks: Mapping[str, Mapping[str, float]],
    *,
    measured: Mapping[str, float] | None = None,
    limit: float | None = None,
    title: str = "What a training step holds at its worst moment",
) -> Figure:
    """Draw a bar for each model, a diamond where it was measured, a line at the limit.

    Args:
        stacks: Bytes by kind, by model; kinds that are not in ``KINDS`` are put together as other.
        measured: Measured bytes by model, for those that were.
        limit: Bytes that are allowed.
        title: Of the figure.

    Raises:
        ValueError: There is no stack, or a number is negative.

    Example:
        >>> figure = draw_memory_stack({"mlp": {"parameters": 4e6, "moments": 8e6}}, limit=2e7)
    """
    _check(stacks, measured or {}, limit)
    rows = [(name, _by_kind(parts)) for name, parts in stacks.items()]
    ends = [sum(parts.values()) for _, parts in rows]
    most = max([*ends, *(measured or {}).values(), limit or 0.0, 1.0]) / _MB
    most *= 1.5 if measured else 1.16
    figure, axes = plot(height=1.35 + 0.62 * len(rows))
    for place, (name, parts) in enumerate(rows):
        left = 0.0
        for kind, size in parts.items():
            width = size / _MB
            axes.barh(place, width, 0.62, left=left, color=KINDS[kind], edgecolor="white")
            # The only part of a bar is its length, which is written behind it.
            if most * _ROOM < width < sum(parts.values()) / _MB:
                _write(axes, left + width / 2, place, f"{width:.0f}")
            left += width
        _write_sizes(axes, place, left, (measured or {}).get(name), most)
    if limit is not None:
        axes.axvline(limit / _MB, color=COLORS["vermilion"], linestyle="--", zorder=4)
        axes.text(
            limit / _MB,
            -0.62,
            f"limit {limit / _MB:.0f} MB ",
            color=COLORS["vermilion"],
            ha="right",
            va="center",
        )
    kinds = [kind for kind in KINDS if any(parts[kind] for _, parts in rows)]
    names = [name for name, _ in rows]
    _label(axes, names, most, kinds=kinds, measured=bool(measured), title=title)
    return figure


def _check(
    stacks: Mapping[str, Mapping[str, float]], measured: Mapping[str, float], limit: float | None
) -> None:
    if not stacks:
        raise ValueError("A figure of memory shows at least one model, got none. Pass one stack.")
    sizes = [size for parts in stacks.values() for size in parts.values()]
    for size in (*sizes, *measured.values(), limit or 0.0):
        if not 0 <= size < float("inf"):
            raise ValueError(f"Memory is a number of bytes from 0, got {size!r}. Check the stack.")


def _by_kind(parts: Mapping[str, float]) -> dict[str, float]:
    known = {kind: parts.get(kind, 0.0) for kind in KINDS}
    known["other"] += sum(size for kind, size in parts.items() if kind not in KINDS)
    return known


def _write_sizes(
    axes: Any, place: int, planned: float, measured: float | None, most: float
) -> None:
    end, words = planned, f"{planned:.0f} MB"
    if measured is not None:
        end = max(planned, measured / _MB)
        words = f"{planned:.0f} MB planned, {measured / _MB:.0f} measured"
        axes.plot(measured / _MB, place, "D", color=INK, markersize=7, zorder=5)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    style = {"va": "center", "color": INK, "fontweight": "bold", "bbox": box, "zorder": 6}
    axes.text(end + most * 0.018, place, words, **style)


def _write(axes: Any, x: float, y: float, text: str) -> None:
    axes.text(x, y, text, ha="center", va="center", color=INK, fontsize=9)


def _label(
    axes: Any,
    names: Sequence[str],
    most: float,
    *,
    kinds: Sequence[str],
    measured: bool,
    title: str,
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[object] = [Patch(color=KINDS[kind], label=kind) for kind in kinds]
    if measured:
        handles.append(Line2D([], [], marker="D", color=INK, linestyle="none", label="measured"))
    axes.set_yticks(range(len(names)), names, fontsize=10)
    axes.set_ylim(len(names) - 0.4, -0.95)
    axes.set_xlim(0, most)
    axes.set_xlabel("MB", color=PALE)
    axes.grid(visible=False, axis="y")
    axes.set_title(title)
    axes.legend(
        handles=handles,
        ncols=len(handles),
        loc="upper center",
        bbox_to_anchor=(0.5, -0.3 if len(names) < 3 else -0.2),
        columnspacing=1.2,
        handlelength=1.1,
    )
