"""What a training step costs: by batch size, and forward against backward.

A step has a part that does not grow with the batch (the optimiser, the overhead of each call), so
larger batches train more lines a second, until the arithmetic is all there is. A backward pass
computes two products for each one of the forward pass: the gradient of the weights, and that of
the inputs.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from text_recognizer.core.errors import InputError
from text_recognizer.models import LineModelConfig, build_model
from text_recognizer.troubleshooting.speed.blocks import Block

CLASSES = 96


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Training speed at one batch size.

    Args:
        batch_size: lines of a step.
        forward_seconds: fastest forward pass, s.
        backward_seconds: fastest backward pass, s.
        optimizer_seconds: fastest step of AdamW, s; it does not grow with the batch.
    """

    batch_size: int
    forward_seconds: float
    backward_seconds: float
    optimizer_seconds: float

    @property
    def step_seconds(self) -> float:
        """All three together, s."""
        return self.forward_seconds + self.backward_seconds + self.optimizer_seconds

    @property
    def lines_per_second(self) -> float:
        """Lines trained on per second."""
        return self.batch_size / self.step_seconds

    @property
    def backward_over_forward(self) -> float:
        """Seconds of the backward pass over those of the forward pass."""
        return self.backward_seconds / self.forward_seconds


def race_batches(
    batch_sizes: Sequence[int], *, width: int = 64, repeats: int = 5
) -> tuple[Throughput, ...]:
    """Time training steps of the line model at several batch sizes, in alternation.

    Args:
        batch_sizes: lines of a step, at least 1 each.
        width: columns of a line, px, at least 8.
        repeats: steps at each size, at least 1; the fastest counts.

    Raises:
        InputError: if a value is out of its range.

    Example:
        >>> race_batches([1], repeats=1)[0].lines_per_second > 0
        True
    """
    if not batch_sizes or min(*batch_sizes, repeats, width // 8) < 1:
        raise InputError(
            "batch_sizes and repeats are at least 1, width at least 8; received "
            f"{tuple(batch_sizes)!r}, {repeats!r} and {width!r}"
        )
    model = build_model(LineModelConfig(), CLASSES)
    optimizer = torch.optim.AdamW(model.parameters())
    parts: dict[int, list[tuple[float, float, float]]] = {}
    for repeat in range(repeats + 1):
        for size in batch_sizes:
            taken = _step(model, optimizer, torch.rand(size, 1, model.config.height, width))
            if repeat:  # the first step warms up
                parts.setdefault(size, []).append(taken)
    return tuple(
        Throughput(
            batch_size=size,
            forward_seconds=min(row[0] for row in parts[size]),
            backward_seconds=min(row[1] for row in parts[size]),
            optimizer_seconds=min(row[2] for row in parts[size]),
        )
        for size in batch_sizes
    )


def backward_flops_ratio(width: int = 64, length: int = 32) -> float:
    """Operations of a block's backward pass over those of its forward pass, counted.

    Args:
        width: of the block, a multiple of 4.
        length: tokens.

    Returns:
        2.0 for a block within a network; a network's first layer needs no gradient of its input.

    Example:
        >>> backward_flops_ratio()
        2.0
    """
    block = Block(width, fused=False)
    x = torch.zeros(1, length, width, requires_grad=True)
    with FlopCounterMode(display=False) as forward:
        loss = block(x).sum()
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    return float(backward.get_total_flops() / forward.get_total_flops())


def _step(
    model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor
) -> tuple[float, float, float]:
    optimizer.zero_grad()
    start = time.perf_counter()
    loss = -model(images).mean()
    forward = time.perf_counter()
    loss.backward()
    backward = time.perf_counter()
    optimizer.step()
    return forward - start, backward - forward, time.perf_counter() - backward
