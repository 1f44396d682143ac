"""When a training stops: at its deadline, at a loss that is no number, at Ctrl-C."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytorch_lightning as lightning
from pytorch_lightning.callbacks import Callback

from text_recognizer.core.errors import DataError
from text_recognizer.training.processes import save_alone


class Deadline(Callback):
    """Stops when the schedule has come to its end by the clock, or the loss is not finite."""

    def on_train_batch_end(self, trainer: lightning.Trainer, pl_module: Any, *_: Any) -> None:
        """Looks at the clock and at the loss.

        Args:
            trainer: is told to stop.
            pl_module: a LitRecognizer, which knows the schedule.

        Raises:
            DataError: if the loss is not finite.
        """
        if pl_module.progress(trainer.global_step) >= 1:
            trainer.should_stop = True
        loss = float(trainer.callback_metrics.get("train/ctc", 0.0))
        if not math.isfinite(loss):
            raise DataError(
                f"the loss must be finite, got {loss} at step {trainer.global_step}; "
                "lower learning_rate, or train with precision 32-true"
            )


class SaveOnStop(Callback):
    """Writes a checkpoint when the training is stopped from outside, by Ctrl-C or a signal.

    Not at other errors: weights that led to a loss of NaN are not worth going on from.

    Args:
        path: the file that the next training goes on from.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_exception(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, error: BaseException
    ) -> None:
        """Saves if somebody wants the training to end and something was learned.

        Args:
            trainer: knows the state.
            pl_module: what is trained.
            error: what ends the training.
        """
        if isinstance(error, (KeyboardInterrupt, SystemExit)) and trainer.global_step:
            save_alone(trainer, self.path)
