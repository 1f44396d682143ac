"""The line model under Lightning: losses, schedule, validation."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import pytorch_lightning as lightning
import torch
from pytorch_lightning.utilities.types import OptimizerLRScheduler
from torch import Tensor
from torch.nn import functional

from text_recognizer.core.charset import Charset
from text_recognizer.core.scores import ErrorCounts
from text_recognizer.data.datasets import Batch
from text_recognizer.models import build_model
from text_recognizer.reading.decode import greedy
from text_recognizer.training.config import TrainConfig


class LitRecognizer(lightning.LightningModule):
    """Trains a line model with CTC and, at first, with the known places of characters.

    Args:
        config: the settings.
        charset: the characters.

    Attributes:
        last_cer: character error rate of the last validation, NaN before the first.
        validation_lines: lines of that validation.
        validated_step: step of the last validation, -1 before the first.
    """

    def __init__(self, config: TrainConfig, charset: Charset) -> None:
        super().__init__()
        self.config = config
        self.charset = charset
        self.model = build_model(config.model, len(charset))
        self.last_cer = float("nan")
        self.validated_step = -1
        self.validation_lines = 0
        self._counts = ErrorCounts()
        self._lines = 0
        self._seconds_before = 0.0
        self._started = time.monotonic()

    def forward(self, images: Tensor) -> Tensor:
        """(B, 1, H, W) ink to (B, T, C) log-probabilities."""
        log_probs: Tensor = self.model(images)
        return log_probs

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """CTC loss per character, plus the weighted alignment loss."""
        log_probs = self(batch.images).float()
        loss = ctc_loss(log_probs, batch)
        # The mean over all processes: where one has a loss of NaN, all stop.
        self.log("train/ctc", loss, prog_bar=True, batch_size=len(batch.texts), sync_dist=True)
        weight = self._align_weight()
        if weight > 0 and bool((batch.centres >= 0).any()):
            aligned = align_loss(log_probs, batch)
            self.log("train/align", aligned, batch_size=len(batch.texts))
            loss = loss + weight * aligned
        return loss

    def _align_weight(self) -> float:
        total = self.config.align_steps
        return 0.0 if total == 0 else min(1.0, max(0.0, 4 * (1 - self.global_step / total)))

    def validation_step(self, batch: Batch, index: int) -> None:
        """Counts the errors of greedy decoding."""
        log_probs = self(batch.images).float().cpu()
        frames = self.model.frames(batch.widths.cpu())
        self._lines += len(batch.texts)
        for scores, count, text in zip(log_probs, frames, batch.texts, strict=True):
            read = greedy(scores[: int(count)].numpy(), self.charset)
            self._counts = self._counts + ErrorCounts.compare(
                text, "".join(s.character for s in read)
            )

    def on_validation_epoch_end(self) -> None:
        """Logs the character error rate."""
        if self._counts.characters:
            self.last_cer = self._counts.cer
            self.log("val/cer", self.last_cer, prog_bar=True)
            self.validated_step, self.validation_lines = self.global_step, self._lines
        self._counts, self._lines = ErrorCounts(), 0

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """AdamW without decay on biases and norms; linear rise, then a cosine to zero."""
        weights = [p for p in self.model.parameters() if p.ndim > 1]
        others = [p for p in self.model.parameters() if p.ndim <= 1]
        optimizer = torch.optim.AdamW(
            [
                {"params": weights, "weight_decay": self.config.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=self.config.learning_rate,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self.rate)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def rate(self, step: int) -> float:
        """Learning rate at a step, as a share of the peak.

        Args:
            step: from 0.
        """
        rise = min(1.0, (step + 1) / max(1, self.config.warmup))
        return rise * 0.5 * (1 + math.cos(math.pi * self.progress(step)))

    def progress(self, step: int) -> float:
        """How much of the training is done, 0 to 1, by steps or by the clock.

        Args:
            step: from 0.
        """
        done = step / self.config.steps
        if self.config.minutes:
            done = max(done, self.seconds() / (60 * self.config.minutes))
        return min(1.0, done)

    def seconds(self) -> float:
        """Seconds of training, those before a resume included."""
        return self._seconds_before + time.monotonic() - self._started

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keeps the clock."""
        checkpoint["seconds"] = self.seconds()
        checkpoint["last_cer"] = self.last_cer

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Takes up the clock."""
        self._seconds_before = float(checkpoint.get("seconds", 0.0))
        self._started = time.monotonic()
        self.last_cer = float(checkpoint.get("last_cer", float("nan")))

    def transfer_batch_to_device(
        self, batch: Batch, device: torch.device, dataloader_idx: int
    ) -> Batch:
        """Moves the tensors of a batch."""
        fields = dict(_tensors(batch, device))
        return Batch(texts=batch.texts, **fields)


def _tensors(batch: Batch, device: torch.device) -> Iterator[tuple[str, Tensor]]:
    for name in ("images", "widths", "targets", "lengths", "centres"):
        yield name, getattr(batch, name).to(device, non_blocking=True)


def ctc_loss(log_probs: Tensor, batch: Batch) -> Tensor:
    """CTC loss (Graves et al., 2006), mean over lines of the loss per character.

    Args:
        log_probs: (B, T, C).
        batch: targets and widths.
    """
    frames = torch.div(batch.widths + 3, 4, rounding_mode="floor").clamp(max=log_probs.shape[1])
    return functional.ctc_loss(
        log_probs.transpose(0, 1), batch.targets, frames, batch.lengths, zero_infinity=True
    )


def align_loss(log_probs: Tensor, batch: Batch) -> Tensor:
    """Cross entropy at the frames where a character's middle is known.

    Args:
        log_probs: (B, T, C).
        batch: targets and centres; a centre of -1 is passed over.
    """
    known = batch.centres >= 0
    frames = batch.centres.clamp(0, log_probs.shape[1] - 1)
    rows = torch.arange(len(frames), device=frames.device)[:, None]
    picked = log_probs[rows, frames, batch.targets]
    return -(picked * known).sum() / known.sum().clamp(min=1)
