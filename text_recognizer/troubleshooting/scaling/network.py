"""Several small networks side by side: the seeds of an experiment are trained in one go.

Each replica has its own weights, data and order of data. What one computes never depends on
another, up to the last bits of its sums.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.scaling.letters import FEATURES, LETTERS

__all__ = ["Replicas", "parameters"]


class Replicas(nn.Module):
    """Networks of one hidden layer: linear, layer norm, ReLU, linear.

    Args:
        seeds: One replica each; decides its weights.
        width: Units of the hidden layer, at least 1.
        inputs: Numbers that describe a window.
        normalise: Layer norm on the hidden units.
        gain: Factor on the initial weights; 1 is He et al. (2015).

    Raises:
        ConfigError: If there is no seed, or the width is below 1.

    Example:
        >>> Replicas((0, 1), width=8)(torch.zeros(2, 5, 240)).shape
        torch.Size([2, 5, 26])
    """

    def __init__(
        self,
        seeds: tuple[int, ...],
        *,
        width: int,
        inputs: int = FEATURES,
        normalise: bool = True,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        if not seeds or width < 1:
            raise ConfigError(
                "replicas need a seed or more and a width of at least 1; received "
                f"seeds {seeds!r} and width {width!r}; (0, 1, 2) and 64 are usual"
            )
        first, second = [], []
        for seed in seeds:
            source = torch.Generator().manual_seed(seed)
            shapes = ((inputs, width), (width, len(LETTERS)))
            one, two = (torch.randn(*shape, generator=source) for shape in shapes)
            first.append(one * gain * (2 / inputs) ** 0.5)
            second.append(two * gain * (1 / width) ** 0.5)
        self.first = nn.Parameter(torch.stack(first))
        self.first_bias = nn.Parameter(torch.zeros(len(seeds), 1, width))
        self.second = nn.Parameter(torch.stack(second))
        self.second_bias = nn.Parameter(torch.zeros(len(seeds), 1, len(LETTERS)))
        self.normalise = normalise

    def forward(self, features: Tensor) -> Tensor:
        """(K, B, inputs) features, a batch for each replica, to (K, B, 26) logits."""
        hidden = torch.baddbmm(self.first_bias, features, self.first)
        if self.normalise:
            hidden = torch.nn.functional.layer_norm(hidden, hidden.shape[-1:])
        return torch.baddbmm(self.second_bias, torch.relu(hidden), self.second)


def parameters(width: int) -> int:
    """Number of weights of one network.

    Args:
        width: Units of the hidden layer.

    Example:
        >>> parameters(64)
        17114
    """
    return width * (FEATURES + 1) + (width + 1) * len(LETTERS)
