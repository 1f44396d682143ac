"""The decision tree of a diagnosis: questions asked of an observation, a cause in each leaf."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.causes import CAUSES, HEALTHY
from text_recognizer.troubleshooting.triage.observation import Observation

__all__ = ["TREE", "Leaf", "Question", "count_leaves", "diagnose", "walk"]


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """The end of a diagnosis.

    Args:
        cause: A key of ``CAUSES``, ``"healthy"``, or ``"unknown"``.
    """

    cause: str

    @property
    def stage(self) -> str:
        """``"run"``, ``"fast"``, ``"right"``, or empty where no stage is to blame."""
        return CAUSES.get(self.cause, "")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to an observation.

    Args:
        text: The question, as people read it.
        ask: Gives one of the answers.
        answers: What follows each answer.

    Raises:
        InputError: If there are fewer than two answers.

    Example:
        >>> TREE.text, TREE.ask(Observation(error="RuntimeError"))
        ('Did it raise?', 'yes')
    """

    text: str
    ask: Callable[[Observation], str]
    answers: Mapping[str, Question | Leaf]

    def __post_init__(self) -> None:
        """Check the fields."""
        if len(self.answers) < 2:
            raise InputError(
                f"a question has two answers or more; received {list(self.answers)} for "
                f"{self.text!r}; say what follows yes and what follows no"
            )

    def leaves(self) -> Iterator[Leaf]:
        """All leaves below, in order."""
        for below in self.answers.values():
            yield from [below] if isinstance(below, Leaf) else below.leaves()


def _binary(
    text: str, ask: Callable[[Observation], bool], yes: Question | Leaf, no: Question | Leaf
) -> Question:
    return Question(
        text=text, ask=lambda seen: "yes" if ask(seen) else "no", answers={"yes": yes, "no": no}
    )


#: Words of an exception, the first that fits decides; they differ little between versions of torch.
_WORDS = {
    "memory": r"memory",
    "device": r"device|meta\b",
    "type": r"type|dtype|long|indices must be",
    "shape": r"channels|size|shape|dimension",
}


def _speaks_of(seen: Observation) -> str:
    text = f"{seen.error} {seen.message}"
    hits = [word for word, pattern in _WORDS.items() if re.search(pattern, text, re.IGNORECASE)]
    return hits[0] if hits else "other"


_MESSAGE = Question(
    text="Of what does it speak?",
    ask=_speaks_of,
    answers={
        "memory": Leaf(cause="memory"),
        "device": Leaf(cause="device"),
        "type": Leaf(cause="dtype"),
        "shape": Leaf(cause="shape"),
        "other": Leaf(cause="unknown"),
    },
)
_TIME = Question(
    text="Where does most of the time go?",
    ask=lambda seen: seen.slow_part,
    answers={
        "loading": Leaf(cause="loader"),
        "recording": Leaf(cause="sync"),
        "model": Leaf(cause=HEALTHY),
    },
)
_BETTER = _binary("Worse than before training?", lambda seen: seen.worse, Leaf(cause="sign"), _TIME)
_MOVES = _binary(
    "Does every layer move?", lambda seen: not seen.unmoved, _BETTER, Leaf(cause="frozen")
)
_GRADIENT = _binary(
    "Does every layer get a gradient?",
    lambda seen: not seen.without_gradient,
    _MOVES,
    Leaf(cause="dead"),
)
_TERMS = _binary(
    "One loss term per label?",
    lambda seen: seen.terms == seen.labels,
    _GRADIENT,
    Leaf(cause="broadcast"),
)
_FINITE = _binary(
    "Is every loss finite?", lambda seen: seen.finite, _TERMS, Leaf(cause="log of zero")
)
_EXPLODED = _binary(
    "Gradients above 1,000 at once?",
    lambda seen: seen.exploded,
    Leaf(cause="exploding"),
    _FINITE,
)
_GROWS = _binary(
    "Do held bytes grow with the steps?",
    lambda seen: seen.growth > 0,
    Leaf(cause="leak"),
    _EXPLODED,
)
TREE = _binary("Did it raise?", lambda seen: seen.raised, _MESSAGE, _GROWS)
"""The tree of lab 02. The order matters: what makes other answers meaningless is asked first."""


def walk(seen: Observation, tree: Question = TREE) -> tuple[list[tuple[str, str]], Leaf]:
    """Lead an observation through a tree.

    Args:
        seen: What a run showed.
        tree: The questions.

    Returns:
        The questions with their answers, and the leaf.

    Example:
        >>> path, leaf = walk(Observation(error="OutOfMemoryError"))
        >>> path[0], leaf.cause
        (('Did it raise?', 'yes'), 'memory')
    """
    path = []
    at: Question | Leaf = tree
    while isinstance(at, Question):
        answer = at.ask(seen)
        if answer not in at.answers:
            raise InputError(
                f"an answer to {at.text!r} is one of {', '.join(at.answers)}; received {answer!r}; "
                "give that answer a branch"
            )
        path.append((at.text, answer))
        at = at.answers[answer]
    return path, at


def diagnose(seen: Observation, tree: Question = TREE) -> tuple[str, str]:
    """The stage and the cause at which an observation arrives; stage ``""`` for a healthy one.

    Args:
        seen: What a run showed.
        tree: The questions.

    Example:
        >>> diagnose(Observation(error="OutOfMemoryError"))
        ('run', 'memory')
    """
    leaf = walk(seen, tree)[1]
    return leaf.stage, leaf.cause


def count_leaves(observations: Iterable[Observation], tree: Question = TREE) -> dict[str, int]:
    """How many observations arrive at each cause, in the order of the leaves, zeros included.

    Args:
        observations: What runs showed.
        tree: The questions.

    Example:
        >>> count_leaves([Observation(error="OutOfMemoryError")])["memory"]
        1
    """
    found = Counter(walk(seen, tree)[1].cause for seen in observations)
    return {leaf.cause: found[leaf.cause] for leaf in tree.leaves()}
