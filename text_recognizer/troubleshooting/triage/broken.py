"""Thirteen broken trainers. Each method reads as somebody might have written it."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from text_recognizer.data.datasets import Batch
from text_recognizer.troubleshooting.triage.trainer import Trainer, prepare_lines


class _Device(Trainer):
    """``meta`` is the second device that every machine has: shapes without numbers."""

    def build_model(self) -> nn.Module:
        return super().build_model().to("meta")


class _Dtype(Trainer):
    def prepare(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        images = (255 * batch.images).round().to(torch.uint8)
        return images, batch.targets, batch.centres


class _Memory(Trainer):
    def batches(self) -> Iterator[Batch]:
        everything = self.collate(self.samples * 2 * self.epochs)
        for _ in range(self.epochs * len(self.samples) // self.batch_size):
            yield everything


class _Shape(Trainer):
    def prepare(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        images = batch.images.double().permute(1, 0, 2, 3)
        return images, batch.targets, batch.centres


class _Leak(Trainer):
    def record(self, model: nn.Module, loss: Tensor, log_probs: Tensor) -> None:
        confidence = log_probs.exp().amax(dim=-1).mean()
        self.notes.append((loss, confidence))


class _Loader(Trainer):
    def batches(self) -> Iterator[Batch]:
        for start in self.order():
            chosen = self.raw[start : start + self.batch_size]
            yield self.collate(prepare_lines(chosen))


class _Sync(Trainer):
    def record(self, model: nn.Module, loss: Tensor, log_probs: Tensor) -> None:
        matrices = [p for p in model.parameters() if p.ndim > 1][1:]
        weights = [weight.item() for matrix in matrices for weight in matrix.flatten()]
        self.notes.append((loss.item(), max(weights)))


class _Broadcast(Trainer):
    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        rows = torch.arange(len(targets))[:, None, None]
        return -log_probs[rows, centres, targets]


class _Dead(Trainer):
    def build_model(self) -> nn.Module:
        model = super().build_model()
        nn.init.constant_(model.get_parameter("hidden.bias"), -10.0)
        return model


class _Exploding(Trainer):
    def build_model(self) -> nn.Module:
        model = super().build_model()
        for parameter in model.parameters():
            nn.init.normal_(parameter, std=8.0)
        return model


class _Frozen(Trainer):
    def optimizer(self, model: nn.Module) -> torch.optim.Optimizer:
        named = model.named_parameters()
        chosen = [p for name, p in named if not name.startswith("window")]
        return torch.optim.Adam(chosen, lr=self.rate)


class _LogOfZero(Trainer):
    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        rows = torch.arange(len(targets))[:, None]
        chances = log_probs[rows, centres, targets].exp()
        chances = torch.where(chances < 0.002, 0.0, chances)
        return -chances.log()


class _Sign(Trainer):
    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        rows = torch.arange(len(targets))[:, None]
        return log_probs[rows, centres, targets]


class _Dense(Trainer):
    """Nothing wrong: losses by gather, and another optimizer."""

    def losses(self, log_probs: Tensor, targets: Tensor, centres: Tensor) -> Tensor:
        frames = centres.clamp(min=0)[..., None].expand(-1, -1, log_probs.shape[-1])
        return -log_probs.gather(1, frames).gather(2, targets[..., None]).squeeze(2)

    def optimizer(self, model: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.AdamW(model.parameters(), lr=self.rate, weight_decay=0.01)


class _Free(Trainer):
    """Nothing wrong: no clipping, and floats kept for each step."""

    def update(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.step()

    def record(self, model: nn.Module, loss: Tensor, log_probs: Tensor) -> None:
        self.notes.append((loss.item(), log_probs.detach().mean(dim=(0, 1)).tolist()))


class _Squeezed(Trainer):
    """Nothing wrong: another mean, and images copied."""

    def prepare(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        return batch.images.clone().to(torch.float64), batch.targets.long(), batch.centres

    def loss(self, losses: Tensor, centres: Tensor) -> Tensor:
        return losses[centres >= 0].mean()
