"""The call tree of one step as an icicle: each box as wide as it took, callers above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab_utils.figures.style import COLORS, INK, WIDTH, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from text_recognizer.troubleshooting.profiling.tree import Node

__all__ = ["flame"]

_PHASES = {
    "load": COLORS["sky"],
    "forward": COLORS["blue"],
    "loss": COLORS["purple"],
    "backward": COLORS["vermilion"],
    "optimizer": COLORS["green"],
}
_LETTER = 0.0083
"""Width of a letter as a share of the axis."""
_LEAST = 0.002
"""Narrower boxes, as a share of the step, are left out."""


@dataclass(frozen=True)
class _Box:
    name: str
    left: float
    width: float
    depth: int
    phase: str
    module: bool


def flame(root: Node, *, depth: int = 7) -> Figure:
    """Draw the call tree of a step, such as `profile.step_trees[0]`.

    Phases are in full colour, modules lighter, operators lightest. What a box does not pass on to
    boxes below it, it took itself.

    Args:
        root: The tree of one step.
        depth: Rows below the step, 1 to 12.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: The depth is out of range, or the step took no time.
    """
    if not 1 <= depth <= 12 or root.span.duration <= 0:
        raise ValueError(
            f"A flame has 1 to 12 rows and a step that took time, got {depth} rows and "
            f"{root.span.duration} µs. Take a step of a profile."
        )
    boxes = list(_boxes(root, depth))
    rows = 1 + max(box.depth for box in boxes)
    with style():
        figure = new_figure(WIDTH, 0.75 + 0.34 * rows, layout="constrained")
        axes = figure.subplots()
        for box in boxes:
            _draw(axes, box)
        axes.set(xlim=(0, 1), ylim=(rows - 0.02, -0.02), xlabel="share of the time of the step")
        axes.set_yticks([])
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        axes.grid(False)
        axes.spines["left"].set_visible(False)
    figure.set_label(_fact(root))
    return figure


def _boxes(root: Node, depth: int) -> Iterator[_Box]:
    start, whole = root.span.start, root.span.duration
    waiting = [(root, 0, "", "")]
    while waiting:
        node, row, phase, caller = waiting.pop()
        name, module = _name(node.span.name), node.span.name.startswith("module ")
        phase = name if row == 1 else phase
        # A wrapper of the same name as what it calls is one box, not two.
        shown = name != caller
        if shown:
            width = node.span.duration / whole
            if width < _LEAST:
                continue
            yield _Box(name, (node.span.start - start) / whole, width, row, phase, module)
        below = row + 1 if shown else row
        if below <= depth:
            waiting.extend((child, below, phase, name) for child in node.children)


def _name(name: str) -> str:
    """Without what all names of a kind have in common."""
    if name.startswith("module "):
        parts = name.removeprefix("module ").split(".")
        numbers = [n for n, part in enumerate(parts) if not part.isdigit()]
        return ".".join(parts[numbers[-1] if numbers else 0 :])
    short = name.split(": ")[-1].split("#")[0].removeprefix("aten::").removesuffix("Backward0")
    return short.replace("Convolution", "Conv").replace("convolution", "conv")


def _draw(axes: Axes, box: _Box) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    color = _PHASES.get(box.phase, "#8a96a3")
    strength = 0.0 if box.depth == 0 else 0.92 if box.depth == 1 else 0.5 if box.module else 0.24
    face = tuple(1 - strength * (1 - part) for part in to_rgb(color))
    if box.depth == 0:
        face = to_rgb("#dfe4e9")
    patch = Rectangle(
        (box.left, box.depth + 0.03), box.width, 0.94, facecolor=face, edgecolor="white",
        linewidth=0.6,
    )  # fmt: skip
    axes.add_patch(patch)
    room = int((box.width - 0.006) / _LETTER)
    name = box.name if len(box.name) <= room else box.name.split(".")[-1]
    text = name if len(name) <= room else name[: room - 1] + "…"
    if room >= min(4, len(name)):
        dark = box.depth == 1 and box.phase in ("forward", "backward", "optimizer")
        axes.text(
            box.left + box.width / 2, box.depth + 0.52, text, ha="center", va="center",
            fontsize=8.5, color="white" if dark else INK, clip_on=True,
            fontweight="bold" if box.depth <= 1 else "normal",
        )  # fmt: skip


def _fact(root: Node) -> str:
    """Names and orderings only: times differ from machine to machine."""
    names = [_name(node.span.name) for node in root.children]
    phases = [name for name in dict.fromkeys(names) if not name.startswith("profiler")]
    widest = max(root.children, key=lambda node: node.span.duration, default=root)
    return f"flame of one {root.span.name}: {', '.join(phases)}; widest: {_name(widest.span.name)}"
