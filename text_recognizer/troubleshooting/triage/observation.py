"""What one sees of a run: the numbers alone, no word on the cause."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from text_recognizer.core.errors import InputError

__all__ = ["HUGE_GRADIENT", "PARTS", "Observation"]

HUGE_GRADIENT = 1_000.0
"""A gradient norm above this, early, has exploded: a healthy run stays below 10."""
EARLY = 5
"""Steps that count as early; later, a run of the wrong sign has large gradients, too."""
PARTS = ("loading", "forward", "backward", "recording")
"""Where the seconds of a step go; ``backward`` includes the optimizer's step."""


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What a run showed.

    Args:
        error: Class of the exception that ended the run, empty where none did.
        message: First line of that exception.
        losses: Training loss of each finished step, nats per character.
        norms: Norm of the whole gradient at each step, before clipping.
        gradients: Largest norm of a layer's gradient at any step, by the layer's name; 0 where no
            gradient ever came.
        moved: Whether a layer's parameters differ from those it began with, by name.
        kept: Bytes that graphs still hold after each step.
        peak: Most bytes that one step's graph held.
        seconds: Seconds of the run by part, see ``PARTS``: the median step times the steps. These
            differ from run to run.
        before: Loss on the lines to learn, before training, nats per character.
        after: The same after training, NaN where the run did not end.
        target: What ``after`` should reach, nats per character.
        terms: Shape of the loss before it is averaged, ``()`` where it did not come to that.
        labels: Shape of the labels.
        noted: First number of each note that the trainer kept: its loss, where all is well.
        data: Hash of the texts of all batches, in their order.
        architecture: Name and shape of each parameter.

    Raises:
        InputError: If the seconds have other parts, or layers differ.

    Example:
        >>> Observation(losses=(4.6, 1.2), before=4.6, after=1.1).reached
        True
    """

    error: str = ""
    message: str = ""
    losses: tuple[float, ...] = ()
    norms: tuple[float, ...] = ()
    gradients: Mapping[str, float] = field(default_factory=dict)
    moved: Mapping[str, bool] = field(default_factory=dict)
    kept: tuple[int, ...] = ()
    peak: int = 0
    seconds: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    before: float = math.nan
    after: float = math.nan
    target: float = 2.2
    terms: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    noted: tuple[float, ...] = ()
    data: str = ""
    architecture: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def __post_init__(self) -> None:
        """Check the fields."""
        if set(self.seconds) != set(PARTS):
            raise InputError(
                f"seconds are split into {', '.join(PARTS)}; received {sorted(self.seconds)}; "
                "give 0 for a part that took none"
            )
        if set(self.gradients) != set(self.moved):
            raise InputError(
                "gradients and moved speak of the same layers; received "
                f"{sorted(self.gradients)} and {sorted(self.moved)}; measure both"
            )

    @property
    def steps(self) -> int:
        """Steps that were finished."""
        return len(self.losses)

    @property
    def raised(self) -> bool:
        """Whether an exception ended the run."""
        return bool(self.error)

    @property
    def finite(self) -> bool:
        """Whether every loss is a finite number."""
        return all(math.isfinite(loss) for loss in self.losses)

    @property
    def early_norm(self) -> float:
        """The largest finite gradient norm of the first ``EARLY`` steps, 0 where there is none."""
        return max((norm for norm in self.norms[:EARLY] if math.isfinite(norm)), default=0.0)

    @property
    def exploded(self) -> bool:
        """Whether a gradient norm passed ``HUGE_GRADIENT`` early."""
        return self.early_norm > HUGE_GRADIENT

    @property
    def growth(self) -> int:
        """Bytes by which the graphs that are still held grow at each step, on average."""
        return (self.kept[-1] - self.kept[0]) // (len(self.kept) - 1) if len(self.kept) > 1 else 0

    @property
    def without_gradient(self) -> tuple[str, ...]:
        """Layers that never got a gradient other than 0."""
        return tuple(name for name, norm in self.gradients.items() if norm == 0)

    @property
    def unmoved(self) -> tuple[str, ...]:
        """Layers that are what they were before training."""
        return tuple(name for name, moved in self.moved.items() if not moved)

    @property
    def reached(self) -> bool:
        """Whether the run ended with the target reached."""
        return not self.raised and self.after <= self.target

    @property
    def worse(self) -> bool:
        """Whether the run ended with a larger loss on its lines than it began with."""
        return not self.raised and self.after > self.before

    @property
    def slow_part(self) -> str:
        """``"loading"`` or ``"recording"`` where most of the time went there, else ``"model"``.

        A run that an exception ended is too short to say: ``"model"``.
        """
        total = math.inf if self.raised else sum(self.seconds.values())
        for part in ("loading", "recording"):
            if self.seconds[part] > total / 2:
                return part
        return "model"
