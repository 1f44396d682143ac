"""Check of ``02-batch``: the largest batch that a memory limit allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["EXERCISE", "Planned"]

MB = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan as the exercise sees it; all in bytes.

    Args:
        parameters: The weights.
        activations: What one line keeps for the backward pass, in float32.
        bf16: Whether activations are kept in 16 bits instead.
    """

    parameters: int
    activations: int
    bf16: bool = False


@dataclass(frozen=True)
class _Try:
    plan: Planned
    cap: int
    says: str


#: Parameters and activations of the reader's presets at 640 columns, roughly, and corners.
_TRIES = (
    _Try(Planned(parameters=9 * MB, activations=7 * MB), 148 * MB, "16 lines fill it exactly"),
    _Try(Planned(parameters=9 * MB, activations=7 * MB), 147 * MB, "one line less than 16"),
    _Try(Planned(parameters=9 * MB, activations=7 * MB), 200 * MB, "23 lines, and 46 do not fit"),
    _Try(Planned(parameters=15 * MB, activations=9 * MB), 8000 * MB, "the wide preset"),
    _Try(Planned(parameters=100 * MB, activations=MB), 450 * MB, "weights take most of it"),
    _Try(Planned(parameters=100 * MB, activations=MB), 400 * MB, "nothing is left for a line"),
    _Try(Planned(parameters=100 * MB, activations=MB), 90 * MB, "less than the weights alone"),
    _Try(Planned(parameters=9 * MB, activations=7 * MB, bf16=True), 148 * MB, "16-bit activations"),
    _Try(Planned(parameters=9 * MB, activations=5 * MB, bf16=True), 64 * MB, "16 bits, a rest"),
)


def _largest(plan: Planned, cap: int, *, copies: int = 4, bf16: bool = True) -> int:
    """The right answer, or with other arguments that of a mistake."""
    left = cap - copies * plan.parameters
    double = 2 if plan.bf16 and bf16 else 1
    return max(0, double * left // plan.activations)


#: What each mistake gives, and what to say to it; the first that fits all tries speaks.
_MISTAKES: tuple[tuple[Callable[[Planned, int], float], str], ...] = (
    (
        lambda plan, cap: _largest(plan, cap, copies=2),
        "AdamW keeps two moments, each as large as the parameters.",
    ),
    (
        lambda plan, cap: _largest(plan, cap, copies=3),
        "Four things are as large as the parameters: they, their gradients, and two moments.",
    ),
    (
        lambda plan, cap: _largest(plan, cap, copies=1),
        "Training needs more than weights: gradients, and the optimizer's two moments.",
    ),
    (
        lambda plan, cap: _largest(plan, cap, bf16=False),
        "In bf16, activations take half the bytes; parameters, gradients and moments stay.",
    ),
    (
        lambda plan, cap: max(0, -(-_doubled(plan, cap) // plan.activations)),
        "The last line has to fit whole: round down.",
    ),
    (
        lambda plan, cap: _power_below(_largest(plan, cap)),
        "No power of two is asked for: the finder doubles, a plan can divide.",
    ),
    (
        lambda plan, cap: _doubled(plan, cap) // plan.activations,
        "Where the fixed part alone is above the cap, no line fits: 0, not a negative number.",
    ),
)


def _doubled(plan: Planned, cap: int) -> int:
    return (2 if plan.bf16 else 1) * (cap - 4 * plan.parameters)


def _power_below(number: int) -> int:
    return 1 << (number.bit_length() - 1) if number > 0 else 0


def _judge(answer: Any) -> Failure | None:
    given = [answer(one.plan, one.cap) for one in _TRIES]
    for one, got in zip(_TRIES, given, strict=True):
        right = _largest(one.plan, one.cap)
        if type(got) is not int or got != right:
            return Failure(
                given=f"{one.plan}, cap={one.cap} ({one.says})",
                expected=_words(one, right),
                got=show_value(got),
                hint=_hint(given),
            )
    return None


def _words(one: _Try, right: int) -> str:
    return f"{right}, a whole number: {right + 1} would be above the cap" if right else "0"


def _hint(given: list[Any]) -> str:
    if any(type(got) is not int for got in given):
        return "A batch is a whole number of lines: // divides and rounds down."
    for mistake, words in _MISTAKES:
        if given == [mistake(one.plan, one.cap) for one in _TRIES]:
            return words
    return "What is left of the cap beside what does not grow with the batch, and how many lines?"


EXERCISE = Exercise(
    id="02-batch",
    title="The largest batch under a cap",
    answer="lines_that_fit",
    stars=2,
    hint="Take from the cap what does not depend on the batch; the rest is for the lines.",
    lesson="A minute of arithmetic replaces an afternoon of crashes, and says what to change.",
    judge=_judge,
)
