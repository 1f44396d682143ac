"""Settings of a training, and presets as functions that return them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

from text_recognizer.core.errors import ConfigError
from text_recognizer.data.augment import Augment
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.models import LineModelConfig
from text_recognizer.reading.bundle import DEFAULT

PRECISIONS = ("auto", "32-true", "bf16-mixed")

_LEAST = {
    "seed": 0,
    "steps": 1,
    "minutes": 0,
    "batch_size": 1,
    "warmup": 0,
    "weight_decay": 0,
    "clip": 0,
    "align_steps": 0,
    "longest_text": 8,
    "families": 0,
    "irregularity": 0,
    "repeats": 1,
    "threads": 1,
    "workers": 0,
    "devices": 1,
    "num_nodes": 1,
    "validate_every": 1,
    "checkpoint_every": 1,
}


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Everything that decides a training.

    Attributes:
        out: folder for checkpoints, logs and the bundle.
        start: folder of a bundle whose weights the training starts from, or empty for new ones.
        seed: decides data order, rendering and weights; 0 to 2**32 - 1.
        steps: optimiser steps in all.
        minutes: the learning rate falls by the clock so as to end then, if steps have not; 0 is
            off.
        batch_size: lines of a step on one device; a step of the optimiser sees ``batch_size *
            devices * num_nodes`` lines. The learning rate is not scaled with it.
        learning_rate: peak of the schedule, reached after ``warmup`` steps, then a cosine to
            zero.
        warmup: steps of linear rise.
        weight_decay: of AdamW.
        clip: largest norm of the gradient; 0 is off.
        align_steps: steps during which frames at the middle of a character are also trained by
            cross entropy, which takes CTC off its plateau; the weight falls to zero over their last
            quarter. Only rendered lines know where their characters are.
        real: folder of labelled real lines to mix in, or empty for rendered lines only.
        real_share: share of lines that is real, where lines are rendered too.
        rendered: whether to render lines from the installed fonts; else the embedded sample is
            used.
        longest_text: longest rendered line in characters.
        prose: share of rendered lines that is cut from real prose; the rest is made.
        families: font families to render with, chosen by ``seed``; 0 is all for training.
        irregularity: factor on the jitter and drift of rendered lines; 0 writes like a font.
        repeats: uses of a rendered line, with new distortions each time.
        precision: "auto" is bf16 where the processor computes in it, else 32 bits.
        threads: processor threads of the model; rendering has a process of its own.
        workers: processes that make batches, for each device; 0 makes them in its training process.
        accelerator: "auto" trains on NVIDIA GPUs where there are any; "cpu" never does, so that the
            same processor gives the same weights bit by bit.
        devices: GPUs of this machine to train on, or processes where there is no GPU; 1 to 1024.
            Each trains on lines of its own, gradients are averaged, and BatchNorm takes its
            statistics from the lines of its device alone: keep ``batch_size`` above a handful.
        num_nodes: machines to train on, 1 to 1024; see :mod:`text_recognizer.training.processes`.
        validate_every: steps between validations.
        checkpoint_every: steps between checkpoints.
        model: sizes of the model.
        preprocess: image to ink.
        augment: distortions.

    Raises:
        ConfigError: if a value is out of its range.
    """

    out: str = "build/train"
    start: str = ""
    seed: int = 0
    steps: int = 14_000
    minutes: float = 0.0
    batch_size: int = 16
    learning_rate: float = 2e-3
    warmup: int = 300
    weight_decay: float = 1e-2
    clip: float = 2.0
    align_steps: int = 1_200
    real: str = ""
    real_share: float = 0.35
    rendered: bool = True
    longest_text: int = 48
    prose: float = 0.5
    families: int = 0
    irregularity: float = 1.0
    repeats: int = 3
    precision: Literal["auto", "32-true", "bf16-mixed"] = "auto"
    threads: int = 1
    workers: int = 1
    accelerator: Literal["auto", "cpu"] = "auto"
    devices: int = 1
    num_nodes: int = 1
    validate_every: int = 1_000
    checkpoint_every: int = 500
    model: LineModelConfig = field(default_factory=LineModelConfig)
    preprocess: Preprocess = field(default_factory=Preprocess)
    augment: Augment = field(default_factory=Augment)

    def __post_init__(self) -> None:
        for name, low in _LEAST.items():
            if not low <= getattr(self, name) < math.inf:
                raise ConfigError(
                    f"{name} must be at least {low} and finite, got {getattr(self, name)}"
                )
        if self.seed >= 2**32:
            raise ConfigError(f"seed must be below 2**32, got {self.seed}")
        if not 0 < self.learning_rate < 1:
            raise ConfigError(f"learning_rate must be between 0 and 1, got {self.learning_rate}")
        for name in ("real_share", "prose"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} must be from 0 to 1, got {getattr(self, name)}")
        for name in ("devices", "num_nodes"):
            if not isinstance(getattr(self, name), int) or getattr(self, name) > 1024:
                raise ConfigError(
                    f"{name} must be a whole number from 1 to 1024, got {getattr(self, name)}"
                )
        if self.processes > 1 and self.minutes:
            raise ConfigError(
                f"minutes needs a single process, got {self.minutes} with {self.processes}: each "
                "has a clock of its own and would end at another step; give steps"
            )
        if self.precision not in PRECISIONS:
            raise ConfigError(f"precision must be one of {PRECISIONS}, got {self.precision!r}")
        if self.accelerator not in ("auto", "cpu"):
            raise ConfigError(f"accelerator must be auto or cpu, got {self.accelerator!r}")
        if not self.out:
            raise ConfigError(f"out must name a folder, got {self.out!r}; build/train is usual")
        if self.model.height != self.preprocess.height:
            raise ConfigError(
                f"model.height is {self.model.height} but preprocess.height is "
                f"{self.preprocess.height}; set both to the same"
            )

    @property
    def processes(self) -> int:
        """Training processes in all: one for each device of each machine."""
        return self.devices * self.num_nodes


