"""Convolutions from a line image to one feature vector per frame."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    """Two 3x3 convolutions with a skip (He et al., 2016): (B, C, H, W) to the same shape.

    Args:
        channels: C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Returns features of the shape of ``x``."""
        y = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(x + self.second_norm(self.second(y)))


class Context(nn.Module):
    """A convolution along the line with a skip: each frame sees its neighbours, (B, C, 1, T).

    Args:
        channels: C.
        reach: frames seen to either side, divided by ``dilation``.
        dilation: step between the frames seen.
    """

    def __init__(self, channels: int, reach: int, dilation: int) -> None:
        super().__init__()
        self.along = nn.Conv2d(
            channels,
            channels,
            (1, 2 * reach + 1),
            padding=(0, reach * dilation),
            dilation=(1, dilation),
            bias=False,
        )
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Returns features of the shape of ``x``."""
        return torch.relu(x + self.norm(self.along(x)))


def reduction(inputs: int, outputs: int, stride: tuple[int, int]) -> nn.Sequential:
    """A 3x3 convolution that divides (height, width) by ``stride``, with batch norm and ReLU.

    Args:
        inputs: channels of the input.
        outputs: channels of the result.
        stride: (rows, columns) of a step.
    """
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class Encoder(nn.Module):
    """Line image to features: (B, 1, H, W) to (B, features, 1, T) with T = ceil(W / 4).

    Args:
        height: H, a multiple of 16.
        channels: widths of the three stages, at 1/4, 1/8 and 1/16 of the height.
        features: width of the result.
        dilations: one context block each.
        dropout: share of features zeroed in training before the context blocks.
    """

    def __init__(
        self,
        *,
        height: int,
        channels: tuple[int, int, int],
        features: int,
        dilations: tuple[int, ...],
        dropout: float,
    ) -> None:
        super().__init__()
        first, second, third = channels
        self.image = nn.Sequential(
            reduction(1, 16, (2, 2)),
            reduction(16, first, (2, 2)),
            Residual(first),
            reduction(first, second, (2, 1)),
            Residual(second),
            reduction(second, third, (2, 1)),
        )
        self.collapse = nn.Sequential(
            nn.Conv2d(third, features, (height // 16, 1), bias=False),
            nn.BatchNorm2d(features),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.context = nn.Sequential(*[Context(features, 2, dilation) for dilation in dilations])

    def forward(self, images: Tensor) -> Tensor:
        """Features of (B, 1, H, W) images, shape (B, features, 1, ceil(W / 4))."""
        features: Tensor = self.context(self.collapse(self.image(images)))
        return features
