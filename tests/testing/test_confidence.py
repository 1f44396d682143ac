"""Confidences against the truth, and a calibration fitted to lines and distorted copies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from text_recognizer.core import CharacterSpan, EchoReader, PageReading, Reading
from text_recognizer.core.errors import InputError
from text_recognizer.reading.calibration import Calibration
from text_recognizer.stats.reliability import expected_calibration_error
from text_recognizer.testing.confidence import (
    calibrate,
    calibration_errors,
    harden,
    judge,
    reliability,
)
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem


class Boaster:
    """Reads ``abcdefgh``, half of it wrong, and says 0.9 of every character."""

    def read(self, image: object) -> PageReading:
        return PageReading((), ())

    def read_lines(self, images: list[object]) -> list[Reading]:
        spans = [CharacterSpan(c, k, k + 1, 0.9) for k, c in enumerate("abcdxxxx")]
        return [Reading.from_characters(spans)] * len(images)


def items(line, count=1, text="abcdefgh"):
    return [LabelledItem(line, text, kind="line", writer="w", id=str(k)) for k in range(count)]


def test_characters_and_lines_are_judged(line):
    (one,) = judge(evaluate(Boaster(), items(line, text="abcdefghij"))["line"].results)
    assert one.right == (True,) * 4 + (False,) * 4
    assert one.share == pytest.approx(0.4)
    assert one.characters == 10


@pytest.mark.parametrize(("level", "right", "gap"), [("character", 0.5, 0.4), ("line", 0.5, 0.4)])
def test_reliability_of_a_boaster(line, level, right, gap):
    bins = reliability(judge(evaluate(Boaster(), items(line, 3))["line"].results), level)
    (only,) = bins
    assert (only.confidence, only.right) == (pytest.approx(0.9), right)
    assert expected_calibration_error(bins) == pytest.approx(gap)


def test_a_level_must_be_known(line):
    with pytest.raises(InputError, match="received 'word'"):
        reliability([], "word")


def test_what_cannot_be_judged_is_left_out(line):
    blank = evaluate(EchoReader(["abc"]), items(line))["line"]
    assert judge(blank.results) == []
    empty = evaluate(Boaster(), items(line, text=""))["line"]
    assert judge(empty.results) == []


def test_distorted_copies_differ_and_repeat(line):
    given = items(line, 3)
    one, two = harden(given), harden(given)
    assert [item.text for item in one] == [item.text for item in given]
    assert {item.id for item in one}.isdisjoint(item.id for item in given)
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a.open().pixels, b.open().pixels)
    assert one[0].open().pixels.shape != one[1].open().pixels.shape
    assert one[0].open().pixels.min() < 128 < one[0].open().pixels.max()
    with pytest.raises(InputError, match="received paragraph"):
        harden([replace(given[0], kind="paragraph")])


def test_calibration_takes_the_boast_away(line):
    found = calibrate(Boaster(), items(line, 12))
    assert isinstance(found, Calibration)
    (reading,) = Boaster().read_lines([line])
    after = found.apply(reading)
    assert after.characters[0].confidence == pytest.approx(0.5, abs=0.03)
    assert after.confidence == pytest.approx(0.5, abs=0.05)


def test_calibration_errors_of_an_evaluation(line):
    found = calibration_errors(evaluate(Boaster(), items(line, 3))["line"].results)
    assert found == {"character": pytest.approx(0.4), "line": pytest.approx(0.4)}
    assert calibration_errors(evaluate(EchoReader(["a"]), items(line))["line"].results) == {}
