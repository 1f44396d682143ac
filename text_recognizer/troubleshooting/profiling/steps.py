"""One training step of the reader, its phases named: what the lab profiles."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError
from text_recognizer.core.images import Sample
from text_recognizer.data.datasets import Batch, collate
from text_recognizer.data.prepared import prepare_samples
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_lines
from text_recognizer.models import LineModel, LineModelConfig, build_model
from text_recognizer.troubleshooting.profiling.spans import phase


class ReaderStep:
    """A step of training, to be called again and again.

    Attributes:
        model: What is trained.
        losses: One for each step, still where the model is.
    """

    def __init__(
        self,
        model: LineModel,
        lines: list[Sample],
        *,
        charset: Charset,
        device: str,
        read_loss: bool,
    ) -> None:
        self.model = model.to(device).train()
        self.losses: list[Tensor | float] = []
        self.read_loss = read_loss
        self._lines, self._charset, self._device = lines, charset, device
        self._preprocess = Preprocess(height=model.config.height)
        self._optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3)

    def __call__(self) -> None:
        """Load a batch, and train on it once."""
        with phase("load"):
            batch = self._load()
            images = batch.images.to(self._device, non_blocking=True)
        with phase("forward"):
            scores = self.model(images)
        with phase("loss"):
            loss = self._loss(scores, batch)
        with phase("backward"):
            loss.backward()  # type: ignore[no-untyped-call]
        with phase("optimizer"):
            self._optimizer.step()
            self._optimizer.zero_grad(set_to_none=True)
        with phase("log"):
            # .item() waits until the device has come here.
            self.losses.append(loss.item() if self.read_loss else loss.detach())

    def _load(self) -> Batch:
        prepared = prepare_samples(self._lines, self._charset, self._preprocess)
        return collate(prepared, self._charset)

    def _loss(self, scores: Tensor, batch: Batch) -> Tensor:
        return functional.ctc_loss(
            scores.transpose(0, 1),
            batch.targets.to(self._device),
            LineModel.frames(batch.widths),
            batch.lengths,
            zero_infinity=True,
        )


def reader_step(
    config: LineModelConfig | None = None,
    *,
    batch_size: int = 8,
    device: str = "cpu",
    read_loss: bool = False,
    seed: int = 0,
) -> ReaderStep:
    """A training step of the line reader on lines of the embedded sample.

    Args:
        config: Sizes of the model; the usual ones unless given.
        batch_size: Lines of a step, from 1 to 256.
        device: ``"cpu"`` or ``"cuda"``.
        read_loss: Read the loss as a number after each step, which makes the host wait.
        seed: Decides weights and lines.

    Raises:
        ConfigError: If the batch size is out of its range.

    Example:
        >>> step = reader_step(batch_size=1)
        >>> step()
        >>> len(step.losses)
        1
    """
    if not 1 <= batch_size <= 256:
        raise ConfigError(f"batch_size is from 1 to 256, got {batch_size}; 8 is usual here")
    charset = Charset.english()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config or LineModelConfig(), len(charset))
    return ReaderStep(
        model,
        load_lines("train", limit=batch_size, seed=seed),
        charset=charset,
        device=device,
        read_loss=read_loss,
    )
