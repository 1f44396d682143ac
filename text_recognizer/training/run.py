"""From settings to a trained model: checkpoints, resume, logs, and at the end a bundle."""

from __future__ import annotations

import logging
import math
import signal
import warnings
from pathlib import Path
from typing import Any

import cv2
import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import Callback, ModelCheckpoint, TQDMProgressBar
from pytorch_lightning.loggers import CSVLogger, Logger, TensorBoardLogger
from pytorch_lightning.utilities.exceptions import SIGTERMException

from text_recognizer.core.charset import Charset
from text_recognizer.data.datamodule import LineDataModule, line_data
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.export import export_bundle
from text_recognizer.training.callbacks import Deadline, SaveOnStop
from text_recognizer.training.checkpoints import checkpoint_step
from text_recognizer.training.config import TrainConfig
from text_recognizer.training.lit_recognizer import LitRecognizer
from text_recognizer.training.processes import make_trainer, on_gpu
from text_recognizer.training.start import start_from


def fit(config: TrainConfig, *, quiet: bool = False) -> LitRecognizer:
    """Trains until the steps or the minutes are used up, going on from the last checkpoint.

    Args:
        config: the settings.
        quiet: no progress bar.

    Returns:
        The trained and validated module, in evaluation mode.

    Raises:
        BundleError: if the bundle of ``config.start`` is damaged.
        DataError: if there is nothing to train on, the loss is not finite, or the checkpoint in
            ``config.out`` or the bundle of ``config.start`` is of a model of other sizes.
        ConfigError: if there are not as many devices.
        KeyboardInterrupt: on Ctrl-C, after a checkpoint is written: the same call goes on from it.
    """
    _calm()
    torch.set_num_threads(config.threads)
    # Threads of OpenCV would not survive the fork of the worker processes.
    cv2.setNumThreads(1)
    lightning.seed_everything(config.seed, verbose=False)
    charset = Charset.english()
    module = LitRecognizer(config, charset)
    out = Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    last = out / "last.ckpt"
    step = checkpoint_step(last, module) if last.exists() else 0
    if config.start and not step:
        start_from(config.start, module.model)
    data = _data(config, charset, step)
    module.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    trainer = _trainer(config, out, step=step, quiet=quiet)
    _run(trainer, module, data, last if step else None)
    trainer.save_checkpoint(last)
    if module.validated_step != trainer.global_step:
        trainer.validate(module, data, verbose=False)
    return module.eval()


def _trainer(config: TrainConfig, out: Path, *, step: int, quiet: bool) -> lightning.Trainer:
    callbacks: list[Callback] = [
        ModelCheckpoint(
            out, filename="{step}", save_last=True, every_n_train_steps=config.checkpoint_every
        ),
        Deadline(),
        SaveOnStop(out / "last.ckpt"),
    ]
    if not quiet:
        callbacks.append(TQDMProgressBar(refresh_rate=20))
    # A CSV logger empties its folder: a resumed training gets a folder of its own.
    version = f"from-step-{step}" if step else ""
    loggers: list[Logger] = [
        CSVLogger(out, name="csv", version=version),
        TensorBoardLogger(out, name="tensorboard"),
    ]
    return make_trainer(
        config,
        precision=precision(config),
        max_steps=config.steps,
        # Each process draws its own training lines, and validates on all lines.
        use_distributed_sampler=False,
        gradient_clip_val=config.clip,
        val_check_interval=config.validate_every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        log_every_n_steps=max(1, min(20, config.steps // 50)),
        logger=loggers,
        callbacks=callbacks,
        enable_progress_bar=not quiet,
        enable_model_summary=False,
    )


def _run(
    trainer: lightning.Trainer, module: LitRecognizer, data: LineDataModule, last: Path | None
) -> None:
    """``Trainer.fit`` that ends as Python code does on Ctrl-C, by KeyboardInterrupt."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        trainer.fit(module, data, ckpt_path=str(last) if last else None, weights_only=True)
    except SIGTERMException:
        raise
    except SystemExit as stop:
        # Lightning turns Ctrl-C off and leaves the process.
        signal.signal(signal.SIGINT, handler)
        raise KeyboardInterrupt(f"stopped at step {trainer.global_step}") from stop


def precision(config: TrainConfig) -> str:
    """The precision to train in: bf16 where the processor or GPU computes in it.

    Args:
        config: the settings; anything but "auto" is taken as it is.

    Example:
        >>> precision(TrainConfig(precision="32-true"))
        '32-true'
    """
    if config.precision != "auto":
        return config.precision
    if on_gpu(config):
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "32-true"
    capable = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return "bf16-mixed" if capable() else "32-true"


def _data(config: TrainConfig, charset: Charset, step: int) -> LineDataModule:
    return line_data(
        charset=charset,
        preprocess=config.preprocess,
        rendered=config.rendered,
        real=config.real or None,
        longest_text=config.longest_text,
        prose=config.prose,
        families=config.families,
        irregularity=config.irregularity,
        workers=config.workers,
        uses=config.steps * config.batch_size * config.processes,
        real_share=config.real_share,
        strength=config.augment,
        batch_size=config.batch_size,
        # A resumed training meets new lines, not those of its start again.
        seed=config.seed + 1_000_003 * step,
        repeats=config.repeats,
    )


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
    # JSON has no NaN, which is the error before a first validation.
    cer = None if math.isnan(module.last_cer) else module.last_cer
    measured = metrics or {"validation": {"cer": cer, "lines": module.validation_lines}}
    return export_bundle(
        module.model,
        module.config.model,
        module.charset,
        module.config.preprocess,
        folder,
        measured,
    )


def _calm() -> None:
    """Keeps Lightning's hints and warnings, which a learner cannot act on, off the screen."""
    for name in ("lightning_fabric", "pytorch_lightning"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    warnings.filterwarnings("ignore", message=".*lr_scheduler.step.*")
