"""Training and validation data for Lightning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytorch_lightning as lightning
from torch.utils.data import DataLoader

from text_recognizer.core.charset import Charset
from text_recognizer.data.datasets import Batch, LineStream, PreparedSample, collate


class LineDataModule(lightning.LightningDataModule):
    """An endless stream for training and fixed lists for validation.

    Args:
        stream: training batches.
        validation: lines to validate on.
        charset: the characters.
        workers: processes that make training batches.
    """

    def __init__(
        self,
        stream: LineStream,
        validation: Sequence[PreparedSample],
        charset: Charset,
        *,
        workers: int,
    ) -> None:
        super().__init__()
        self.stream, self.charset, self.workers = stream, charset, workers
        self.validation = sorted(validation, key=lambda sample: sample.pixels.shape[1])

    def train_dataloader(self) -> DataLoader[Batch]:
        """The stream, whose items are whole batches."""
        return DataLoader(
            self.stream,
            batch_size=None,
            num_workers=self.workers,
            persistent_workers=self.workers > 0,
            prefetch_factor=8 if self.workers else None,
        )

    def val_dataloader(self) -> DataLoader[Any]:
        """The validation lines in batches of 32, in order of width."""
        size = 32
        batches = [
            collate(self.validation[start : start + size], self.charset)
            for start in range(0, len(self.validation), size)
        ]
        return DataLoader(batches, batch_size=None)  # type: ignore[arg-type]
