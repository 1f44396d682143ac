"""What a diagnosis may say: three stages, and a closed list of causes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.observation import Observation
from text_recognizer.troubleshooting.triage.trainer import METHODS, Trainer

__all__ = ["CAUSES", "HEALTHY", "STAGES", "Fault"]

STAGES = ("run", "fast", "right")
"""Make it run: it does not end, or would not with more steps. Make it fast: it ends, and most of
the time is not spent on learning. Make it right: it learns the wrong thing, or too little."""

HEALTHY = "healthy"

CAUSES = {
    "device": "run",
    "dtype": "run",
    "memory": "run",
    "shape": "run",
    "leak": "run",
    "loader": "fast",
    "sync": "fast",
    "broadcast": "right",
    "dead": "right",
    "exploding": "right",
    "frozen": "right",
    "log of zero": "right",
    "sign": "right",
}
"""Stage of each cause."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A broken trainer, and what is known about it.

    Args:
        id: Lower-case words joined by hyphens.
        cause: A key of ``CAUSES``.
        trainer: The class that has the fault.
        guilty: The overridden method that carries it.
        cure: What to put there instead.
        symptom: Whether an observation shows what the fault is known by; measured, not stored.
        sign: The symptom in words.

    Raises:
        InputError: If the cause is unknown, or the guilty method is not one that ``trainer``
            overrides.

    Example:
        >>> from text_recognizer.troubleshooting.triage import FAULTS
        >>> FAULTS[0].stage, FAULTS[0].symptom(FAULTS[0].trainer(0).run())
        ('run', True)
    """

    id: str
    cause: str
    trainer: type[Trainer]
    guilty: str
    cure: Callable[..., object]
    symptom: Callable[[Observation], bool]
    sign: str

    def __post_init__(self) -> None:
        """Check the fields."""
        if self.cause not in CAUSES:
            raise InputError(
                f"a cause is one of {', '.join(CAUSES)}; received {self.cause!r}; take one"
            )
        if self.guilty not in METHODS or self.guilty not in vars(self.trainer):
            raise InputError(
                f"the guilty method is one that the trainer overrides; received {self.guilty!r} "
                f"for {sorted(set(METHODS) & set(vars(self.trainer)))}; name one of these"
            )

    @property
    def stage(self) -> str:
        """``"run"``, ``"fast"`` or ``"right"``."""
        return CAUSES[self.cause]
