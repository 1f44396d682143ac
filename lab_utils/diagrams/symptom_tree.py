"""The decision tree of a diagnosis, with how many runs arrive at each cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lab_utils.figures.style import COLORS, INK, PALE, WIDTH, new_figure, style
from text_recognizer.troubleshooting.triage.tree import Leaf, Question

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["symptom_tree"]

_FILL = {"run": "vermilion", "fast": "orange", "right": "blue", "": "green"}
_INK = {"run": "white", "fast": INK, "right": "white", "": "white"}
_STAGE = {"run": "run", "fast": "fast", "right": "right", "": "ok"}
_MEANING = {
    "run": "run: it stops, or would in time",
    "fast": "fast: its time is not spent on learning",
    "right": "right: it ends, and learned too little",
}
#: Left edges and widths of the three columns, in shares of the figure's width.
_COLUMNS = ((0.0, 0.325), (0.425, 0.265), (0.79, 0.21))
_PILL = 0.21
_FLOW = "#c9d1d9"


def symptom_tree(counts: Mapping[str, int], tree: Question | None = None) -> Figure:
    """Draw a tree of questions as a staircase, each cause in the colour of its stage.

    Args:
        counts: Runs that arrive at each cause; what `count_leaves` gives. A leaf that is not named
            here, or with 0, is drawn pale.
        tree: A tree in which each question leads to at most one further chain of questions, and to
            at most one question about a message; the tree of lab 02 unless given.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: A count is negative, a cause is not in the tree, or the tree branches more than
            this.
    """
    if tree is None:
        from text_recognizer.troubleshooting.triage import TREE as tree
    spine = _spine(tree)
    _check(counts, tree, spine)
    tail = list(spine[-1].answers.items())
    rows = len(spine) + len(tail) - 1
    with style():
        figure = new_figure(WIDTH, 0.9 + 0.44 * rows)
        axes = figure.add_axes((0.02, 0.015, 0.96, 0.92))
        axes.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5))
        axes.axis("off")
        total = sum(counts.get(leaf.cause, 0) for leaf in tree.leaves())
        faults = sum(counts.get(leaf.cause, 0) for leaf in tree.leaves() if leaf.stage)
        title = f"{faults} broken and {total - faults} healthy trainers, asked until they tell"
        figure.suptitle(title, x=0.02, ha="left", size=11.5, weight="bold")
        _legend(axes, rows)
        for row, question in enumerate(spine):
            below = spine[row + 1] if row + 1 < len(spine) else None
            _question(axes, 0, row, question.text)
            if below is not None:
                _down(axes, row, _answer_to(question, below), _reaching(below, counts))
            sides = [(word, one) for word, one in question.answers.items() if one is not below]
            for at, (word, side) in enumerate(sides):
                _side(axes, row, row + at, word, side, counts)
        figure.set_label(_facts(tree, counts))
    return figure


def _spine(tree: Question) -> list[Question]:
    """The longest chain of questions."""
    below = [one for one in tree.answers.values() if isinstance(one, Question)]
    return [tree, *max((_spine(one) for one in below), key=len, default=[])]


def _check(counts: Mapping[str, int], tree: Question, spine: list[Question]) -> None:
    causes = [leaf.cause for leaf in tree.leaves()]
    unknown = sorted(set(counts) - set(causes))
    if unknown or min(counts.values(), default=0) < 0:
        raise ValueError(
            f"Counts are 0 or more, of causes in the tree: {', '.join(causes)}; got "
            f"{dict(counts)!r}. Hand in what `count_leaves` gives."
        )
    for at, question in enumerate(spine):
        sides = [one for one in question.answers.values() if one not in spine]
        deep = [one.text for one in sides if isinstance(one, Question) and len(_spine(one)) > 1]
        if deep or (at < len(spine) - 1 and len(sides) > 1):
            raise ValueError(
                f"This drawing has one chain of questions with short branches, got "
                f"{deep or question.text!r}. Ask about one thing at a time."
            )


def _answer_to(question: Question, below: Question) -> str:
    return next(word for word, one in question.answers.items() if one is below)


def _reaching(node: Question | Leaf, counts: Mapping[str, int]) -> int:
    leaves = [node] if isinstance(node, Leaf) else list(node.leaves())
    return sum(counts.get(leaf.cause, 0) for leaf in leaves)


def _thickness(count: int) -> float:
    """Width of a line in points; runs flow through the tree like water."""
    return 0.8 + 0.75 * count


def _question(axes: Axes, column: int, row: float, text: str) -> None:
    left, width = _COLUMNS[column]
    _box(axes, left, row, width, 0.62, face="white", edge="#9aa5b1")
    axes.text(left + width / 2, row, text, ha="center", va="center", size=9.3, zorder=4)


def _down(axes: Axes, row: int, answer: str, count: int) -> None:
    x = _COLUMNS[0][0] + 0.045
    axes.plot([x, x], [row, row + 1], color=_FLOW, linewidth=_thickness(count), zorder=1)
    axes.text(x + 0.03, row + 0.5, f"{answer}, {count}", va="center", size=8, color=PALE, zorder=5)


def _side(
    axes: Axes, row: int, target: float, word: str, side: Question | Leaf, counts: Mapping[str, int]
) -> None:
    start, end = sum(_COLUMNS[0]), _COLUMNS[1][0]
    _link(axes, (start, row), (end, target), _reaching(side, counts))
    axes.text(end - 0.008, target - 0.2, word, ha="right", va="center", size=8, color=PALE)
    if isinstance(side, Leaf):
        _pill(axes, end, target, side, counts)
        return
    _question(axes, 1, target, side.text)
    leaves = [
        (answer, leaf)
        for answer, leaf in side.answers.items()
        if isinstance(leaf, Leaf) and (leaf.stage or counts.get(leaf.cause, 0))
    ]
    start, end = sum(_COLUMNS[1]), _COLUMNS[2][0]
    for at, (answer, leaf) in enumerate(leaves):
        _link(axes, (start, target), (end, target + at), counts.get(leaf.cause, 0))
        axes.text(
            end - 0.008, target + at - 0.2, answer, ha="right", va="center", size=8, color=PALE
        )
        _pill(axes, end, target + at, leaf, counts)


def _link(axes: Axes, start: tuple[float, float], end: tuple[float, float], count: int) -> None:
    middle = start[0] + 0.014
    axes.plot(
        [start[0], middle, middle, end[0]],
        [start[1], start[1], end[1], end[1]],
        color=_FLOW,
        linewidth=_thickness(count),
        solid_joinstyle="round",
        zorder=1,
    )


def _legend(axes: Axes, rows: int) -> None:
    left = _COLUMNS[1][0] + _PILL + 0.06
    for at, (stage, words) in enumerate(_MEANING.items()):
        row = rows - 1 - 0.9 * (len(_MEANING) - 1 - at)
        axes.plot([left], [row], "o", color=COLORS[_FILL[stage]], markersize=9, zorder=3)
        axes.text(left + 0.022, row, words, va="center", size=8.8, color=INK)


def _pill(axes: Axes, left: float, row: float, leaf: Leaf, counts: Mapping[str, int]) -> None:
    count = counts.get(leaf.cause, 0)
    face = COLORS[_FILL[leaf.stage]] if count else "#eef1f4"
    ink = _INK[leaf.stage] if count else PALE
    _box(axes, left, row, _PILL, 0.66, face=face, edge="none")
    style_of = {"va": "center", "zorder": 4, "color": ink}
    axes.text(left + 0.012, row, _STAGE[leaf.stage], size=8, style="italic", **style_of)
    axes.text(left + 0.058, row, leaf.cause, size=9.5, weight="bold", **style_of)
    axes.text(left + _PILL - 0.012, row, str(count), size=9.5, ha="right", **style_of)


def _box(
    axes: Axes, left: float, row: float, width: float, height: float, *, face: str, edge: str
) -> None:
    from matplotlib.patches import FancyBboxPatch

    box = FancyBboxPatch(
        (left, row - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.012",
        mutation_aspect=22,
        facecolor=face,
        edgecolor=edge,
        linewidth=1.0,
        zorder=3,
    )
    axes.add_patch(box)


def _facts(tree: Question, counts: Mapping[str, int]) -> str:
    stages: dict[str, int] = {}
    for leaf in tree.leaves():
        stages[leaf.stage] = stages.get(leaf.stage, 0) + counts.get(leaf.cause, 0)
    told = [f"{_STAGE[stage]} {stages.get(stage, 0)}" for stage in ("run", "fast", "right", "")]
    reached = sum(counts.get(leaf.cause, 0) > 0 for leaf in tree.leaves())
    return f"a tree of questions; runs at its leaves: {', '.join(told)}; {reached} leaves reached"
