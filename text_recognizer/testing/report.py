"""What the card of a bundle says of its quality: sets, slices, calibration, variants.

Everything is plain JSON types, in the form that ``reading.card`` takes. The confidences must be
raw when the lines are read; a calibration is applied to the readings afterwards, so that before
and after come from one pass.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reader
from text_recognizer.reading.calibration import Calibration
from text_recognizer.stats.compare import bootstrap_difference
from text_recognizer.stats.reliability import ReliabilityBin, expected_calibration_error
from text_recognizer.testing.confidence import LEVELS, Judged, judge, reliability
from text_recognizer.testing.evaluate import Evaluation, evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.slicing import slice_report


def set_entry(evaluation: Evaluation, note: str) -> dict[str, Any]:
    """What the card says of one set.

    Args:
        evaluation: Of its lines or of its paragraphs.
        note: What the set is, in a few words.

    Example:
        >>> from text_recognizer.core import EchoReader, LineImage
        >>> import numpy as np
        >>> paper = LineImage(np.full((9, 9), 255, np.uint8))
        >>> item = LabelledItem(paper, "abcd", kind="line", writer="w", id="1")
        >>> set_entry(evaluate(EchoReader(["abxd"]), [item])["line"], "toy")["cer"]
        0.25
    """
    interval = evaluation.interval("cer")
    known = {"low": round(interval.low, 4), "high": round(interval.high, 4)} if interval else {}
    return {
        "cer": round(evaluation.counts.cer, 4),
        **known,
        "wer": round(evaluation.counts.wer, 4),
        "lines": sum(result.lines for result in evaluation.results),
        "writers": evaluation.writers,
        "note": note,
    }


def slices_entry(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The slices of one set, as JSON types."""
    return [each.to_dict() for each in slice_report(evaluation)]


def calibrated(judged: Sequence[Judged], calibration: Calibration) -> list[Judged]:
    """The same lines with calibrated confidences.

    Args:
        judged: Lines with raw confidences.
        calibration: What to apply.
    """
    return [replace(each, reading=calibration.apply(each.reading)) for each in judged]


def calibration_entry(
    evaluations: Mapping[str, Evaluation],
    calibration: Calibration,
    *,
    bins_of: str,
    fitted_on: str,
) -> dict[str, Any]:
    """Expected calibration errors before and after, and the bins of one set.

    Args:
        evaluations: Of lines, by name of the set, read with raw confidences.
        calibration: What is judged.
        bins_of: The set whose bins are shown, if it was measured; else the first.
        fitted_on: What the calibration was fitted to, in words.

    Returns:
        JSON types; ``bins_before`` serves the figure.

    Raises:
        InputError: If no set has a line with confidences.
    """
    raw = {name: judged for name, each in evaluations.items() if (judged := judge(each.results))}
    if not raw:
        raise InputError(
            f"a calibration is judged by lines with confidences; received {list(evaluations)}, "
            "which have none; pass evaluations of a reader that gives spans"
        )
    shown = bins_of if bins_of in raw else next(iter(raw))
    sets = {
        name: {
            level: [
                round(expected_calibration_error(reliability(each, level)), 4)
                for each in (judged, calibrated(judged, calibration))
            ]
            for level in LEVELS
        }
        for name, judged in raw.items()
    }
    after = calibrated(raw[shown], calibration)
    return {
        "fitted_on": fitted_on,
        "sets": sets,
        "bins_of": shown,
        "bins_before": {level: _bins(reliability(raw[shown], level)) for level in LEVELS},
        "bins": {level: _bins(reliability(after, level)) for level in LEVELS},
    }


def _bins(bins: Sequence[ReliabilityBin]) -> list[dict[str, float]]:
    total = sum(each.weight for each in bins)
    return [
        {
            "low": each.low,
            "high": each.high,
            "part": round(each.weight / total, 5),
            "confidence": round(each.confidence, 4),
            "right": round(each.right, 4),
        }
        for each in bins
    ]


def variant_entry(
    name: str, what: str, reader: Reader, items: Sequence[LabelledItem], base: Evaluation | None
) -> tuple[dict[str, Any], Evaluation]:
    """Another way to read the same lines: its CER, its cost, and how it differs from the base.

    Args:
        name: Of the reader, such as ``"int8"``.
        what: Name of the set.
        reader: What reads.
        items: Lines.
        base: What to compare with, on the same lines in the same order; None for the base itself.

    Returns:
        What the card says, and the evaluation.

    Raises:
        InputError: If the base has read other lines.
    """
    started = time.process_time()
    evaluation = evaluate(reader, items)["line"]
    seconds = time.process_time() - started
    results = evaluation.results
    entry = set_entry(evaluation, "")
    entry = {key: entry[key] for key in ("cer", "low", "high") if key in entry}
    entry = {"name": name, "set": what, **entry}
    entry["milliseconds"] = round(1000 * seconds / len(results), 1)
    if base is not None:
        if [each.id for each in base.results] != [each.id for each in results]:
            raise InputError(
                f"two readers are compared on the same lines; received {len(base.results)} and "
                f"{len(results)} lines that differ; evaluate both on one list"
            )
        if base.writers > 1:
            change = bootstrap_difference(
                [each.counts.errors for each in base.results],
                [each.counts.errors for each in results],
                [each.counts.characters for each in results],
                [each.writer for each in results],
            )
            entry["difference"] = [
                round(value, 4) for value in (change.estimate, change.low, change.high)
            ]
    return entry, evaluation
