"""Training on several GPUs or machines, which Lightning does by distributed data parallelism.

One process for each device holds the whole model, trains it on lines of its own, and the gradients
are averaged before each step (S. Li et al., "PyTorch Distributed", VLDB 2020): gloo between
processes of a CPU, NCCL between GPUs. Lightning starts the other processes of a machine by running
the same command again, so only a command trains on several devices, not a notebook.

On several machines, run the same command on each, with Lightning's own variables in the environment
and ``out`` on a disk that all of them see::

    MASTER_ADDR=10.0.0.1 MASTER_PORT=29500 NODE_RANK=0 text-recognizer train --num_nodes 2 ...
    MASTER_ADDR=10.0.0.1 MASTER_PORT=29500 NODE_RANK=1 text-recognizer train --num_nodes 2 ...

``torchrun`` and SLURM set these themselves. Process 0 alone writes checkpoints, logs and the
bundle.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytorch_lightning as lightning
import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning.utilities import rank_zero_only

from text_recognizer.core.errors import ConfigError
from text_recognizer.training.config import TrainConfig


def make_trainer(config: TrainConfig, **settings: Any) -> lightning.Trainer:
    """A trainer on the devices and machines of the settings.

    Args:
        config: says how many.
        **settings: of ``lightning.Trainer``.

    Raises:
        ConfigError: if this machine has fewer GPUs.

    Example:
        >>> make_trainer(TrainConfig(), logger=False).world_size
        1
    """
    try:
        return lightning.Trainer(
            accelerator="cuda" if on_gpu(config) else "cpu",
            devices=config.devices,
            num_nodes=config.num_nodes,
            **settings,
        )
    except MisconfigurationException as error:
        raise ConfigError(
            f"devices must be there to train on, got devices={config.devices} and "
            f"num_nodes={config.num_nodes}: {' '.join(str(error).split())}; lower devices"
        ) from error


def on_gpu(config: TrainConfig) -> bool:
    """Whether a training runs on NVIDIA GPUs; never on Apple's, for which PyTorch has no CTC loss.

    Args:
        config: says whether it may.

    Example:
        >>> on_gpu(TrainConfig(accelerator="cpu"))
        False
    """
    return config.accelerator == "auto" and torch.cuda.is_available()


def is_first() -> bool:
    """Whether this process writes for all: the bundle, and what people read.

    Example:
        >>> is_first()
        True
    """
    # Lightning sets it from the environment, and again once the processes have met.
    return int(getattr(rank_zero_only, "rank", 0) or 0) == 0


def save_alone(trainer: lightning.Trainer, path: Path) -> None:
    """Write a checkpoint from process 0 without waiting for the others, which may be gone.

    ``Trainer.save_checkpoint`` ends by waiting for every process; when a training is stopped from
    outside, some of them never come there.

    Args:
        trainer: with a model.
        path: the file.
    """
    if trainer.world_size == 1:
        trainer.save_checkpoint(path)
    elif trainer.is_global_zero:
        content = trainer._checkpoint_connector.dump_checkpoint(False)
        trainer.strategy.checkpoint_io.save_checkpoint(content, path)
