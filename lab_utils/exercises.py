"""Exercises that check themselves and never crash.

In a lab the learner writes a function or a value, and the next cell says:

    exercises.check("00-collapse")

Three answers are possible: not attempted yet, with a hint; not right yet, with the input, what was
expected and what came; right, with one line on why it matters. The checks of lab NN stand in
`lab_utils/checks/lab_NN.py` as `EXERCISES`.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab_utils import progress_file
from lab_utils.cards import Card
from lab_utils.judging import MISSING, Case, Failure, holds_stub_line, is_stub, run_cases, run_judge

__all__ = ["Case", "Exercise", "Failure", "Verdict", "check", "exercises_of", "find", "judge"]

NOT_ATTEMPTED, WRONG, RIGHT = "not attempted yet", "not right yet", "right"

_ID = re.compile(r"^(?P<lab>\d\d)-[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise: what it is called, how it is checked, what it teaches.

    Args:
        id: Number of the lab and a name, as in `"00-collapse"`.
        title: A few words, shown in the verdict and in the table of progress.
        answer: Name of the function or variable that the learner defines.
        stars: Difficulty, 1 to 3.
        hint: One sentence that helps without giving the answer away.
        lesson: One line on why this matters, shown when the answer is right.
        cases: What to try, or a function that makes it (for what is slow to build).
        judge: For answers that no table can check: returns a `Failure` or None. It runs after
            the cases.
        seconds: Time limit of each case and of the judge.

    Example:
        >>> double = Exercise(
        ...     id="00-double", title="Double", answer="double", stars=1, hint="Add it to itself.",
        ...     lesson="Twice is enough.", cases=(Case(args=(2,), expected=4),),
        ... )
        >>> judge(double, lambda number: number + number).state
        'right'
    """

    id: str
    title: str
    answer: str
    stars: int
    hint: str
    lesson: str
    cases: Sequence[Case] | Callable[[], Sequence[Case]] = ()
    judge: Callable[[Any], Failure | None] | None = None
    seconds: float = 5.0

    def __post_init__(self) -> None:
        """Check the fields."""
        if not _ID.match(self.id):
            raise ValueError(f"An exercise id looks like '00-collapse', got {self.id!r}.")
        if self.stars not in (1, 2, 3):
            raise ValueError(f"{self.id}: an exercise has 1, 2 or 3 stars, got {self.stars!r}.")
        if not self.answer.isidentifier():
            raise ValueError(f"{self.id}: `answer` is a Python name, got {self.answer!r}.")
        if not self.cases and self.judge is None:
            raise ValueError(f"{self.id}: an exercise is checked by `cases`, `judge` or both.")
        if not (self.title and self.hint and self.lesson):
            raise ValueError(f"{self.id}: title, hint and lesson are texts, one of them is empty.")
        if not 0 < self.seconds <= 60:
            raise ValueError(f"{self.id}: `seconds` is above 0 and at most 60, got {self.seconds}.")

    @property
    def lab(self) -> str:
        """The two digits of the lab."""
        return self.id[:2]

    @property
    def grade(self) -> str:
        """The difficulty as stars, as in `"★★☆"`."""
        return "★" * self.stars + "☆" * (3 - self.stars)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check found.

    Args:
        exercise: The exercise.
        state: One of `NOT_ATTEMPTED`, `WRONG`, `RIGHT`.
        failure: What went wrong, when the state is `WRONG`.
    """

    exercise: Exercise
    state: str
    failure: Failure | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.state == RIGHT

    def card(self) -> Card:
        """Lay the verdict out for the reader."""
        title = f"{self.exercise.grade} {self.exercise.title}: {self.state}"
        if self.passed:
            rows = [("Why it matters", self.exercise.lesson)]
            return Card(title=title, rows=rows, tone="good")
        if self.failure is None:
            return Card(title=title, rows=[("Hint", self.exercise.hint)], tone="calm")
        rows = [
            ("On", self.failure.given),
            ("Expected", self.failure.expected),
            ("Got", self.failure.got),
        ]
        if self.failure.printed.strip():
            rows.append(("Printed", _shorten(self.failure.printed)))
        rows.append(("Hint", self.failure.hint or self.exercise.hint))
        return Card(title=title, rows=rows, tone="warm", code=("On", "Expected", "Got", "Printed"))


def check(exercise_id: str, answer: Any = MISSING) -> None:
    """Check an answer, show the verdict, and note progress. The cell never crashes.

    Args:
        exercise_id: As in `"00-collapse"`.
        answer: The learner's function or value; looked up in the notebook by its name unless
            given.

    Raises:
        ValueError: There is no such exercise: a mistake in the lab, not of the learner.
    """
    exercise = find(exercise_id)
    if answer is MISSING:
        answer = _from_notebook(exercise.answer)
    verdict = judge(exercise, answer)
    verdict.card().show()
    if verdict.state != NOT_ATTEMPTED:
        progress_file.note(exercise.id, passed=verdict.passed)


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """Judge an answer without showing or noting anything.

    Args:
        exercise: The exercise.
        answer: The learner's function or value, or `MISSING`.
    """
    if is_stub(answer):
        return Verdict(exercise=exercise, state=NOT_ATTEMPTED)
    cases = exercise.cases() if callable(exercise.cases) else exercise.cases
    failure = run_cases(answer, cases, exercise.answer, exercise.seconds)
    if failure is None and exercise.judge is not None:
        failure = run_judge(answer, exercise.judge, exercise.answer, exercise.seconds)
    if failure is not None and holds_stub_line(answer):
        return Verdict(exercise=exercise, state=NOT_ATTEMPTED)
    state = RIGHT if failure is None else WRONG
    return Verdict(exercise=exercise, state=state, failure=failure)


def exercises_of(lab: str) -> tuple[Exercise, ...]:
    """List the exercises of a lab.

    Args:
        lab: Two digits, as in `"00"`.

    Returns:
        The exercises in the order of the lab; none when the lab has no checks.
    """
    name = f"lab_utils.checks.lab_{lab}"
    if name not in sys.modules and importlib.util.find_spec(name) is None:
        return ()
    return tuple(importlib.import_module(name).EXERCISES)


def find(exercise_id: str) -> Exercise:
    """Find an exercise by its id.

    Raises:
        ValueError: There is no such exercise.
    """
    known = exercises_of(exercise_id[:2]) if _ID.match(exercise_id) else ()
    for exercise in known:
        if exercise.id == exercise_id:
            return exercise
    names = ", ".join(exercise.id for exercise in known) or "none"
    raise ValueError(
        f"There is no exercise {exercise_id!r}; this lab has: {names}. Register it in "
        "lab_utils/checks/lab_NN.py."
    )


def _from_notebook(name: str) -> Any:
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return shell.user_ns.get(name, MISSING) if shell else MISSING


def _shorten(printed: str, lines: int = 3, width: int = 100) -> str:
    shown = printed.strip().splitlines()
    rest = ["..."] if len(shown) > lines else []
    return "\n".join([line[:width] for line in shown[:lines]] + rest)
