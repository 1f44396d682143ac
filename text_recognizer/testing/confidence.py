"""Confidences against the truth: what to fit a calibration to, and what to judge it by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import Reader, Reading
from text_recognizer.data.augment import Augment, augment
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.calibration import Calibration, fit
from text_recognizer.stats.reliability import (
    ReliabilityBin,
    expected_calibration_error,
    reliability_bins,
)
from text_recognizer.testing.alignment import align_texts
from text_recognizer.testing.evaluate import ItemResult, evaluate
from text_recognizer.testing.labels import LabelledItem

#: How much stronger than by default the lines are distorted that a calibration is fitted to.
STRENGTH = 1.5
LEVELS = ("character", "line")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A line that was read, held against its truth.

    Args:
        reading: What the reader returned.
        right: For each character that was read, whether it is right.
        share: 1 - CER, at least 0: the share of the line that was read right.
        characters: Characters of the truth.

    Example:
        >>> Judged(reading=Reading("ab", 0.9), right=(True, False), share=0.5, characters=2).share
        0.5
    """

    reading: Reading
    right: tuple[bool, ...]
    share: float
    characters: int


def judge(results: Iterable[ItemResult]) -> list[Judged]:
    """Hold each line's characters against the truth; lines without text or spans are left out.

    Args:
        results: Of an evaluation of lines.

    Example:
        >>> from text_recognizer.core import EchoReader
        >>> item = LabelledItem(np.full((9, 9), 255, np.uint8), "ab", kind="line", writer="w",
        ...                     id="1")
        >>> judge(evaluate(EchoReader(["ac"]), [item])["line"].results)
        []
    """
    found = []
    for result in results:
        reading = result.reading
        if not isinstance(reading, Reading) or not reading.characters or not result.reference:
            continue
        steps = align_texts(result.reference, reading.text)
        right = [step.operation == "equal" for step in steps if step.operation != "deletion"]
        wrong = sum(step.operation != "equal" for step in steps)
        characters = len(result.reference)
        share = max(0.0, 1 - wrong / characters)
        found.append(
            Judged(reading=reading, right=tuple(right), share=share, characters=characters)
        )
    return found


def reliability(judged: Sequence[Judged], level: str = "character") -> list[ReliabilityBin]:
    """Reliability bins of the characters or of the lines, as ``core.readings`` defines both.

    Args:
        judged: Lines held against the truth.
        level: ``"character"``: the share of right ones; ``"line"``: 1 - CER, lines weighted by
            their characters.

    Raises:
        InputError: For another level, or if there is nothing to judge.
    """
    if level == "character":
        spans = [span.confidence for each in judged for span in each.reading.characters]
        return reliability_bins(spans, [float(one) for each in judged for one in each.right])
    if level == "line":
        return reliability_bins(
            [each.reading.confidence for each in judged],
            [each.share for each in judged],
            [each.characters for each in judged],
        )
    raise InputError(f"a level is 'character' or 'line'; received {level!r}; choose one")


def calibration_errors(results: Iterable[ItemResult]) -> dict[str, float]:
    """The expected calibration error of characters and of lines.

    Args:
        results: Of an evaluation.

    Returns:
        By level, 0..1; empty where the reader gave no confidence per character.

    Example:
        >>> calibration_errors([])
        {}
    """
    judged = judge(results)
    if not judged:
        return {}
    return {level: expected_calibration_error(reliability(judged, level)) for level in LEVELS}


def harden(items: Sequence[LabelledItem], *, seed: int = 0) -> list[LabelledItem]:
    """Distorted copies of lines, each distortion half as strong again as it is by default.

    Strangers' handwriting is read worse than rendered hands. A calibration fitted to lines that
    are as hard serves strangers better, without looking at any of theirs.

    Args:
        items: Lines.
        seed: Decides the distortions.

    Returns:
        One copy of each, in the same order.

    Raises:
        InputError: If an item is no line.
    """
    usual = vars(Augment())
    strength = Augment(**{name: STRENGTH * value for name, value in usual.items()})
    rng = np.random.default_rng(seed)
    preprocess = Preprocess()
    copies = []
    for item in items:
        if item.kind != "line":
            raise InputError(f"only lines are distorted; received {item.kind} {item.id!r}")
        ink = preprocess.prepare(item.open()).pixels.astype(np.float32)
        changed, _ = augment(ink, rng, strength)
        paper = LineImage(np.asarray(np.rint(255 * (1 - changed)), np.uint8))
        copies.append(replace(item, image=paper, id=f"{item.id}, distorted"))
    return copies


def calibrate(reader: Reader, items: Sequence[LabelledItem], *, seed: int = 0) -> Calibration:
    """Fit a calibration to lines and to distorted copies of them.

    The lines must be by hands that the reader was not trained on: on its training lines it is
    surer, and right more often, than it will be with strangers.

    Args:
        reader: Gives raw confidences: its bundle has no calibration.
        items: Lines whose truth is known, some hundred.
        seed: Decides the distortions.

    Returns:
        The calibration.

    Raises:
        InputError: If an item is no line, or there is too little to fit to.
    """
    judged = judge(evaluate(reader, [*items, *harden(items, seed=seed)])["line"].results)
    return fit(
        [each.reading for each in judged],
        [each.right for each in judged],
        [each.share for each in judged],
        [each.characters for each in judged],
    )
