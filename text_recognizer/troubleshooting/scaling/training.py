"""One training by the recipe: held-out loss and error for each seed."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.scaling.letters import SHIFTS, Letters, load_letters
from text_recognizer.troubleshooting.scaling.network import Replicas
from text_recognizer.troubleshooting.scaling.noise import Mislabel
from text_recognizer.troubleshooting.scaling.recipe import Recipe

__all__ = ["HELD_OUT_LINES", "Outcome", "fit", "train"]

HELD_OUT_LINES = 200
"""Lines of the split ``test`` that loss and error are measured on; ``val`` stops the training."""

_STOP_LINES = 100
_LOOKS = 12
Labels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What trainings with several seeds reached, in the order of the seeds.

    Attributes:
        lines: Training lines.
        width: Hidden units.
        steps: Steps of each training.
        loss: Held-out cross entropy per letter, nats.
        error: Held-out share of letters misread, 0 to 1.
        train_loss: The same on letters of the training.
        train_error: The same on letters of the training, against the labels trained on.
    """

    lines: int
    width: int
    steps: int
    loss: tuple[float, ...]
    error: tuple[float, ...]
    train_loss: tuple[float, ...]
    train_error: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON types."""
        return asdict(self)


def train(
    lines: int,
    width: int = 64,
    *,
    seeds: tuple[int, ...] = (0, 1, 2),
    recipe: Recipe | None = None,
    noise: Mislabel | None = None,
    checked_by: Mislabel | None = None,
) -> Outcome:
    """Train one network per seed in 64 bits, each on its own draw of lines; keep the best on val.

    Args:
        lines: Lines to learn from, drawn from ``train`` by the seed; the first lines of a larger
            draw with the same seed are the same.
        width: Hidden units.
        seeds: Each decides the weights, the lines and their order.
        recipe: How to train.
        noise: Annotators who spoil the training labels; ``val`` stays true.
        checked_by: Annotators who label ``test``, if it is not to be the truth.

    Returns:
        What the weights with the lowest loss on ``val``, of 12 looks, do on ``test``. Equal
        arguments give equal numbers on one machine, to six digits and more; on another, a pixel
        that is rounded the other way may show in the third.

    Raises:
        InputError: If there are fewer lines than 1 or more than the sample has.
        ConfigError: If seeds or width break their rule.

    Example:
        >>> train(25, width=16, seeds=(0,)).lines  # doctest: +SKIP
        25
    """
    test = load_letters("test", HELD_OUT_LINES)
    if checked_by:
        test = replace(test, labels=checked_by.apply(test.labels, test.ids[test.places]))
    draws = [load_letters("train", lines, seed) for seed in seeds]
    return fit(
        draws, stop=load_letters("val", _STOP_LINES), test=test,
        width=width, seeds=seeds, recipe=recipe, noise=noise,
    )  # fmt: skip


def fit(
    draws: list[Letters],
    *,
    stop: Letters,
    test: Letters,
    width: int,
    seeds: tuple[int, ...],
    recipe: Recipe | None = None,
    noise: Mislabel | None = None,
) -> Outcome:
    """Train on given letters, whatever describes their windows.

    Args:
        draws: Training letters of each seed.
        stop: Letters that choose the weights.
        test: Letters that are held out.
        width: Hidden units.
        seeds: One for each draw.
        recipe: How to train.
        noise: Annotators who spoil the labels of ``draws``.

    Raises:
        ConfigError: If there is not one draw for each seed, or the width is below 1.
    """
    if len(draws) != len(seeds) or not seeds:
        raise ConfigError(
            "training needs a seed or more, and each has a draw of its own; received "
            f"{len(draws)} draws and {len(seeds)} seeds"
        )
    return _Run(draws, noise, recipe or Recipe()).fit(stop, test, seeds, width)


class _Run:
    """The data of a training, and the loop."""

    def __init__(self, draws: list[Letters], noise: Mislabel | None, recipe: Recipe) -> None:
        self.recipe, self.lines = recipe, len(draws[0].hands)
        sizes = [len(letters) for letters in draws]
        starts = np.cumsum([0, *sizes[:-1]])
        self.places = [np.arange(n) + start for n, start in zip(sizes, starts, strict=True)]
        self.features = torch.from_numpy(np.concatenate([each.features for each in draws]))
        given = [noise.apply(e.labels, e.ids[e.places]) if noise else e.labels for e in draws]
        self.labels = torch.from_numpy(np.concatenate(given))
        self.mean, self.scale = torch.zeros(()), torch.ones(())
        if recipe.standardise:
            seen = [each.features[:, 0].astype(np.float64) for each in draws]
            self.mean = torch.from_numpy(np.stack([each.mean(0) for each in seen]))[:, None]
            self.scale = torch.from_numpy(np.stack([each.std(0) + 0.01 for each in seen]))[:, None]

    def batch(self, index: Tensor, shift: Tensor) -> Tensor:
        """(K, B) places and shifts to (K, B, 240) inputs."""
        return (self.features[index, shift].double() - self.mean) / self.scale

    def fit(self, stop: Letters, test: Letters, seeds: tuple[int, ...], width: int) -> Outcome:
        """The loop: the weights with the lowest loss on ``stop`` are measured on ``test``."""
        recipe = self.recipe
        net = Replicas(
            seeds, width=width, inputs=self.features.shape[-1],
            normalise=recipe.normalise, gain=recipe.gain,
        ).double()  # fmt: skip
        smallest = min(len(index) for index in self.places)
        steps = max(recipe.least_steps, recipe.epochs * smallest // recipe.batch)
        optimizer = _optimizer(net, recipe)
        least = torch.full((len(seeds),), math.inf, dtype=torch.float64)
        best = [value.detach().clone() for value in net.parameters()]
        batches = _Batches(self.places, labels=self.labels, recipe=recipe, seeds=seeds)
        looks = {round(steps * (look + 1) / _LOOKS) - 1 for look in range(_LOOKS)}
        for step in range(steps):
            index, shift = batches.draw()
            loss = _cross_entropy(net(self.batch(index, shift)), self.labels[index])
            optimizer.zero_grad()
            torch.autograd.backward(loss.sum())
            _clip(list(net.parameters()), recipe.clip)
            for group in optimizer.param_groups:
                group["lr"] = recipe.rate(step, steps)
            optimizer.step()
            if step in looks:
                now = self.measure(net, stop)[0]
                for replica in torch.nonzero(now < least).flatten().tolist():
                    least[replica] = now[replica]
                    for kept, value in zip(best, net.parameters(), strict=True):
                        kept[replica] = value.detach()[replica]
        with torch.no_grad():
            for kept, value in zip(best, net.parameters(), strict=True):
                value.copy_(kept)
        loss, error = self.measure(net, test)
        own_loss, own_error = self.measure_own(net)
        return Outcome(
            lines=self.lines, width=width, steps=steps,
            loss=tuple(loss.tolist()), error=tuple(error.tolist()),
            train_loss=tuple(own_loss.tolist()), train_error=tuple(own_error.tolist()),
        )  # fmt: skip

    @torch.no_grad()
    def measure(self, net: Replicas, letters: Letters) -> tuple[Tensor, Tensor]:
        """Loss and error of each replica on the same letters."""
        inputs = torch.from_numpy(letters.features[:, 0]).double()
        inputs = (inputs - self.mean) / self.scale
        logits = net(inputs.expand(len(self.places), -1, -1))
        labels = torch.from_numpy(letters.labels).expand(len(self.places), -1)
        wrong = (logits.argmax(-1) != labels).double().mean(1)
        return _cross_entropy(logits, labels), wrong

    @torch.no_grad()
    def measure_own(self, net: Replicas) -> tuple[Tensor, Tensor]:
        """Loss and error of each replica on up to 2,000 letters it was trained on."""
        least = min(2_000, *(len(index) for index in self.places))
        index = torch.from_numpy(np.stack([each[:least] for each in self.places]))
        logits = net(self.batch(index, torch.zeros_like(index)))
        labels = self.labels[index]
        return _cross_entropy(logits, labels), (logits.argmax(-1) != labels).double().mean(1)


class _Batches:
    """Places of letters, step by step: each replica walks through its own order."""

    def __init__(
        self, places: list[Labels], *, labels: Tensor, recipe: Recipe, seeds: tuple[int, ...]
    ) -> None:
        self.places, self.recipe = places, recipe
        self.sources = [np.random.default_rng((seed, 2)) for seed in seeds]
        self.sorted = [p[np.argsort(labels.numpy()[p], kind="stable")] for p in places]
        self.waiting = [np.zeros(0, np.int64) for _ in places]

    def draw(self) -> tuple[Tensor, Tensor]:
        batch, rows, shifts = self.recipe.batch, [], []
        for replica, source in enumerate(self.sources):
            while len(self.waiting[replica]) < batch:
                more = self.sorted[replica]
                more = source.permutation(more) if self.recipe.shuffle else more
                self.waiting[replica] = np.concatenate([self.waiting[replica], more])
            rows.append(self.waiting[replica][:batch])
            self.waiting[replica] = self.waiting[replica][batch:]
            drawn = source.integers(SHIFTS, size=batch)
            shifts.append(drawn if self.recipe.shifts else np.zeros_like(drawn))
        return torch.from_numpy(np.stack(rows)), torch.from_numpy(np.stack(shifts))


def _optimizer(net: Replicas, recipe: Recipe) -> torch.optim.Optimizer:
    groups = [
        {"params": [net.first, net.second], "weight_decay": recipe.weight_decay},
        {"params": [net.first_bias, net.second_bias], "weight_decay": 0.0},
    ]
    kind = torch.optim.AdamW if recipe.optimizer == "adamw" else torch.optim.SGD
    return kind(groups, lr=recipe.learning_rate)


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """(K, B, C) logits and (K, B) labels to the mean of each replica, (K,)."""
    picked = torch.log_softmax(logits, -1).gather(-1, labels[..., None])
    return -picked[..., 0].mean(1)


def _clip(values: list[torch.nn.Parameter], largest: float) -> None:
    """Shorten the gradients of each replica on its own."""
    if largest == 0:
        return
    grads = [value.grad for value in values if value.grad is not None]
    norm = torch.sqrt(torch.stack([(g * g).flatten(1).sum(1) for g in grads]).sum(0))
    factor = (largest / (norm + 1e-6)).clamp(max=1.0)[:, None, None]
    for grad in grads:
        grad.mul_(factor)
