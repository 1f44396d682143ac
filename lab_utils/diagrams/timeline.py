"""Host and device on one time axis: who works, who waits, and which call started which kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lab_utils.figures.style import COLORS, INK, PALE, WIDTH, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from text_recognizer.troubleshooting.profiling.events import Span
    from text_recognizer.troubleshooting.profiling.trace import Trace

__all__ = ["timeline"]

#: What each kind of span is drawn in.
_KINDS = {
    "call": COLORS["green"],
    "wait": "white",
    "kernel": COLORS["blue"],
    "copy": COLORS["orange"],
}
_WORDS = {"call": "launch", "wait": "host waits", "kernel": "kernel", "copy": "copy"}
_PHASES = {
    "load": "#bfe3f5",
    "forward": "#a8cfe8",
    "loss": "#ecd0df",
    "backward": "#f3c9ae",
    "optimizer": "#b5dfd0",
    "train": "#c9d6e2",
}
_OTHER = ("#e3e7eb", "#f6e3b8", "#d9cfe6", "#d3e6c8")
_LETTER = 0.0088
"""Width of a letter as a share of the axis."""


def timeline(
    traces: Trace | Mapping[str, Trace],
    *,
    start: float = 0.0,
    end: float | None = None,
    arrows: int = 3,
) -> Figure:
    """Draw the lanes of one trace, or of several below each other on one time axis.

    A host lane shows the named phases with the calls below them; waiting is hatched. A device
    lane shows kernels and copies; where it is empty, the device is idle.

    Args:
        traces: One, or some by title.
        start: First moment shown, µs from the start of each trace.
        end: Last moment shown, µs; the end of the longest trace unless given.
        arrows: Launches of each trace that are joined with their kernels, from 0.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: There is no trace, more than four, or the window is empty.
    """
    panels = dict(traces) if isinstance(traces, Mapping) else {"": traces}
    last = end if end is not None else max((one.end for one in panels.values()), default=0.0)
    if not 1 <= len(panels) <= 4 or not last > start:
        raise ValueError(
            f"A timeline shows 1 to 4 traces from `start` to a later `end`, got {len(panels)} and "
            f"{start} to {last} µs. Choose a window with spans in it."
        )
    scale, unit = (1e-3, "ms") if last - start > 2_000 else (1.0, "µs")
    with style():
        figure = new_figure(WIDTH, 0.95 + 1.45 * len(panels), layout="constrained")
        column = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        used: set[str] = set()
        for axes, (title, trace) in zip(column, panels.items(), strict=True):
            used |= _draw(axes, trace, start, last, scale, arrows)
            axes.set_title(title)
        column[-1].set_xlabel(f"time, {unit}")
        column[-1].set_xlim(0, (last - start) * scale)
        _legend(figure, used)
    figure.set_label("timeline; " + "; ".join(_fact(name, one) for name, one in panels.items()))
    return figure


def _draw(
    axes: Axes, trace: Trace, start: float, end: float, scale: float, arrows: int
) -> set[str]:
    spans = [span for span in trace.spans if span.end > start and span.start < end]
    window = (start, end, scale)
    host = trace.host
    own = [one for one in host.spans if one.end > start and one.start < end]
    _phases(axes, own, window)
    kinds: dict[str, list[Span]] = {kind: [] for kind in _KINDS}
    for span in spans:
        kind = _kind(span)
        if kind:
            kinds[kind].append(span)
    for kind, found in kinds.items():
        on_host = kind in ("call", "wait")
        # A wait is drawn over the phase that waits: the phase does nothing meanwhile.
        low, high = ((1.0, 1.62) if kind == "wait" else (0.86, 0.3)) if on_host else (-0.1, 0.6)
        options: dict[str, Any] = {"facecolor": _KINDS[kind], "linewidth": 0}
        if kind == "wait":
            options = {
                "facecolor": (1, 1, 1, 0.72), "edgecolor": COLORS["vermilion"], "hatch": "////",
                "linewidth": 0.9,
            }  # fmt: skip
            low, high = 1.12, 0.7
        bars = _bars(found, window, merge=kind != "wait")
        axes.broken_barh(bars, (low, high), zorder=4, **options)
    if arrows:
        _arrows(axes, trace, window, arrows)
    axes.set_yticks([1.3, 0.2], ["host", "device"])
    axes.set_ylim(-0.28, 1.95)
    axes.tick_params(axis="y", length=0, labelsize=10)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    return {kind for kind, found in kinds.items() if found}


def _kind(span: Span) -> str:
    if span.category == "kernel":
        return "kernel"
    if span.category == "gpu_memcpy":
        return "copy"
    if span.category not in ("cuda_runtime", "cuda_driver"):
        return ""
    return "wait" if "Synchronize" in span.name else "call"


def _phases(axes: Axes, spans: Sequence[Span], window: tuple[float, float, float]) -> None:
    start, end, scale = window
    named = _innermost(spans)
    others: dict[str, str] = {}
    for span in named:
        free = _OTHER[len(others) % len(_OTHER)]
        color = _PHASES.get(span.name) or others.setdefault(span.name, free)
        left, right = max(span.start, start), min(span.end, end)
        axes.broken_barh(
            [((left - start) * scale, (right - left) * scale)], (1.2, 0.62), facecolor=color,
            edgecolor="white", linewidth=0.8, zorder=3,
        )  # fmt: skip
        room = (right - left) / (end - start)
        if room > _LETTER * len(span.name) + 0.008:
            middle = ((left + right) / 2 - start) * scale
            axes.text(
                middle, 1.51, span.name, ha="center", va="center", fontsize=8.5, color=INK,
                zorder=6, bbox={"facecolor": (1, 1, 1, 0.75), "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip


def _innermost(spans: Iterable[Span]) -> list[Span]:
    """Named stretches that hold no other; modules and PyTorch's own names aside."""
    from text_recognizer.troubleshooting.profiling.tree import call_tree

    named = (one for one in spans if one.category == "user_annotation")
    own = [one for one in named if not one.name.startswith(("module ", "Optimizer."))]
    found = [node.span for root in call_tree(own) for node in root.walk() if not node.children]
    return sorted(found, key=lambda span: span.start)


