"""Training and validation data for Lightning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as lightning
from torch.utils.data import DataLoader

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import DataError
from text_recognizer.data.datasets import Batch, LineStream, collate
from text_recognizer.data.prepared import (
    PreparedSample,
    prepare_samples,
    read_real_lines,
    render_sample,
)
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_centres, load_lines
from text_recognizer.sources.families import families_of
from text_recognizer.sources.fonts import font_families
from text_recognizer.sources.paths import data_dir
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource

VALIDATION_LINES = 192
"""Lines of a validation, by hands that no training line is in."""


class LineDataModule(lightning.LightningDataModule):
    """An endless stream for training and fixed lists for validation.

    Args:
        stream: training batches.
        validation: lines to validate on.
        charset: the characters.
        workers: processes that make training batches.

    Raises:
        DataError: if there is nothing to validate on.
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
        if not validation:
            raise DataError(f"validation needs at least one line, got {list(validation)}; give one")
        self.stream, self.charset, self.workers = stream, charset, workers
        self.validation = sorted(validation, key=lambda sample: sample.pixels.shape[1])

    def train_dataloader(self) -> DataLoader[Batch]:
        """The stream, whose items are whole batches; other lines for each training process."""
        self.stream.rank = 0 if self.trainer is None else self.trainer.global_rank
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


def rendered_lines(
    preprocess: Preprocess,
    source: TextSource,
    *,
    count: int = 0,
    irregularity: float = 1.0,
    seed: int = 0,
) -> tuple[Renderer, list[PreparedSample]]:
    """A renderer of the training hands, and lines by the hands held back for validation.

    Args:
        preprocess: the transform.
        source: gives the text.
        count: families to train with; 0 is all of them.
        irregularity: factor on jitter and drift of the training hands.
        seed: chooses the families.

    Raises:
        DataError: if no fonts are installed.
        InputError: if the installed fonts leave a split empty.
    """
    families = font_families(data_dir() / "fonts")
    held_back, unseen = Renderer(families_of("val", families)), replace(source, part="val")
    validation = [
        render_sample(held_back, unseen, preprocess, seed) for seed in range(VALIDATION_LINES)
    ]
    hands = families_of("train", families)
    if count:
        order = np.random.default_rng(seed).permutation(len(hands))
        hands = [hands[i] for i in order[:count]]
    return Renderer(hands, irregularity=irregularity), validation


def sample_lines(
    preprocess: Preprocess, charset: Charset, *, uses: int
) -> tuple[list[PreparedSample], list[PreparedSample]]:
    """Training and validation lines of the embedded sample, which needs no font.

    Args:
        preprocess: the transform.
        charset: the characters.
        uses: lines that the training draws in all; it makes no sense to prepare more.

    Raises:
        ManifestError: if the sample is missing or damaged.
    """
    centres = load_centres("train", uses)
    train = prepare_samples(load_lines("train", uses), charset, preprocess, centres=centres)
    validation = prepare_samples(
        load_lines("val", min(uses, VALIDATION_LINES)), charset, preprocess
    )
    return train, validation


def line_data(
    *,
    charset: Charset,
    preprocess: Preprocess,
    rendered: bool,
    real: str | Path | None,
    longest_text: int,
    workers: int,
    uses: int,
    prose: float = 0.5,
    families: int = 0,
    irregularity: float = 1.0,
    seed: int = 0,
    **stream: Any,
) -> LineDataModule:
    """What a training trains and validates on.

    Args:
        charset: the characters.
        preprocess: the transform.
        rendered: whether to render lines from the installed fonts, else the embedded sample.
        real: folder of labelled real lines to mix in, or none.
        longest_text: longest rendered line in characters.
        workers: processes that make batches.
        uses: lines that the training draws in all.
        prose: share of rendered lines that is cut from real prose.
        families: font families to render with; 0 is all for training.
        irregularity: factor on jitter and drift of rendered lines.
        seed: chooses the families, and decides the stream.
        **stream: further settings of :class:`~text_recognizer.data.datasets.LineStream`.

    Raises:
        DataError: if the fonts, the sample or the real lines are not there.
    """
    source = TextSource(longest=longest_text, prose=prose)
    renderer: Renderer | None = None
    lines: list[PreparedSample] = []
    if rendered:
        renderer, validation = rendered_lines(
            preprocess, source, count=families, irregularity=irregularity, seed=seed
        )
    else:
        lines, validation = sample_lines(preprocess, charset, uses=uses)
    if real:
        lines = lines + read_real_lines(Path(real), "train", charset, preprocess)
    training = LineStream(
        charset=charset,
        preprocess=preprocess,
        renderer=renderer,
        source=source,
        real=lines,
        seed=seed,
        **stream,
    )
    return LineDataModule(training, validation, charset, workers=workers)
