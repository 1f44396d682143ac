"""The largest batch that fits, found by trying: Lightning's ``BatchSizeFinder``.

The finder doubles the batch until memory runs out. On a processor that happens to nobody, since
the system pages and then kills: run :func:`find_batch_size` in a child process under a limit, as
:mod:`text_recognizer.troubleshooting.memory` does. The flag ``Trainer(auto_scale_batch_size=...)``
of older courses is gone since Lightning 2.0.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import BatchSizeFinder
from pytorch_lightning.utilities.memory import is_oom_error
from torch import Tensor
from torch.utils.data import DataLoader

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError
from text_recognizer.data.datasets import Batch
from text_recognizer.training.config import preset
from text_recognizer.training.lit_recognizer import LitRecognizer

LINES = 4096
"""Lines that the finder's data pretends to have: it stops where the batch has them all."""


@dataclass(frozen=True, kw_only=True)
class BatchSizeFound:
    """What the finder found.

    Attributes:
        batch_size: the largest power of two, times the first size, that was trained.
        tried: batch sizes of which at least one step was begun, in order.
        refusal: what Trainer says to ``auto_scale_batch_size``.
        translated: whether an error of memory had words that Lightning does not know.
    """

    batch_size: int
    tried: tuple[int, ...]
    refusal: str
    translated: bool


def find_batch_size(
    name: str,
    *,
    width: int = 640,
    init_val: int = 2,
    max_val: int = LINES,
    is_out_of_memory: Callable[[BaseException], bool] = is_oom_error,
) -> BatchSizeFound:
    """Double the batch of a preset's training until memory runs out, in this process.

    Args:
        name: tiny, laptop, refine or gpu.
        width: columns of a line.
        init_val: where the search starts. The finder sets the data module to it, yet trains its
            first trial on a loader that was made before: the module here starts with the same.
        max_val: where the search ends, untried, if memory has not run out before.
        is_out_of_memory: which errors mean that memory ran out. Lightning knows CUDA's words and
            those of torch's CPU allocator; what else this says yes to is raised in these words.

    Raises:
        ConfigError: if there is no such preset, or a size is not positive.

    Example:
        >>> find_batch_size("tiny", width=64, init_val=2, max_val=2).batch_size
        2
    """
    if width < 16 or init_val < 1:
        raise ConfigError(
            f"width must be at least 16 and init_val at least 1, got {width} and {init_val}"
        )
    config = replace(preset(name), align_steps=0)
    module = _Watched(config, Charset.english(), is_out_of_memory)
    lines = _Lines(init_val, width, config.model.height)
    # One step to a trial is enough: from the second trial on, the moments are there.
    finder = BatchSizeFinder(mode="power", steps_per_trial=1, init_val=init_val, max_val=max_val)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        trainer = lightning.Trainer(
            accelerator="cpu",
            devices=1,
            max_steps=1,
            callbacks=[finder],
            default_root_dir=folder,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            limit_val_batches=0,
        )
        trainer.fit(module, lines)
    return BatchSizeFound(
        batch_size=int(finder.optimal_batch_size or 0),
        tried=tuple(dict.fromkeys(module.tried)),
        refusal=refusal_of("auto_scale_batch_size"),
        translated=module.translated,
    )


def refusal_of(flag: str) -> str:
    """What Trainer says to a flag that it does not have, or nothing if it has it.

    Args:
        flag: name of an argument.

    Example:
        >>> refusal_of("max_steps")
        ''
    """
    settings: dict[str, Any] = {flag: 1}
    try:
        lightning.Trainer(accelerator="cpu", logger=False, **settings)
    except TypeError as error:
        return str(error)
    return ""


class _Watched(LitRecognizer):
    """The recogniser, which says out-of-memory in words that Lightning knows."""

    def __init__(
        self, config: Any, charset: Charset, is_out_of_memory: Callable[[BaseException], bool]
    ) -> None:
        super().__init__(config, charset)
        self.tried: list[int] = []
        self.translated = False
        self._is_out_of_memory = is_out_of_memory

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """As that of the recogniser."""
        self.tried.append(len(batch.texts))
        with self._translation():
            return super().training_step(batch, index)

    def backward(self, loss: Tensor, *arguments: Any, **options: Any) -> None:
        """As Lightning's."""
        with self._translation():
            super().backward(loss, *arguments, **options)

    @contextmanager
    def _translation(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if is_oom_error(error) or not self._is_out_of_memory(error):
                raise
            self.translated = True
            raise RuntimeError(f"DefaultCPUAllocator: can't allocate memory: {error}") from None


class _Lines(lightning.LightningDataModule):
    """Blank lines without end; only their size matters."""

    def __init__(self, batch_size: int, width: int, height: int) -> None:
        super().__init__()
        self.batch_size = batch_size
        self._shape = (1, height, width)

    def train_dataloader(self) -> DataLoader[int]:
        """Batches of the size that the finder has set."""
        numbers: Any = range(LINES)
        return DataLoader(numbers, batch_size=self.batch_size, collate_fn=self._collate)

    def val_dataloader(self) -> list[DataLoader[int]]:
        """None: the search is about training."""
        return []

    def _collate(self, numbers: Sequence[int]) -> Batch:
        count, characters = len(numbers), self._shape[2] // 16
        return Batch(
            images=torch.zeros(count, *self._shape),
            widths=torch.full((count,), self._shape[2]),
            targets=torch.arange(characters).remainder(2).add(1).expand(count, -1).contiguous(),
            lengths=torch.full((count,), characters),
            centres=torch.full((count, characters), -1),
            texts=("",) * count,
        )