def tiny() -> TrainConfig:
    """Seconds, for tests: a model of 40,000 weights, 30 steps on the embedded sample."""
    return TrainConfig(
        steps=30,
        batch_size=4,
        warmup=5,
        align_steps=20,
        rendered=False,
        workers=0,
        validate_every=15,
        checkpoint_every=10,
        precision="32-true",
        accelerator="cpu",
        model=LineModelConfig(channels=(8, 8, 16), features=32, dilations=(1, 2), dropout=0.0),
    )


def laptop() -> TrainConfig:
    """Some hours on one core, from nothing: the recipe of the shipped reader."""
    return TrainConfig(
        steps=30_000,
        real_share=0.45,
        longest_text=52,
        checkpoint_every=1_000,
        augment=Augment(stretch=0.15, scale=0.1, slant=0.17),
    )


def refine() -> TrainConfig:
    """Goes on from the shipped reader, or from another bundle if ``start`` names one.

    The shipped reader itself was made by it; the card says from which bundle and how long.
    """
    return replace(laptop(), start=str(DEFAULT), learning_rate=1.2e-3, warmup=200, align_steps=0)


def gpu() -> TrainConfig:
    """A wider model and sixteen times the lines, for a machine with a GPU and a dozen cores."""
    return TrainConfig(
        steps=40_000,
        batch_size=96,
        learning_rate=3e-3,
        align_steps=2_000,
        precision="bf16-mixed",
        workers=12,
        repeats=2,
        model=LineModelConfig(channels=(48, 96, 160), features=320, dilations=(1, 1, 2, 2, 4, 4)),
    )


PRESETS = {"gpu": gpu, "laptop": laptop, "refine": refine, "tiny": tiny}


def preset(name: str) -> TrainConfig:
    """The settings of a preset.

    Args:
        name: tiny, laptop, refine or gpu.

    Raises:
        ConfigError: if there is no such preset.

    Example:
        >>> preset("tiny").steps
        30
    """
    if name not in PRESETS:
        raise ConfigError(f"there is no preset {name!r}; choose one of {sorted(PRESETS)}")
    return PRESETS[name]()
