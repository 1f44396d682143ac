"""The checks of lab 01 accept what is right, however it is written, and explain what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from lab_utils.checks import lab_01
from lab_utils.exercise_testing import Answers, assert_complete, assert_exercise
from lab_utils.exercises import find, judge


def labels_fit(lines, reader):
    from text_recognizer import ErrorCounts

    readings = reader.read_lines([line.image for line in lines])
    counts = ErrorCounts()
    for line, reading in zip(lines, readings, strict=True):
        counts = counts + ErrorCounts.compare(line.text, reading.text)
    return counts.cer < 0.4


def labels_fit_better_than_their_neighbours(lines, reader):
    read = [each.text for each in reader.read_lines([line.image for line in lines])]
    alike = [
        sum(a == b for a, b in zip(line.text, text, strict=False)) / max(1, len(line.text))
        for line, text in zip(lines, read, strict=True)
    ]
    return bool(np.median(alike) > 0.3)


def labels_are_exact(lines, reader):
    read = reader.read_lines([line.image for line in lines])
    return all(line.text == each.text for line, each in zip(lines, read, strict=True))


def labels_have_the_length(lines, reader):
    read = reader.read_lines([line.image for line in lines])
    gaps = [abs(len(line.text) - len(each.text)) for line, each in zip(lines, read, strict=True)]
    return sum(gaps) < 4 * len(lines)


def labels_share(lines, reader):
    """A share instead of a verdict."""
    return 0.9


def margin(pixels):
    return np.pad(pixels, ((0, 0), (2 * pixels.shape[0], 0)), constant_values=np.median(pixels))


def margin_by_stacking(pixels):
    paper = np.full((pixels.shape[0], 150), np.median(pixels), np.uint8)
    return np.hstack([paper, pixels])


def nothing(pixels):
    return pixels.copy()


def mirrored(pixels):
    return pixels[:, ::-1].copy()


def darker(pixels):
    return (pixels * 0.9).astype(np.uint8)


ANSWERS = {
    "01-lint": Answers(
        solution={"B905", "F631", "F821"},
        alternative=["F821", "B905", "F631"],
        wrong={
            "one too many": {"B905", "F631", "F821", "E741"},
            "one too few": {"F631", "F821"},
            "all of them": set(lab_01.CODES),
            "a text": "F821",
            "unknown codes": {"X1"},
        },
    ),
    "01-labels": Answers(
        solution=labels_fit,
        alternative=labels_fit_better_than_their_neighbours,
        wrong={
            "asks for perfection": labels_are_exact,
            "looks at lengths": labels_have_the_length,
            "gives a share": labels_share,
        },
    ),
    "01-invariance": Answers(
        solution=margin,
        alternative=margin_by_stacking,
        wrong={"changes nothing": nothing, "spoils the writing": mirrored, "too little": darker},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", ANSWERS)
def test_exercise(exercise_id):
    assert_exercise(exercise_id, ANSWERS[exercise_id])


def test_every_exercise_is_tested():
    assert_complete("01", ANSWERS)


@pytest.mark.parametrize("code", lab_01.CODES)
def test_each_lint_finding_that_is_judged_wrongly_is_explained(code):
    verdict = judge(find("01-lint"), {"B905", "F631", "F821"} ^ {code})
    assert code in verdict.failure.hint
