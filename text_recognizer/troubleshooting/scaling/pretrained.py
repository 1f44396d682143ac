"""Pretrained weights against none: the shipped reader's encoder, frozen, under a new head.

The reader was trained on many thousand rendered lines and on real ones, by none of the held-out
hands, with the same alphabet. Two encoders of the same shape describe the windows, the reader's
and one with random weights; a small network learns from either, and from plain gradients.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

import text_recognizer
from text_recognizer.core.errors import InputError
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_centres, load_lines
from text_recognizer.models import LineModelConfig, build_model
from text_recognizer.models.line import STRIDE, LineModel
from text_recognizer.training.start import start_from
from text_recognizer.troubleshooting.scaling.letters import LETTERS, SHIFTS, Letters, load_letters
from text_recognizer.troubleshooting.scaling.recipe import Recipe
from text_recognizer.troubleshooting.scaling.training import fit

__all__ = ["SCRATCH_SIZES", "SIZES", "STARTS", "compare_starts", "encode_letters", "load_encoder"]

SIZES = (5, 10, 20, 40)
"""Training lines."""
SCRATCH_SIZES = (80, 160, 320)
"""Further sizes, from gradients alone: what the reader's weights are worth is counted in them."""
STARTS = ("reader", "random", "gradients")
"""What describes the windows."""

_STOP, _TEST, _SEEDS = 30, 60, (0, 1, 2)
_CLASSES = 96


@lru_cache(maxsize=2)
def load_encoder(start: str) -> LineModel:
    """A line model whose encoder is to be used as it is.

    Args:
        start: ``"reader"``: the weights that the package ships; ``"random"``: none.

    Raises:
        InputError: For another start.
        BundleError: If the shipped bundle is damaged.
    """
    if start not in STARTS[:2]:
        raise InputError(f"an encoder starts from 'reader' or 'random'; received {start!r}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = build_model(LineModelConfig(), _CLASSES)
    if start == "reader":
        start_from(Path(text_recognizer.__file__).parent / "artifacts" / "reader", model)
    else:
        _settle(model)
    return model.eval()


def _settle(model: LineModel) -> None:
    """Gives the batch norms of random weights statistics of a few lines, as a training would."""
    model.train()
    with torch.no_grad():
        for sample in load_lines("train", 20):
            model.encoder(torch.from_numpy(Preprocess()(sample.image))[None, None])


@lru_cache(maxsize=32)
def encode_letters(split: str, lines: int, seed: int, start: str) -> Letters:
    """The letters of some lines, described by an encoder's frames.

    Args:
        split: ``"train"``, ``"val"`` or ``"test"``.
        lines: How many lines.
        seed: Which lines.
        start: See :data:`STARTS`.

    Returns:
        Letters with features (N, 3, 256), without shifts; or (N, 3, 240) for gradients.

    Raises:
        InputError: For another start, or if there are not so many lines.
    """
    plain = load_letters(split, lines, seed)
    if start == "gradients":
        return plain
    model = load_encoder(start)
    found = []
    samples, centres = load_lines(split, lines, seed), load_centres(split, lines, seed)
    for sample, columns in zip(samples, centres, strict=True):
        known = [x for c, x in zip(sample.text, columns, strict=True) if c in LETTERS]
        line = Preprocess().prepare(sample.image)
        with torch.no_grad():
            frames = model.encoder(torch.from_numpy(line.pixels)[None, None])[0, :, 0].T.numpy()
        middle = (np.asarray(known, np.float64) - line.left) * line.scale / STRIDE
        found.append(frames[np.clip(middle.astype(np.int64), 0, len(frames) - 1)])
    features = np.concatenate(found)[:, None].astype(np.float32)
    return replace(plain, features=np.repeat(features, SHIFTS, axis=1))


def compare_starts(lines: int, starts: tuple[str, ...] = STARTS) -> dict[str, Any]:
    """Train on a few lines from each start.

    Args:
        lines: Training lines.
        starts: Some of :data:`STARTS`.

    Returns:
        For each start, the losses and errors of three seeds on the same held-out lines.

    Example:
        >>> sorted(compare_starts(5))  # doctest: +SKIP
        ['gradients', 'random', 'reader']
    """
    found = {}
    for start in starts:
        outcome = fit(
            [encode_letters("train", lines, seed, start) for seed in _SEEDS],
            stop=encode_letters("val", _STOP, 0, start),
            test=encode_letters("test", _TEST, 0, start),
            width=64,
            seeds=_SEEDS,
            recipe=Recipe(shifts=start == "gradients"),
        )
        found[start] = {"loss": list(outcome.loss), "error": list(outcome.error)}
    return found
