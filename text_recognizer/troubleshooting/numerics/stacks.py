"""A deep stack with and without normalisation: gradient norms by depth, and what is learned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.troubleshooting.numerics.norms import GradientNorms

__all__ = ["CASES", "Stack", "StackConfig", "StackRun", "run_stack", "run_stacks"]

NORMS = ("none", "batch", "layer", "residual")
LEARNED = 0.25
"""Largest last loss, in nats, of a run that has learned; an even guess costs 0.69."""
DEAD = 1e-5
"""Norm of the first block's first gradient below which nothing will move."""


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """A stack of equal blocks, each a linear layer, a normalisation and a ReLU.

    Attributes:
        depth: Blocks, 1 to 200.
        width: Features, 2 to 1,024.
        norm: ``"none"``; ``"batch"`` (Ioffe and Szegedy, 2015) or ``"layer"`` (Ba et al., 2016)
            before the ReLU; ``"residual"`` for x + ReLU(linear(layer norm of x)), as Transformers
            have it (Xiong et al., 2020).
        gain: What the weights that torch draws by default are multiplied with, above 0.
        clip: Largest norm of the gradient; 0 is off.

    Raises:
        ConfigError: If a value is out of its range.
    """

    depth: int = 20
    width: int = 32
    norm: str = "none"
    gain: float = 1.0
    clip: float = 0.0

    def __post_init__(self) -> None:
        if not (1 <= self.depth <= 200 and 2 <= self.width <= 1024):
            raise ConfigError(
                "a stack has 1 to 200 blocks of 2 to 1,024 features; received "
                f"depth={self.depth!r}, width={self.width!r}"
            )
        if self.norm not in NORMS:
            raise ConfigError(f"norm is one of {', '.join(NORMS)}; received {self.norm!r}")
        if not (self.gain > 0 and self.clip >= 0):
            raise ConfigError(
                f"gain is above 0 and clip at least 0; received {self.gain!r} and {self.clip!r}"
            )


#: What the lab compares: "residual" has layer norm, too. Weights four times as large make each
#: block enlarge what it gets; "clipped" has them as well.
CASES = {
    "plain": StackConfig(),
    "batch norm": StackConfig(norm="batch"),
    "layer norm": StackConfig(norm="layer"),
    "residual": StackConfig(norm="residual"),
    "large weights": StackConfig(gain=4.0),
    "clipped": StackConfig(gain=4.0, clip=1.0),
}


@dataclass(frozen=True, kw_only=True)
class StackRun:
    """One training.

    Attributes:
        config: What was trained.
        seed: Of its weights and points.
        losses: Cross entropy at each step, nats; NaN from where it is not finite.
        norms: Norm of the first gradient of each block, from the first block to the last.
    """

    config: StackConfig
    seed: int
    losses: tuple[float, ...]
    norms: tuple[float, ...]

    @property
    def verdict(self) -> str:
        """``"explodes"``, ``"dead"``, ``"learns"``, or ``"alive"`` where nothing else holds."""
        if not math.isfinite(self.losses[-1]):
            return "explodes"
        if self.norms[0] < DEAD:
            return "dead"
        return "learns" if self.losses[-1] < LEARNED else "alive"


class Block(nn.Module):
    """One block: (N, width) to the same shape.

    Args:
        config: Of the stack.
    """

    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.linear = nn.Linear(config.width, config.width)
        kinds = {"none": nn.Identity, "batch": nn.BatchNorm1d}
        self.norm = kinds.get(config.norm, nn.LayerNorm)(config.width)
        self.residual = config.norm == "residual"
        with torch.no_grad():
            for parameter in self.linear.parameters():
                parameter.mul_(config.gain)

    def forward(self, x: Tensor) -> Tensor:
        """Returns features of the shape of ``x``."""
        if self.residual:
            return x + torch.relu(self.linear(self.norm(x)))
        return torch.relu(self.norm(self.linear(x)))


class Stack(nn.Module):
    """Points of the plane to two classes: (N, 2) to (N, 2) logits.

    Args:
        config: Depth, width, normalisation.
    """

    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.first = nn.Linear(2, config.width)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.depth)])
        self.last = nn.Linear(config.width, 2)

    def forward(self, x: Tensor) -> Tensor:
        """Returns the logits."""
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.last(x)
        return logits


def moons(seed: int, points: int = 96) -> tuple[Tensor, Tensor]:
    """Two interleaved half circles, a task that one hidden layer can learn.

    Args:
        seed: Decides where the points are.
        points: N, an even number of them in each class.

    Returns:
        (N, 2) standardised points in float64, and (N,) classes.

    Example:
        >>> moons(0)[0].shape
        torch.Size([96, 2])
    """
    chance = torch.Generator().manual_seed(seed)
    classes = torch.arange(points) % 2
    angle = math.pi * torch.rand(points, generator=chance, dtype=torch.float64)
    side = 1 - 2 * classes
    noise = torch.randn(points, 2, generator=chance, dtype=torch.float64)
    plane = torch.stack([side * angle.cos() + classes, side * angle.sin() + classes / 2], 1)
    plane = plane + 0.05 * noise
    return (plane - plane.mean(0)) / plane.std(0), classes


def run_stack(
    config: StackConfig, seed: int = 0, *, steps: int = 40, rate: float = 0.1
) -> StackRun:
    """Trains a stack by plain gradient descent in float64, all points at each step.

    Args:
        config: What to train.
        seed: Decides weights and points.
        steps: At least 1.
        rate: Learning rate, above 0.

    Raises:
        InputError: If there is no step, or the rate is not above 0.

    Example:
        >>> run_stack(StackConfig(), steps=1).verdict
        'dead'
    """
    if steps < 1 or not rate > 0:
        raise InputError(
            f"a run has at least 1 step and a rate above 0; received {steps!r} and {rate!r}"
        )
    points, classes = moons(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Stack(config).double()
    parameters = list(model.parameters())
    norms = GradientNorms(model, depth=2)
    losses = []
    for step in range(steps):
        loss = functional.cross_entropy(model(points), classes)
        if not torch.isfinite(loss):
            losses += [math.nan] * (steps - step)  # it never comes back
            break
        model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        losses.append(float(loss.detach()))
        if step == 0:
            norms.record()
        if config.clip:
            nn.utils.clip_grad_norm_(parameters, config.clip)
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter.add_(parameter.grad, alpha=-rate)
    first = tuple(norms.history[f"blocks.{block}"][0] for block in range(config.depth))
    return StackRun(config=config, seed=seed, losses=tuple(losses), norms=first)


def run_stacks(seeds: Sequence[int] = (0, 1, 2), *, steps: int = 40) -> dict[str, list[StackRun]]:
    """Trains each of ``CASES`` with each seed.

    Args:
        seeds: At least one.
        steps: Of each training.

    Returns:
        Runs by name of the case, in the order of the seeds.

    Raises:
        InputError: If there is no seed.
    """
    if not seeds:
        raise InputError(f"a comparison needs at least one seed; received {seeds!r}")
    return {
        name: [run_stack(config, seed, steps=steps) for seed in seeds]
        for name, config in CASES.items()
    }
