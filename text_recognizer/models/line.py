"""The line model: convolutions read features, CTC (Graves et al., 2006) aligns them with text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from text_recognizer.core.errors import ConfigError
from text_recognizer.models.encoder import Encoder

STRIDE = 4
"""Columns of the image per frame."""


@dataclass(frozen=True, kw_only=True)
class LineModelConfig:
    """Sizes of the line model.

    Attributes:
        height: rows of the image, a multiple of 16.
        channels: widths of the three convolution stages.
        features: width of a frame's features.
        dilations: one context block each; their reach adds up.
        dropout: share of features zeroed in training.

    Raises:
        ConfigError: if a value is out of its range.
    """

    height: int = 48
    channels: tuple[int, int, int] = (32, 64, 128)
    features: int = 256
    dilations: tuple[int, ...] = (1, 1, 2, 2, 4, 8)
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.height < 16 or self.height % 16:
            raise ConfigError(f"height must be a multiple of 16, got {self.height}; 48 is usual")
        if len(self.channels) != 3 or min(self.channels) < 1:
            raise ConfigError(f"channels must be three positive widths, got {self.channels}")
        if self.features < 1:
            raise ConfigError(f"features must be positive, got {self.features}")
        if any(dilation < 1 for dilation in self.dilations):
            raise ConfigError(f"dilations must be at least 1, got {self.dilations}")
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"dropout must be from 0 to below 1, got {self.dropout}")

    def to_dict(self) -> dict[str, Any]:
        """The settings, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> LineModelConfig:
        """The inverse of ``to_dict``.

        Args:
            values: settings by name; those left out keep their defaults.

        Raises:
            ConfigError: if a name is unknown or a value out of range.
        """
        try:
            lists: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in values.items()
            }
            return cls(**lists)
        except (AttributeError, TypeError) as error:
            known = sorted(cls().to_dict())
            raise ConfigError(
                f"model settings {values!r} do not fit; known names: {known}"
            ) from error


class LineModel(nn.Module):
    """Log-probabilities of characters along a line.

    Args:
        config: sizes.
        classes: number of characters, the CTC blank included.
    """

    def __init__(self, config: LineModelConfig, classes: int) -> None:
        super().__init__()
        self.config = config
        self.classes = classes
        self.encoder = Encoder(
            height=config.height,
            channels=config.channels,
            features=config.features,
            dilations=config.dilations,
            dropout=config.dropout,
        )
        self.head = nn.Conv2d(config.features, classes, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Reads a batch.

        Args:
            images: (B, 1, height, W) ink in 0..1.

        Returns:
            (B, T, classes) log-probabilities, T = ceil(W / 4).
        """
        logits: Tensor = self.head(self.encoder(images))
        # As squeeze(2).transpose(1, 2), but with one axis fewer for exporters to guess.
        return torch.log_softmax(logits.float().flatten(2).transpose(1, 2), dim=-1)

    @staticmethod
    def frames(widths: Tensor) -> Tensor:
        """Frames that belong to images, padding aside.

        Args:
            widths: (B,) columns.

        Returns:
            (B,) frames.

        Example:
            >>> LineModel.frames(torch.tensor([1, 4, 5])).tolist()
            [1, 1, 2]
        """
        return torch.div(widths + STRIDE - 1, STRIDE, rounding_mode="floor")
