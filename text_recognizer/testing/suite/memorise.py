"""Eight lines learned by heart: the cheapest test of training code that sees all of it.

A network that cannot learn eight short lines by heart has a fault in its data, its loss or its
optimiser. The reverse does not hold: wrong labels can be learned by heart as well as right ones.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.testing.suite.material import judged, short_lines, tiny_recognizer

__all__ = ["MemorisationRun", "check_memorises", "check_steps", "memorise"]

#: Batches that Lightning repeats: one pool of the stream.
BATCHES = 12
#: Far above the usual rate: seconds, not minutes.
RATE = 2e-2
STEPS = 72

_QUIET: dict[str, Any] = {
    "logger": False,
    "enable_checkpointing": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
}


@dataclass(frozen=True, kw_only=True)
class MemorisationRun:
    """What came of learning a few lines by heart.

    Args:
        losses: One per step, per character.
        cer: Character error rate on the lines that were learned, by the module's own validation.
        steps: Optimiser steps.
        texts: What the lines say.
    """

    losses: tuple[float, ...]
    cer: float
    steps: int
    texts: tuple[str, ...]

    def steps_to(self, loss: float) -> int:
        """The first step, from 1, after which four losses in a row are below a value.

        Args:
            loss: The value.

        Returns:
            The step, or one more than there were if it was never reached.

        Example:
            >>> losses = (9.0, 5.0, 2.0, 1.0, 1.0, 1.0)
            >>> MemorisationRun(losses=losses, cer=0.0, steps=6, texts=()).steps_to(3.0)
            3
        """
        for start in range(len(self.losses) - 3):
            if max(self.losses[start : start + 4]) < loss:
                return start + 1
        return self.steps + 1


def memorise(
    seed: int = 0, *, steps: int = STEPS, lines: int = 8, rate: float = RATE
) -> MemorisationRun:
    """Train the real recognizer, stream and data module on a few lines until it knows them.

    Lightning's ``overfit_batches`` repeats the first batches of the stream; nothing is distorted.

    Args:
        seed: Decides lines, weights and order.
        steps: Optimiser steps, at least 1.
        lines: How many, at least 1.
        rate: Peak of the learning rate, between 0 and 1.

    Raises:
        InputError: If a number is out of its range.

    Source:
        Karpathy (2019), "A recipe for training neural networks": overfit a single batch.

    Example:
        >>> memorise(steps=2).steps
        2
    """
    if steps < 1 or lines < 1:
        raise InputError(f"steps and lines are at least 1; received {steps!r} and {lines!r}")
    from text_recognizer.training.processes import make_trainer

    settings = {"steps": steps, "batch_size": 8, "learning_rate": rate, "warmup": 6}
    recognizer = tiny_recognizer(seed, align_steps=max(1, steps * 7 // 10), **settings)
    data = _data(seed, lines)
    losses: list[float] = []

    def keep(outputs: Any, *_: Any) -> None:
        losses.append(float(outputs["loss"]))

    # An attribute of the instance stands before the hook of its class.
    recognizer.on_train_batch_end = keep  # type: ignore[method-assign, assignment]
    with _calm():
        trainer = make_trainer(
            recognizer.config,
            max_steps=steps,
            max_epochs=-1,
            overfit_batches=BATCHES,
            limit_val_batches=0,
            gradient_clip_val=recognizer.config.clip,
            **_QUIET,
        )
        trainer.fit(recognizer, data)
        make_trainer(recognizer.config, **_QUIET).validate(recognizer, data, verbose=False)
    return MemorisationRun(
        losses=tuple(losses),
        cer=recognizer.last_cer,
        steps=steps,
        texts=tuple(line.text for line in data.stream.real),
    )


def check_memorises(seed: int) -> CheckResult:
    """Whether eight lines are known by heart after 72 steps.

    Args:
        seed: Decides lines, weights and order.
    """
    run = memorise(seed)
    return judged("memorisation", run.cer, 0.05, "CER on eight lines after 72 steps")


def check_steps(seed: int) -> CheckResult:
    """How many steps it takes to a loss of 10 per character.

    Args:
        seed: Decides lines, weights and order.
    """
    run = memorise(seed, steps=14)
    return judged("steps to a loss", run.steps_to(10.0), 11, "steps until the loss stays below 10")


def _data(seed: int, lines: int) -> Any:
    """A stream of a few lines without distortion, and the same lines for validation."""
    from text_recognizer.core.charset import Charset
    from text_recognizer.data.augment import Augment
    from text_recognizer.data.datamodule import LineDataModule
    from text_recognizer.data.datasets import LineStream
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.sources.text import TextSource

    samples, charset = short_lines(lines, seed=seed), Charset.english()
    stream = LineStream(
        charset=charset,
        preprocess=Preprocess(),
        renderer=None,
        source=TextSource(),
        real=samples,
        strength=Augment(stretch=0, scale=0, slant=0, shift=0, bend=0, chance=0),
        batch_size=8,
        seed=seed,
    )
    return LineDataModule(stream, samples, charset, workers=0)


@contextmanager
def _calm() -> Iterator[None]:
    """Lightning's advice on devices and workers, which nobody here can act on, stays unsaid."""
    loggers = [logging.getLogger(name) for name in ("lightning_fabric", "pytorch_lightning")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
