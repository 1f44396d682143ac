"""What the checks look at: short lines to learn by heart, golden lines, and the shipped reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError

if TYPE_CHECKING:
    from text_recognizer.core.images import Sample
    from text_recognizer.data.prepared import PreparedSample
    from text_recognizer.training.lit_recognizer import LitRecognizer

__all__ = ["golden_lines", "judged", "short_lines", "tiny_recognizer", "training_lines"]

#: Columns of a short line: some four letters.
SHORT = 80


def judged(name: str, measured: float, limit: float, reason: str) -> CheckResult:
    """A check whose measure is a badness: it passes up to its limit, and not if it is NaN.

    Args:
        name: What was checked.
        measured: The badness, larger is worse.
        limit: The most that passes.
        reason: One sentence.

    Example:
        >>> judged("errors", 1.0, 0.0, "one is too many").passed
        False
    """
    passed = bool(measured <= limit)
    return CheckResult(
        name=name, passed=passed, measured=float(measured), limit=float(limit), reason=reason
    )


def training_lines(count: int, seed: int) -> list[PreparedSample]:
    """Lines of the embedded sample, prepared as a training does, with the places of characters.

    Args:
        count: How many, at least 1.
        seed: Which of them.

    Raises:
        InputError: If ``count`` is below 1.
    """
    from text_recognizer.core.charset import Charset
    from text_recognizer.data.prepared import prepare_samples
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.data.sample import load_centres, load_lines

    if count < 1:
        raise InputError(f"a check needs at least one line; received count={count!r}")
    centres = load_centres("train", count, seed)
    lines = load_lines("train", count, seed)
    return prepare_samples(lines, Charset.english(), Preprocess(), centres=centres)


def short_lines(count: int = 8, *, seed: int = 0, columns: int = SHORT) -> list[PreparedSample]:
    """The first letters of training lines, each on as many columns: quick to learn by heart.

    Args:
        count: How many, at least 1.
        seed: Which lines.
        columns: Width of each, px, at least 16.

    Raises:
        InputError: If a number is out of its range.

    Example:
        >>> [line.pixels.shape for line in short_lines(2)]
        [(48, 80), (48, 80)]
    """
    if columns < 16:
        raise InputError(f"a short line has at least 16 columns; received {columns!r}; try 80")
    return [_cut(line, columns) for line in training_lines(count, seed)]


def _cut(line: PreparedSample, columns: int) -> PreparedSample:
    """As many letters as fit, cut between two of them, on paper of that width."""
    places = np.asarray(line.centres)
    gaps = (places[:-1] + places[1:]) / 2
    kept = max(1, int((gaps <= columns).sum()))
    edge = int(gaps[kept - 1]) if len(gaps) else columns
    text = line.text[:kept].rstrip() or line.text[:1]
    pixels = np.zeros((line.pixels.shape[0], columns), np.uint8)
    shown = line.pixels[:, : min(max(edge, 1), columns)]
    pixels[:, : shown.shape[1]] = shown
    return replace(line, pixels=pixels, text=text, centres=line.centres[: len(text)])


def tiny_recognizer(seed: int, **settings: Any) -> LitRecognizer:
    """A recognizer of 50,000 weights in 64-bit floats, so that all processors agree.

    Args:
        seed: Decides the weights.
        **settings: Of ``training.TrainConfig``, where they differ from the preset ``tiny``.
    """
    import torch

    from text_recognizer.core.charset import Charset
    from text_recognizer.training.config import preset
    from text_recognizer.training.lit_recognizer import LitRecognizer

    tiny = preset("tiny")
    config = replace(tiny, model=replace(tiny.model, features=48), seed=seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        recognizer = LitRecognizer(replace(config, **settings), Charset.english())
    recognizer.model.double()
    recognizer.model.register_forward_pre_hook(lambda _, images: (images[0].double(),))
    return recognizer


def golden_lines(count: int = 8) -> list[Sample]:
    """The first test lines of the embedded sample, the same for every seed.

    Args:
        count: How many.
    """
    from text_recognizer.data.sample import load_lines

    return load_lines("test", count)
