"""The harness that every exercise check is tested with.

A check that accepts everything teaches nothing, and one that accepts only the author's words is
unfair. So each is tried with the solution, with another right answer, with wrong answers that a
learner might really give, and with everything that must not crash it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab_utils.exercises import NOT_ATTEMPTED, RIGHT, WRONG, Exercise, exercises_of, find, judge
from lab_utils.judging import MISSING

__all__ = ["Answers", "assert_complete", "assert_exercise"]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Answers whose verdict is known.

    Args:
        solution: The author's.
        alternative: Another right one, written differently.
        wrong: At least two plausible wrong ones, by what is wrong with them.
    """

    solution: Any
    alternative: Any
    wrong: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Check that there is enough to try."""
        if len(self.wrong) < 2:
            raise ValueError(
                f"A check is tested with at least two plausible wrong answers, got "
                f"{sorted(self.wrong)}."
            )
        if self.alternative is self.solution:
            raise ValueError("The alternative is written differently, got the solution itself.")


def assert_exercise(exercise: str | Exercise, answers: Answers) -> None:
    """Try a check with every kind of answer.

    Args:
        exercise: An exercise or its id.
        answers: Answers whose verdict is known.

    Raises:
        AssertionError: A verdict is not what it should be, or has nothing to say.
    """
    exercise = find(exercise) if isinstance(exercise, str) else exercise
    _expect(exercise, answers.solution, RIGHT, "the solution")
    _expect(exercise, answers.alternative, RIGHT, "the alternative")
    for name, wrong in answers.wrong.items():
        _expect(exercise, wrong, WRONG, f"the wrong answer {name!r}")
    for name, stub in _stubs().items():
        _expect(exercise, stub, NOT_ATTEMPTED, name)
    hasty = replace(exercise, seconds=0.2)
    for name, hostile in _hostile(callable(answers.solution)).items():
        _expect(hasty, hostile, WRONG, name)


def assert_complete(lab: str, table: Mapping[str, Answers]) -> None:
    """Check that a lab has exercises and that the table covers each of them.

    Args:
        lab: Two digits, as in `"00"`.
        table: Answers by exercise id.

    Raises:
        AssertionError: An exercise is untested, or a tested one does not exist.
    """
    known = [exercise.id for exercise in exercises_of(lab)]
    assert known, f"lab {lab} has no exercises in lab_utils/checks/lab_{lab}.py"
    assert len(set(known)) == len(known), f"lab {lab} has two exercises of one id: {known}"
    missing, unknown = sorted(set(known) - set(table)), sorted(set(table) - set(known))
    assert not missing, f"exercises without tested answers: {missing}"
    assert not unknown, f"answers for exercises that do not exist: {unknown}"


def _expect(exercise: Exercise, answer: Any, state: str, what: str) -> None:
    started = time.monotonic()
    verdict = judge(exercise, answer)
    taken = time.monotonic() - started
    text = verdict.card().text()
    assert verdict.state == state, f"{exercise.id}: {what} should be {state!r}:\n{text}"
    assert exercise.title in text
    assert len(text.splitlines()) >= 2, f"{exercise.id}: nothing is explained:\n{text}"
    if state == WRONG:
        assert all(word in text for word in ("Expected", "Got", "Hint")), text
        assert " at 0x" not in text, f"{exercise.id}: a memory address is shown:\n{text}"
    limit = exercise.seconds * 2 + 5
    assert taken < limit, f"{exercise.id}: {what} took {taken:.1f} s"


def _stubs() -> dict[str, Any]:
    def empty(*args: Any, **options: Any) -> Any:
        """Do nothing yet."""
        ...

    def unimplemented(*args: Any, **options: Any) -> Any:
        raise NotImplementedError

    return {
        "an undefined name": MISSING,
        "None": None,
        "...": ...,
        "an empty function": empty,
        "NotImplementedError": unimplemented,
    }


def _hostile(function: bool) -> dict[str, Any]:
    """Make answers that must be called wrong without a crash."""
    values = {"an object of another kind": object(), "an object that cannot be shown": _Rude()}
    if not function:
        return values

    def raises(*args: Any, **options: Any) -> Any:
        raise KeyError("a learner's mistake")

    def exits(*args: Any, **options: Any) -> Any:
        raise SystemExit(3)

    def endless(*args: Any, **options: Any) -> Any:
        number = 0
        while True:
            number += 1

    def recursive(*args: Any, **options: Any) -> Any:
        return recursive(*args, **options)

    def no_arguments() -> Any:
        return 0

    def odd(*args: Any, **options: Any) -> Any:
        return _Rude()

    return {
        **values,
        "a function that raises": raises,
        "a function that exits": exits,
        "a function that never ends": endless,
        "a function that calls itself for ever": recursive,
        "a function without arguments": no_arguments,
        "a function that returns something odd": odd,
    }


class _Rude:
    """A value that can be neither shown nor compared."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = object.__hash__
