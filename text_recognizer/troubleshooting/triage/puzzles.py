"""Three trainers to repair blind: each overrides several methods, and one of them is guilty."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from text_recognizer.data.datasets import Batch
from text_recognizer.data.prepared import PreparedSample
from text_recognizer.troubleshooting.triage.trainer import Trainer

__all__ = ["GUILTY", "puzzles"]

GUILTY = {"X": "batches", "Y": "record", "Z": "optimizer"}
"""The answers."""


def puzzles() -> dict[str, type[Trainer]]:
    """The three trainers by letter.

    Example:
        >>> list(puzzles())
        ['X', 'Y', 'Z']
    """
    return {"X": _X, "Y": _Y, "Z": _Z}


class _X(Trainer):
    def batches(self) -> Iterator[Batch]:
        chosen: list[PreparedSample] = []
        for start in self.order():
            chosen += self.samples[: start + self.batch_size]
            yield self.collate(chosen)

    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        frames = centres.clamp(min=0)[..., None].expand(-1, -1, log_probs.shape[-1])
        return -log_probs.gather(1, frames).gather(2, targets[..., None]).squeeze(2)

    def update(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        nn.utils.clip_grad_norm_(model.parameters(), 5.0, error_if_nonfinite=True)
        optimizer.step()

    def record(self, model: nn.Module, loss: Tensor, log_probs: Tensor) -> None:
        self.notes.append([loss.item(), *log_probs.detach().mean(dim=(0, 1)).tolist()])


class _Y(Trainer):
    def batches(self) -> Iterator[Batch]:
        for start in self.order():
            yield self.collate(self.samples[start : start + self.batch_size])

    def prepare(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        images = batch.images.to(torch.float64).contiguous()
        return images, batch.targets.clone(), batch.centres.clone()

    def forward(self, model: nn.Module, images: Tensor) -> Tensor:
        scores: Tensor = model(images)
        frames = scores.squeeze(2).permute(0, 2, 1)
        return frames - frames.logsumexp(dim=-1, keepdim=True)

    def record(self, model: nn.Module, loss: Tensor, log_probs: Tensor) -> None:
        first = log_probs[0].flatten()
        self.notes.append((loss.item(), min(value.item() for value in first)))


class _Z(Trainer):
    def prepare(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        return batch.images.double(), batch.targets, batch.centres

    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        rows = torch.arange(len(targets)).unsqueeze(1)
        return log_probs[rows, centres, targets].neg()

    def optimizer(self, model: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.Adam(model.parameters(), lr=self.rate, maximize=True)

    def update(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.step()
