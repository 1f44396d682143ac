"""The reader that ships: golden lines, equal backends, and confidences that mean something."""

from __future__ import annotations

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.testing.suite.material import golden_lines, judged

__all__ = ["check_backends_agree", "check_confidence_order", "check_golden_lines"]


def check_golden_lines(seed: int) -> CheckResult:
    """Whether the shipped reader still reads eight lines that it has always read.

    Args:
        seed: Not used: golden lines are fixed.
    """
    from text_recognizer.core.scores import count_errors
    from text_recognizer.reading.recognizer import TextRecognizer

    lines = golden_lines()
    readings = TextRecognizer.load().read_lines([line.image for line in lines])
    cer = count_errors([line.text for line in lines], [each.text for each in readings]).cer
    return judged("golden lines", cer, 0.15, "CER of the shipped reader on eight test lines")


def check_backends_agree(seed: int) -> CheckResult:
    """Whether torch and ONNX give the same probabilities.

    Args:
        seed: Chooses the line.
    """
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.data.sample import load_lines
    from text_recognizer.reading.backends import make_backend, run_lines
    from text_recognizer.reading.bundle import Bundle

    bundle = Bundle.load()
    ink = [Preprocess()(line.image)[:, :320] for line in load_lines("val", 1, seed)]
    one, two = (run_lines(make_backend(name, bundle), ink)[0] for name in ("onnx", "torch"))
    apart = float(np.abs(np.exp(one) - np.exp(two)).max()) if one.shape == two.shape else 1.0
    return judged("backends agree", apart, 1e-3, "largest difference of a probability")


def check_confidence_order(seed: int) -> CheckResult:
    """Whether lines that are read better have the higher confidence.

    Args:
        seed: Not used: golden lines are fixed.
    """
    from text_recognizer.core.scores import ErrorCounts
    from text_recognizer.reading.recognizer import TextRecognizer

    lines = golden_lines()
    readings = TextRecognizer.load().read_lines([line.image for line in lines])
    found = [
        (ErrorCounts.compare(line.text, each.text).cer, each.confidence)
        for line, each in zip(lines, readings, strict=True)
    ]
    pairs = [(a, b) for a in found for b in found if a[0] + 0.05 < b[0]]
    wrong = sum(better[1] <= worse[1] for better, worse in pairs) / max(len(pairs), 1)
    return judged("confidence order", wrong, 0.35, "pairs in which the worse reading is surer")
