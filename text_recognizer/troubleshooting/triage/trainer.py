"""A healthy trainer of a small line reader, in methods short enough to be broken one by one.

The reader slides one window along a line and names the character in its middle. It learns from the
places where the renderer put the characters (frame-wise cross-entropy, no alignment needed), so
that 40 steps suffice to learn 16 lines by heart. A trainer that fails at that has a fault.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Sample
from text_recognizer.data.datasets import Batch, collate
from text_recognizer.data.prepared import PreparedSample, prepare_samples
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_centres, load_lines
from text_recognizer.troubleshooting.triage.observation import Observation
from text_recognizer.troubleshooting.triage.watch import observe

__all__ = ["METHODS", "RawLine", "Trainer", "prepare_lines", "prepared_lines", "raw_lines"]

METHODS = (
    *("batches", "prepare", "build_model", "forward", "losses", "loss"),
    *("optimizer", "backward", "update", "record"),
)
"""What a subclass may override; the rest belongs to whoever examines the run."""

CHARSET = Charset.english()
PREPROCESS = Preprocess(height=16)


class Trainer:
    """Trains a small reader until it knows its lines by heart.

    Args:
        seed: Which lines, which weights, which order; 0 or more.

    Attributes:
        lines: Lines to learn.
        batch_size: Lines of a batch.
        epochs: How often each line is seen.
        rate: Learning rate.
        target: Loss on its lines that a healthy run reaches, nats per character; naming the
            commonest character everywhere costs about 3.
        budget: Bytes that the graph of one step may hold. More raises ``torch.OutOfMemoryError``,
            as a GPU does; so nothing here endangers the process.
        notes: What ``record`` keeps.

    Raises:
        InputError: If the seed is negative.

    Example:
        >>> Trainer(seed=0).run().reached
        True
    """

    lines = 16
    batch_size = 4
    epochs = 10
    rate = 0.02
    target = 2.2
    budget = 20 * 2**20

    def __init__(self, seed: int = 0) -> None:
        if seed < 0:
            raise InputError(f"a seed is 0 or more; received {seed}; take 0")
        self.seed = seed
        self.raw = raw_lines(self.lines, seed)
        self.samples = prepared_lines(self.lines, seed)
        self.notes: list[Any] = []

    def run(self) -> Observation:
        """Train, and say what was seen; an exception of the trainer is part of that."""
        return observe(self, Trainer(self.seed))

    def collate(self, samples: Sequence[PreparedSample]) -> Batch:
        """Lines padded into one batch."""
        return collate(samples, CHARSET)

    def order(self) -> list[int]:
        """At which line each batch starts, for all epochs; each line once an epoch."""
        chance = torch.Generator().manual_seed(self.seed)
        starts = torch.arange(0, self.lines, self.batch_size)
        epochs = [torch.randperm(len(starts), generator=chance) for _ in range(self.epochs)]
        return [int(starts[index]) for epoch in epochs for index in epoch]

    def batches(self) -> Iterator[Batch]:
        """The batches of all epochs."""
        ready: dict[int, Batch] = {}
        for start in self.order():
            if start not in ready:
                chosen = self.samples[start : start + self.batch_size]
                ready[start] = self.collate(chosen)
            yield ready[start]

    def prepare(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Images (B, 1, 16, W), labels (B, L), and the frame of each label (B, L)."""
        return batch.images.double(), batch.targets, batch.centres

    def build_model(self) -> nn.Module:
        """(B, 1, 16, W) ink to (B, classes, 1, W / 4) scores."""
        torch.manual_seed(self.seed)
        window = nn.Conv2d(1, 64, (16, 15), stride=(1, 4), padding=(0, 6))
        hidden = nn.Conv2d(64, 64, 1)
        head = nn.Conv2d(64, len(CHARSET), 1)
        layers = dict(window=window, relu=nn.ReLU(), hidden=hidden, relu2=nn.ReLU(), head=head)
        return nn.Sequential(OrderedDict(layers)).double()

    def forward(self, model: nn.Module, images: Tensor) -> Tensor:
        """(B, T, classes) log-probabilities."""
        scores: Tensor = model(images)
        return scores.flatten(2).transpose(1, 2).log_softmax(dim=-1)

    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        """(B, L) loss of each label, nats."""
        rows = torch.arange(len(targets))[:, None]
        return -log_probs[rows, centres, targets]

    def loss(self, losses: Tensor, centres: Tensor) -> Tensor:
        """Mean over the labels; padding has centre -1."""
        known = centres >= 0
        return (losses * known).sum() / known.sum()

    def optimizer(self, model: nn.Module) -> torch.optim.Optimizer:
        """What moves the parameters."""
        return torch.optim.Adam(model.parameters(), lr=self.rate)

    def backward(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        """Fill the gradients."""
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]

    def update(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Clip the gradient and take the step."""
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()

    def record(self, model: nn.Module, loss: Tensor, log_probs: Tensor) -> None:
        """Keep what one wants to plot later."""
        confidence = log_probs.exp().amax(dim=-1).mean()
        self.notes.append((loss.item(), confidence.item()))


RawLine = tuple[Sample, tuple[float, ...]]
"""A line, and the column of the middle of each of its characters."""


@lru_cache(maxsize=4)
def raw_lines(limit: int, seed: int = 0) -> tuple[RawLine, ...]:
    """Training lines of the embedded sample, sorted by width.

    Args:
        limit: How many.
        seed: Which.

    Example:
        >>> len(raw_lines(6))
        6
    """
    samples, centres = load_lines("train", limit, seed), load_centres("train", limit, seed)
    pairs = zip(samples, centres, strict=True)
    return tuple(sorted(pairs, key=lambda pair: pair[0].image.pixels.shape[1]))


def prepare_lines(raw: Sequence[RawLine]) -> list[PreparedSample]:
    """Lines made 16 rows high; the costly part of loading.

    Args:
        raw: What ``raw_lines`` gives, or some of it.

    Example:
        >>> prepare_lines(raw_lines(6)[:1])[0].pixels.shape[0]
        16
    """
    samples, centres = [pair[0] for pair in raw], [pair[1] for pair in raw]
    return prepare_samples(samples, CHARSET, PREPROCESS, centres=centres)


@lru_cache(maxsize=4)
def prepared_lines(limit: int, seed: int = 0) -> tuple[PreparedSample, ...]:
    """The same lines, prepared once.

    Args:
        limit: How many.
        seed: Which.
    """
    return tuple(prepare_lines(raw_lines(limit, seed)))
