"""From settings to a model."""

from __future__ import annotations

from text_recognizer.core.errors import ConfigError
from text_recognizer.models.line import LineModel, LineModelConfig


def build_model(config: LineModelConfig, classes: int) -> LineModel:
    """A line model with random weights.

    Args:
        config: its sizes.
        classes: number of characters, the CTC blank included; ``len(charset)``.

    Raises:
        ConfigError: if there are fewer than two classes.

    Example:
        >>> build_model(LineModelConfig(), 96).classes
        96
    """
    if classes < 2:
        raise ConfigError(f"classes must be at least 2 (blank and one character), got {classes}")
    return LineModel(config, classes)
