"""The lattice of a CTC text: its states down, frames across, and every path that spells it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.figures.style import COLORS, GRID, INK, PALE, WIDTH, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["lattice"]

_MOST = 240


def lattice(probabilities: Any, ids: Sequence[int], characters: Sequence[str]) -> Figure:
    """Draw all paths of a text through a small lattice.

    A circle is one state at one frame: its shade is the probability that the path goes through
    it, given that the path spells the text. Lines are the permitted steps, as strong as they are
    likely; the most probable path is orange.

    Args:
        probabilities: (T, C) in 0 to 1, class 0 is the blank; 2 to 40 frames.
        ids: The classes of the text, 1 to 8 of them, none of them 0.
        characters: The C - 1 characters of the classes from 1 on.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: The lattice is too large to draw, or the text does not fit it.
    """
    table = np.asarray(probabilities, dtype=np.float64)
    states = [0] + [item for one in ids for item in (int(one), 0)]
    _check(table, ids, characters, len(states))
    moves = _moves(table, states)
    nodes = _marginals(moves)
    best = _best(table, states)
    frames = len(table)
    with style():
        figure = new_figure(WIDTH, 0.8 + 0.46 * len(states), layout="constrained")
        axes = figure.subplots()
        _draw_steps(axes, moves, best)
        _draw_states(axes, nodes, best)
        names = ["blank" if not one else _name(characters[one - 1]) for one in states]
        axes.set_yticks(range(len(states)), names, family="DejaVu Sans Mono")
        axes.set_xticks(range(frames), [str(frame + 1) for frame in range(frames)])
        axes.set(xlim=(-0.6, frames - 0.4), ylim=(len(states) - 0.5, -0.5), xlabel="frame")
        axes.grid(False)
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
    text = "".join(characters[one - 1] for one in ids)
    used = int((nodes > 0).sum())
    figure.set_label(
        f'lattice of "{text}", {len(states)} states x {frames} frames, {used} of '
        f"{nodes.size} reachable"
    )
    return figure


def _check(
    table: NDArray[np.float64], ids: Sequence[int], characters: Sequence[str], states: int
) -> None:
    if table.ndim != 2 or table.shape[1] != len(characters) + 1:
        raise ValueError(
            f"Probabilities are (frames, {len(characters)} characters + 1 blank), got shape "
            f"{table.shape}."
        )
    if not ids or any(not 1 <= one < table.shape[1] for one in ids):
        raise ValueError(f"A text has ids from 1 to {table.shape[1] - 1}, got {list(ids)!r}.")
    repeats = sum(one == two for one, two in pairwise(ids))
    if len(table) < len(ids) + repeats or len(table) * states > _MOST:
        raise ValueError(
            f"A picture shows a text that fits its frames, of at most {_MOST} circles; got "
            f"{len(ids)} characters in {len(table)} frames. Draw a smaller one."
        )


def _moves(table: NDArray[np.float64], states: list[int]) -> NDArray[np.float64]:
    """Probability of each step, given the text: (T, states, states); frame 0 has entries only."""
    size, frames = len(states), len(table)
    allowed = np.zeros((size, size))
    for here in range(size):
        for there in range(here, min(here + 3, size)):
            skip = there == here + 2
            fine = not skip or (states[there] != 0 and states[there] != states[here])
            allowed[here, there] = float(fine)
    chances = table[:, states]
    forward, backward = np.zeros((frames, size)), np.zeros((frames, size))
    forward[0, :2], backward[-1, -2:] = chances[0, :2], 1.0
    for frame in range(1, frames):
        forward[frame] = (forward[frame - 1] @ allowed) * chances[frame]
    for frame in range(frames - 2, -1, -1):
        backward[frame] = allowed @ (backward[frame + 1] * chances[frame + 1])
    total = forward[-1, -2:].sum()
    moves = np.zeros((frames, size, size))
    np.fill_diagonal(moves[0], forward[0] * backward[0] / total)
    for frame in range(1, frames):
        into = chances[frame] * backward[frame]
        moves[frame] = forward[frame - 1][:, None] * allowed * into[None, :] / total
    return moves


def _marginals(moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each state at each frame, given the text: (T, states)."""
    marginals: NDArray[np.float64] = moves.sum(axis=1)
    return marginals


def _best(table: NDArray[np.float64], states: list[int]) -> list[int]:
    """The state at each frame of the most probable path."""
    from text_recognizer.reading.ctc import align

    with np.errstate(divide="ignore"):
        spans = align(np.log(table), [state for state in states if state])
    path = []
    for frame in range(len(table)):
        inside = [2 * k + 1 for k, (start, end) in enumerate(spans) if start <= frame < end]
        path.append(inside[0] if inside else 2 * sum(end <= frame for _, end in spans))
    return path


def _draw_steps(axes: Axes, moves: NDArray[np.float64], best: list[int]) -> None:
    for frame in range(1, len(moves)):
        for here, there in zip(*np.nonzero(moves[frame]), strict=True):
            strength = float(moves[frame, here, there])
            axes.plot(
                [frame - 1, frame], [here, there], color=PALE, alpha=0.25 + 0.6 * strength,
                linewidth=0.7 + 3.3 * strength, zorder=1,
            )  # fmt: skip
    axes.plot(range(len(best)), best, color=COLORS["orange"], linewidth=2.4, zorder=2)


def _draw_states(axes: Axes, nodes: NDArray[np.float64], best: list[int]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("ink", ["#ffffff", "#7bb8dc", COLORS["blue"]])
    for frame, row in enumerate(nodes):
        for state, chance in enumerate(row):
            edge = GRID if not chance else COLORS["orange"] if best[frame] == state else PALE
            axes.scatter(
                frame, state, s=430 if chance else 40, color=[shades(chance)], edgecolors=edge,
                linewidths=1.6, zorder=3,
            )  # fmt: skip
            if chance >= 0.005:
                color = "white" if chance > 0.55 else INK
                label = f"{chance:.2f}"
                axes.text(
                    frame, state, label, size=7.5, ha="center", va="center", color=color, zorder=4
                )


def _name(character: str) -> str:
    return "space" if character == " " else character
