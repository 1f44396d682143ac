"""INV: the picture is changed, the writing is not, so the reading must stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.testing.behaviour.cases import Behaviour, Case, Judge, WrittenLine, unchanged
from text_recognizer.testing.behaviour.perturbations import (
    CONTROL,
    LADDERS,
    Ladder,
    Perturbation,
    apply_checked,
    check_changes,
)


def invariance_tests(
    capabilities: Iterable[str] | None = None, *, steps: Sequence[int] = (1, 2, 3, 4)
) -> list[Behaviour]:
    """The INV behaviours: each capability at several strengths, and a control.

    Args:
        capabilities: Names of ladders; all of them if None.
        steps: Which rungs of each ladder, from 1.

    Returns:
        The control first, then a behaviour for each capability and step.

    Raises:
        InputError: For an unknown capability, or a step that its ladder lacks.

    Example:
        >>> [each.name for each in invariance_tests(["slant"], steps=[1, 2])]
        ['control 1 columns', 'slant 2 degrees', 'slant 8 degrees']
    """
    wished = list(LADDERS if capabilities is None else capabilities)
    unknown = sorted(set(wished) - set(LADDERS))
    if unknown:
        raise InputError(
            f"a capability of an INV test is one of {', '.join(LADDERS)}; received "
            f"{', '.join(unknown)}; choose among these"
        )
    rungs = [_rung(CONTROL, 0)]
    for name in wished:
        ladder = LADDERS[name]
        wrong = [step for step in steps if not 1 <= step <= len(ladder.strengths)]
        if wrong:
            raise InputError(
                f"the ladder of {name} has steps 1 to {len(ladder.strengths)}; received {wrong}; "
                "count from 1"
            )
        rungs += [_rung(ladder, step) for step in steps]
    return rungs


def own_behaviour(
    change: Perturbation,
    *,
    name: str,
    capability: str = "own",
    judge: Judge = unchanged,
    kind: str = "INV",
) -> Behaviour:
    """A behavioural test out of one function from pixels to pixels.

    Args:
        change: A line (H, W) uint8 to a changed copy; it may not write into its argument.
        name: For reports.
        capability: The row of the table.
        judge: What must follow; that the reading stays, unless another rule is given.
        kind: ``"INV"``, or ``"DIR"`` with a rule of your own.

    Returns:
        The behaviour. Running it raises InputError where ``change`` returns no picture, one
        without writing, or never changes anything.

    Example:
        >>> own_behaviour(lambda pixels: pixels[:, ::-1].copy(), name="mirrored").kind
        'INV'
    """

    def make(lines: Sequence[WrittenLine], rng: np.random.Generator) -> list[Case]:
        after = [apply_checked(change, line.image.pixels) for line in lines]
        check_changes([line.image.pixels for line in lines], after, name)
        return [
            Case(id=line.id, writer=line.writer, images=(line.image, LineImage(pixels)))
            for line, pixels in zip(lines, after, strict=True)
        ]

    return Behaviour(name=name, capability=capability, kind=kind, make=make, judge=judge)


def _rung(ladder: Ladder, step: int) -> Behaviour:
    """One strength of a ladder; step 0 is the only one of the control."""
    strength = ladder.strengths[max(0, step - 1)]
    base = own_behaviour(
        lambda pixels: ladder.apply(pixels, strength),
        name=f"{ladder.capability} {strength:g} {ladder.unit}",
        capability=ladder.capability,
    )
    return Behaviour(**{**vars(base), "strength": float(strength), "step": step})