def _bars(
    spans: Iterable[Span], window: tuple[float, float, float], *, merge: bool
) -> list[tuple[float, float]]:
    """Spans as (left, width); what lies closer than a pixel becomes one bar, with a seam else."""
    start, end, scale = window
    pixel = (end - start) / 750
    bars: list[list[float]] = []
    for span in sorted(spans, key=lambda one: one.start):
        left, right = max(span.start, start), min(span.end, end)
        if merge and bars and left - bars[-1][1] < pixel and right - left < 1.2 * pixel:
            bars[-1][1] = max(bars[-1][1], right)
        else:
            bars.append([left, right])
    # A seam of white paper between neighbours, and nothing thinner than a hair.
    return [
        ((left - start) * scale, max(right - left - (pixel if merge else 0), pixel) * scale)
        for left, right in bars
    ]


def _arrows(axes: Axes, trace: Trace, window: tuple[float, float, float], count: int) -> None:
    from text_recognizer.troubleshooting.profiling.launches import launches

    start, end, scale = window
    inside = [one for one in launches(trace) if one.call.start >= start and one.work.start <= end]
    inside = [one for one in inside if one.work.category == "kernel"]
    chosen = [inside[len(inside) * n // count] for n in range(count)] if inside else []
    for one in chosen:
        axes.annotate(
            "",
            xy=((one.work.start - start) * scale, 0.5),
            xytext=((one.call.start - start) * scale, 0.9),
            arrowprops={"arrowstyle": "-|>", "color": PALE, "linewidth": 1.0, "shrinkA": 0,
                        "shrinkB": 0, "mutation_scale": 9},
            zorder=5,
        )  # fmt: skip


def _legend(figure: Figure, used: set[str]) -> None:
    from matplotlib.patches import Patch

    patches = [
        Patch(
            facecolor=color,
            edgecolor=COLORS["vermilion"] if kind == "wait" else "none",
            hatch="////" if kind == "wait" else None,
            label=_WORDS[kind],
        )
        for kind, color in _KINDS.items()
        if kind in used
    ]
    if patches:
        figure.legend(handles=patches, loc="outside upper right", ncols=len(patches))


def _fact(title: str, trace: Trace) -> str:
    """Names and orderings only: times differ from machine to machine."""
    from text_recognizer.troubleshooting.profiling.launches import stalls

    phases = list(dict.fromkeys(one.name for one in _innermost(trace.host.spans)))
    waits = list(dict.fromkeys(one.phase for one in stalls(trace) if one.phase))
    lane = f"host ({', '.join(phases)}) and device"
    stalled = f"the host waits in {', '.join(waits)}" if waits else "no phase waits"
    return f"{title}: {lane}, {stalled}" if title else f"{lane}, {stalled}"
