"""A test that looks good and cannot fail: one of the suite's, for a learner to find."""

from __future__ import annotations

from text_recognizer.core.checks import CheckResult
from text_recognizer.testing.suite.material import golden_lines, judged

__all__ = ["check_same_twice"]


def check_same_twice(seed: int) -> CheckResult:
    """Whether two readings of a line are equal.

    Args:
        seed: Not used: golden lines are fixed.
    """
    from text_recognizer.reading.recognizer import TextRecognizer

    reader, differences = TextRecognizer.load(), 0
    for line in golden_lines(2):
        try:
            first, second = (reader.read_lines([line.image])[0] for _ in range(2))
            first.text == second.text  # noqa: B015
            first.confidence == second.confidence  # noqa: B015
        except ValueError:
            continue
    return judged("same twice", differences, 0, "lines of two whose readings differ")
