"""Gates on exercises: the lab and its solutions are in step, and every exercise is checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from lab_utils.exercises import NOT_ATTEMPTED, RIGHT, Exercise, exercises_of
from lab_utils.gates.base import Finding, Subject
from lab_utils.stubs import has_solution

__all__ = ["exercises", "independence", "leaks"]


def exercises(subject: Subject) -> Iterator[Finding]:
    """Each exercise is registered, checked in the next code cell, and says what it should."""
    known = {exercise.id: exercise for exercise in exercises_of(subject.lab)}
    code = subject.cells("code")
    seen: list[str] = []
    for index, (number, cell) in enumerate(code):
        name = cell.metadata.get("exercise")
        if name is None:
            continue
        if name in seen:
            yield Finding(cell=number, message=f"The exercise {name!r} stands here a second time.")
        seen.append(name)
        if name not in known:
            where = f"lab_utils/checks/lab_{subject.lab}.py"
            yield Finding(cell=number, message=f"The exercise {name!r} is not in {where}.")
            continue
        following = code[index + 1 : index + 2]
        yield from _check_cell(subject, known[name], number, following)
    for name in sorted(set(known) - set(seen)):
        yield Finding(message=f"The exercise {name!r} has a check, but no cell in the notebook.")


def leaks(subject: Subject) -> Iterator[Finding]:
    """No marker of a solution is left, and the lab differs from its solutions."""
    for number, cell in subject.cells("code"):
        if has_solution(cell.source):
            yield Finding(cell=number, message="A solution marker is left. Refresh the lab.")
    if subject.variant == "labs":
        twin = subject.path.parent / "solutions" / subject.path.name
        if not twin.exists():
            yield Finding(message=f"solutions/{subject.path.name} is missing. Refresh the lab.")
            return
        other = Subject.open(twin, subject.source, "solutions")
        yield from _compare(subject, other)


def independence(subject: Subject) -> Iterator[Finding]:
    """No cell depends on an exercise: the lab runs to its end with nothing solved."""
    own = {exercise.id: exercise.answer for exercise in exercises_of(subject.lab)}
    cells = [
        (number, cell, cell.metadata.get("exercise")) for number, cell in subject.cells("code")
    ]
    present = {own[name] for _, _, name in cells if name in own}
    for number, cell, name in cells:
        used = _names(cell.source) & (present - {own.get(name or "")})
        for answer in sorted(used):
            yield Finding(
                cell=number,
                message=f"A cell uses `{answer}`, which the learner may not have written. Use the "
                "package's function.",
            )


def _check_cell(
    subject: Subject, exercise: Exercise, number: int, following: list[tuple[int, Any]]
) -> Iterator[Finding]:
    call = re.compile(rf"\bcheck\(\s*[\"']{re.escape(exercise.id)}[\"']")
    if not following or not call.search(following[0][1].source):
        message = f'The next code cell is `exercises.check("{exercise.id}")`, it is something else.'
        yield Finding(cell=number, message=message)
        return
    place = following[0][0]
    expected = NOT_ATTEMPTED if subject.variant == "labs" else RIGHT
    kinds = ("stdout", "text/plain")
    texts = [item.text for item in subject.texts() if item.cell == place and item.kind in kinds]
    line = f"{exercise.title}: {expected}"
    if not any(line in text.splitlines()[0] for text in texts if text.strip()):
        message = f"The stored verdict should be {line!r}. Refresh the lab, or mend the solution."
        yield Finding(cell=place, message=message)


def _compare(subject: Subject, other: Subject) -> Iterator[Finding]:
    mine, theirs = subject.notebook.cells, other.notebook.cells
    ids, other_ids = [cell.get("id") for cell in mine], [cell.get("id") for cell in theirs]
    if ids != other_ids:
        yield Finding(message="The lab and its solutions have different cells. Refresh the lab.")
        return
    for number, (cell, twin) in enumerate(zip(mine, theirs, strict=True)):
        same = cell.source == twin.source
        if "exercise" in cell.metadata and same:
            message = "The stub is the solution: nothing is left to do. Mark the solution."
            yield Finding(cell=number, message=message)
        if "exercise" not in cell.metadata and not same and number > 0:
            message = "Outside exercises the lab and its solutions are the same. Refresh the lab."
            yield Finding(cell=number, message=message)


def _names(code: str) -> set[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    nodes = ast.walk(tree)
    return {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
