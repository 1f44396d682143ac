"""The triage game: all trainers run, and some of them shown without their names."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.causes import STAGES, Fault
from text_recognizer.troubleshooting.triage.faults import FAULTS, HARMLESS
from text_recognizer.troubleshooting.triage.observation import Observation

__all__ = ["COUNT", "Case", "cases", "draw", "observe_all"]

COUNT = 8
"""Trainers of a game."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A broken trainer under a letter, and what was seen of it.

    Args:
        letter: A capital.
        seen: The observation.
    """

    letter: str
    seen: Observation

    def row(self) -> dict[str, str]:
        """The symptoms in a few words each, the same on every machine."""
        return symptoms(self.seen)


def observe_all(seed: int = 0) -> dict[str, Observation]:
    """Run every trainer, the healthy ones first.

    Args:
        seed: Which lines, weights and order; 0 or more.

    Returns:
        An observation for each key of ``HARMLESS`` and each id of ``FAULTS``.

    Raises:
        InputError: If the seed is negative.
    """
    trainers = {**HARMLESS, **{fault.id: fault.trainer for fault in FAULTS}}
    return {name: trainer(seed).run() for name, trainer in trainers.items()}


def draw(count: int = COUNT, order: int = 0) -> dict[str, Fault]:
    """The faults of a game by letter: two of each stage at least, in an order that a seed gives.

    Args:
        count: How many, 6 to 13.
        order: The seed of choice and order.

    Raises:
        InputError: If the count is out of range.
    """
    if not 2 * len(STAGES) <= count <= len(FAULTS):
        raise InputError(
            f"a game has {2 * len(STAGES)} to {len(FAULTS)} trainers; received {count}; take 8"
        )
    chance = random.Random(order)
    faults = chance.sample(FAULTS, len(FAULTS))
    first = [one for stage in STAGES for one in [f for f in faults if f.stage == stage][:2]]
    rest = [fault for fault in faults if fault not in first]
    chosen = first + rest[: count - len(first)]
    chance.shuffle(chosen)
    return dict(zip(string.ascii_uppercase, chosen, strict=False))


def cases(
    observations: Mapping[str, Observation], count: int = COUNT, order: int = 0
) -> list[Case]:
    """A game: observations under letters, without a name.

    Args:
        observations: What ``observe_all`` gave.
        count: How many, 6 to 13.
        order: The seed of choice and order; independent of the seed of the runs.

    Raises:
        InputError: If the count is out of range, or an observation is missing.
    """
    chosen = draw(count, order)
    missing = sorted({fault.id for fault in chosen.values()} - set(observations))
    if missing:
        raise InputError(
            f"a game needs an observation of each of its trainers; received none of {missing}; "
            "hand in what observe_all gives"
        )
    return [Case(letter=one, seen=observations[fault.id]) for one, fault in chosen.items()]


def symptoms(seen: Observation) -> dict[str, str]:
    """What an observation shows, in a few words for each column of a table.

    Args:
        seen: The observation.

    Returns:
        Text by column; no seconds, and digits only of what float64 and bytes fix.
    """
    if seen.raised:
        blank = dict.fromkeys(("gradients", "layers", "held bytes", "time"), "")
        ending = f"{seen.error} at step {seen.steps + 1}: {seen.message}"
        return {"ends": ending, "loss": "", "on its lines": "", **blank}
    still = [f"{name}: no gradient" for name in seen.without_gradient]
    still += [
        f"{name}: gradient, no move" for name in seen.unmoved if name not in seen.without_gradient
    ]
    shapes = "" if seen.terms == seen.labels else f" ({seen.terms} terms, {seen.labels} labels)"
    return {
        "ends": "after all steps",
        "loss": f"{_loss(seen.losses[0])} → {_loss(seen.losses[-1])}{shapes}",
        "on its lines": f"{_loss(seen.before)} → {_loss(seen.after)}",
        "gradients": "above 1,000 at once" if seen.exploded else "start small",
        "layers": ", ".join(still) or "all move",
        "held bytes": f"+{seen.growth / 1e3:.0f} kB a step" if seen.growth else "none",
        "time": f"most in {seen.slow_part}",
    }


def _loss(value: float) -> str:
    if abs(value) < 100 or value != value:
        return f"{value:.1f}"
    return "above 100" if value > 0 else "below -100"
