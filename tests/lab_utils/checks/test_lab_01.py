"""The checks of lab 01 accept what is right, however it is written, and explain what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from lab_utils.checks import lab_01
from lab_utils.exercise_testing import Answers, assert_complete, assert_exercise
from lab_utils.exercises import find, judge


def turned(table):
    return bool(table["skewness"].mean() < -0.1)


def turned_by_median(table):
    return bool((table["skewness"] < 0).mean() > 0.6)


def turned_too_late(table):
    return bool(table["skewness"].mean() < 0)


def turned_too_soon(table):
    return bool((table["skewness"] < 0).all())


def looks_at_heights(table):
    return bool(table["height"].mean() < 70)


def properties(seed):
    import numpy as np

    from text_recognizer import Charset
    from text_recognizer.core.pixels import load_grey

    red = np.zeros((20, 20, 3), np.uint8)
    red[..., 0] = 255
    assert 60 < load_grey(red).mean() < 90
    assert Charset("ab").digest != Charset("ba").digest


def properties_of_readings(seed):
    import numpy as np

    from text_recognizer import Charset, TextRecognizer
    from text_recognizer.data.sample import load_lines

    reader = TextRecognizer.load()
    line = load_lines("test", 1)[0].image.pixels
    blank = np.full_like(line, 255)
    written, empty = reader.read_lines([line, blank])
    digests = {Charset(order).digest for order in ("abc", "acb", "cab")}
    return bool(written.text) and not empty.text and len(digests) == 3


def looks_at_nothing(seed):
    assert seed >= 0


def alarms_always(seed):
    raise AssertionError("no")


def one_property(seed):
    from text_recognizer import Charset

    return Charset("ab").digest != Charset("ba").digest


def slices(rates):
    for name, rate in rates.items():
        assert rate < 0.35, name


def slices_by_worst(rates):
    worst = max(rates, key=rates.get)
    if rates[worst] > 0.4:
        raise AssertionError(worst)


def slices_by_mean(rates):
    assert sum(rates.values()) / len(rates) < 0.35


def slices_unasserted(rates):
    for rate in rates.values():
        rate < 0.35  # noqa: B015


def slices_too_strict(rates):
    for rate in rates.values():
        assert rate < 0.05


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
    "01-useless": Answers(
        solution="same twice",
        alternative=bytes("same twice", "ascii").decode(),
        wrong={
            "one that catches much": "memorisation",
            "one that does not exist": "everything",
            "a number": 3,
        },
    ),
    "01-expectation": Answers(
        solution=turned,
        alternative=turned_by_median,
        wrong={
            "asks for too little": turned_too_late,
            "asks every row": turned_too_soon,
            "another column": looks_at_heights,
        },
    ),
    "01-recall": Answers(
        solution=properties,
        alternative=properties_of_readings,
        wrong={
            "catches nothing": looks_at_nothing,
            "always alarms": alarms_always,
            "sees one fault": one_property,
        },
    ),
    "01-raise": Answers(
        solution=slices,
        alternative=slices_by_worst,
        wrong={
            "looks at the mean": slices_by_mean,
            "forgets to assert": slices_unasserted,
            "asks for too much": slices_too_strict,
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


def test_the_useless_test_catches_nothing_and_costs_something():
    from text_recognizer.testing.bench import load_bank, load_table
    from text_recognizer.testing.suite import SUITE

    rates = load_table(SUITE, load_bank()).only([lab_01.USELESS]).rates()
    assert (rates.caught, rates.alarmed) == (0, 0)
    assert rates.seconds > 0


@pytest.mark.parametrize("code", lab_01.CODES)
def test_each_lint_finding_that_is_judged_wrongly_is_explained(code):
    verdict = judge(find("01-lint"), {"B905", "F631", "F821"} ^ {code})
    assert code in verdict.failure.hint
