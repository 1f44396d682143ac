"""From settings to a trained model: checkpoints, resume, logs, and at the end a bundle."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import Callback, ModelCheckpoint, TQDMProgressBar
from pytorch_lightning.loggers import CSVLogger, TensorBoardLogger

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import DataError
from text_recognizer.core.images import Sample
from text_recognizer.data.datamodule import LineDataModule
from text_recognizer.data.datasets import (
    LineStream,
    PreparedSample,
    read_real_lines,
    render_sample,
    to_bytes,
)
from text_recognizer.data.paths import data_dir
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.export import export_bundle
from text_recognizer.sources.families import families_of
from text_recognizer.sources.fonts import font_families
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource
from text_recognizer.training.config import TrainConfig
from text_recognizer.training.lit_recognizer import LitRecognizer

_VALIDATION_LINES = 192


def fit(config: TrainConfig, *, quiet: bool = False) -> LitRecognizer:
    """Trains until the steps or the minutes are used up, going on from the last checkpoint.

    Args:
        config: the settings.
        quiet: no progress bar.

    Returns:
        The trained module, in evaluation mode.

    Raises:
        DataError: if there is nothing to train on.
    """
    _calm()
    torch.set_num_threads(config.threads)
    # Threads of OpenCV would not survive the fork of the worker processes.
    cv2.setNumThreads(1)
    lightning.seed_everything(config.seed, verbose=False)
    charset = Charset.english()
    data = line_data(config, charset)
    module = LitRecognizer(config, charset)
    module.model.to(memory_format=torch.channels_last)
    out = Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = ModelCheckpoint(
        out, filename="{step}", save_last=True, every_n_train_steps=config.checkpoint_every
    )
    callbacks: list[Callback] = [checkpoint, _Deadline()]
    if not quiet:
        callbacks.append(TQDMProgressBar(refresh_rate=20))
    trainer = lightning.Trainer(
        accelerator="auto",
        devices=1,
        precision=precision(config),  # type: ignore[arg-type]
        max_steps=config.steps,
        gradient_clip_val=config.clip,
        val_check_interval=config.validate_every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        log_every_n_steps=20,
        logger=[CSVLogger(out, name="csv", version=""), TensorBoardLogger(out, name="tensorboard")],
        callbacks=callbacks,
        enable_progress_bar=not quiet,
        enable_model_summary=False,
    )
    last = out / "last.ckpt"
    trainer.fit(module, data, ckpt_path=str(last) if last.exists() else None, weights_only=False)
    trainer.save_checkpoint(last)
    return module.eval()


def precision(config: TrainConfig) -> str:
    """The precision to train in: bf16 where the processor or GPU computes in it.

    Example:
        >>> precision(TrainConfig(precision="32-true"))
        '32-true'
    """
    if config.precision != "auto":
        return config.precision
    if torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "32-true"
    capable = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return "bf16-mixed" if capable() else "32-true"


def line_data(config: TrainConfig, charset: Charset) -> LineDataModule:
    """What the settings train and validate on.

    Raises:
        DataError: if neither fonts, sample nor real lines are there.
    """
    source = TextSource(longest=config.longest_text)
    renderer, validation = None, []
    real: list[PreparedSample] = []
    if config.rendered:
        families = font_families(data_dir() / "fonts")
        renderer = Renderer(families_of("train", families))
        held_back = Renderer(families_of("val", families))
        validation = [
            render_sample(held_back, source, config.preprocess, seed)
            for seed in range(_VALIDATION_LINES)
        ]
    else:
        real = _sample_lines("train", config.preprocess, charset)
        validation = _sample_lines("val", config.preprocess, charset)[:_VALIDATION_LINES]
    if config.real:
        real = real + read_real_lines(Path(config.real), "train", charset, config.preprocess)
    stream = LineStream(
        charset=charset,
        preprocess=config.preprocess,
        renderer=renderer,
        source=source,
        real=real,
        real_share=config.real_share,
        strength=config.augment,
        batch_size=config.batch_size,
        seed=config.seed,
        repeats=config.repeats,
    )
    return LineDataModule(stream, validation, charset, workers=config.workers)


def _sample_lines(split: str, preprocess: Preprocess, charset: Charset) -> list[PreparedSample]:
    from text_recognizer.data.sample import load_lines

    samples: list[Sample] = load_lines(split)
    if not samples:
        raise DataError(f"the embedded sample has no lines of split {split!r}")
    return [
        PreparedSample(to_bytes(preprocess(sample.image)), charset.normalize(sample.text))
        for sample in samples
    ]


def write_bundle(
    module: LitRecognizer, folder: Path, metrics: dict[str, Any] | None = None
) -> Bundle:
    """Writes what was trained as a bundle that a reader loads.

    Args:
        module: from ``fit``.
        folder: where to; made if absent.
        metrics: what was measured, for the card; by default the validation error only.

    Raises:
        BundleError: if its two forms differ, or the folder cannot be written.
    """
    measured = metrics or {"validation": {"cer": module.last_cer, "lines": _VALIDATION_LINES}}
    return export_bundle(
        module.model,
        module.config.model,
        module.charset,
        module.config.preprocess,
        folder,
        measured,
    )


class _Deadline(Callback):
    """Stops when the schedule has come to its end by the clock."""

    def on_train_batch_end(self, trainer: lightning.Trainer, pl_module: Any, *_: Any) -> None:
        if pl_module.progress(trainer.global_step) >= 1:
            trainer.should_stop = True
        if not np.isfinite(float(trainer.callback_metrics.get("train/ctc", torch.tensor(0.0)))):
            raise DataError(
                f"the loss is not finite at step {trainer.global_step}; "
                "lower learning_rate, or train with precision 32-true"
            )


def _calm() -> None:
    """Keeps Lightning's hints and warnings, which a learner cannot act on, off the screen."""
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    warnings.filterwarnings("ignore", message=".*lr_scheduler.step.*")
