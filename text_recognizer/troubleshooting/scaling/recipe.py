"""The recipe of the trainings: published habits, one setting each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from text_recognizer.core.errors import ConfigError

__all__ = ["Recipe"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained; the defaults are the published habits.

    Attributes:
        optimizer: ``"adamw"`` (Loshchilov & Hutter, 2019) or ``"sgd"`` without momentum.
        learning_rate: Its peak.
        warmup: Share of the steps with a rising rate, 0 to 1 (Goyal et al., 2017).
        cosine: Let the rate fall to 0 along a cosine.
        clip: Largest norm of the gradients (Pascanu et al., 2013); none where 0.
        weight_decay: Of the weight matrices.
        standardise: Inputs with mean 0 and deviation 1 over the training letters.
        normalise: Layer norm (Ba et al., 2016).
        shuffle: A new order in each epoch; else sorted by letter.
        shifts: Show each window a pixel to the side at random.
        gain: Factor on the initial weights.
        batch: Letters in a step.
        epochs: Times each letter is seen at least.
        least_steps: Steps of a training on little data.

    Raises:
        ConfigError: If a value is out of its range.
    """

    optimizer: str = "adamw"
    learning_rate: float = 1e-2
    warmup: float = 0.1
    cosine: bool = True
    clip: float = 1.0
    weight_decay: float = 0.05
    standardise: bool = True
    normalise: bool = True
    shuffle: bool = True
    shifts: bool = True
    gain: float = 1.0
    batch: int = 64
    epochs: int = 10
    least_steps: int = 240

    def __post_init__(self) -> None:
        """Check the ranges at birth."""
        if self.optimizer not in ("adamw", "sgd"):
            raise ConfigError(f"optimizer is 'adamw' or 'sgd'; received {self.optimizer!r}")
        if not 0 <= self.warmup <= 1 or min(self.clip, self.weight_decay) < 0:
            raise ConfigError(
                "warmup lies in 0 to 1, clip and weight_decay are at least 0; received "
                f"{self.warmup!r}, {self.clip!r} and {self.weight_decay!r}"
            )
        if min(self.learning_rate, self.gain) <= 0:
            raise ConfigError(
                "learning_rate and gain are above 0; received "
                f"{self.learning_rate!r} and {self.gain!r}"
            )
        if min(self.batch, self.epochs, self.least_steps) < 1:
            raise ConfigError(
                "batch, epochs and least_steps are at least 1; received "
                f"{self.batch!r}, {self.epochs!r} and {self.least_steps!r}"
            )

    def rate(self, step: int, steps: int) -> float:
        """The learning rate at a step.

        Args:
            step: From 0.
            steps: Of the training.
        """
        rise = min(1.0, (step + 1) / max(1.0, self.warmup * steps))
        fall = 0.5 * (1 + math.cos(math.pi * step / steps)) if self.cosine else 1.0
        return self.learning_rate * rise * fall
