"""What the card says of quality, from readers whose errors and confidences are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from text_recognizer.core import CharacterSpan, EchoReader, PageReading, Reading
from text_recognizer.core.errors import InputError
from text_recognizer.reading.calibration import Calibration, Logistic
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.report import (
    calibration_entry,
    set_entry,
    slices_entry,
    variant_entry,
)

PAPER = np.full((16, 40), 255, np.uint8)


class Speller:
    """Reads every line as a text, and says 0.9 of each character."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, image: object) -> PageReading:
        return PageReading((), ())

    def read_lines(self, images: list[object]) -> list[Reading]:
        spans = [CharacterSpan(c, k, k + 1, 0.9) for k, c in enumerate(self.text)]
        return [Reading.from_characters(spans)] * len(images)


def items(count=4, text="abcd"):
    return [
        LabelledItem(PAPER, text, kind="line", writer=f"w{k % 2}", id=str(k)) for k in range(count)
    ]


def test_a_set_in_numbers():
    readings = ["abcd", "abxd", "abcd", "abxd"]
    assert set_entry(evaluate(EchoReader(readings), items())["line"], "a note") == {
        "cer": 0.125,
        "low": 0.0,
        "high": 0.25,
        "wer": 0.5,
        "lines": 4,
        "writers": 2,
        "note": "a note",
    }


def test_one_writer_has_no_interval():
    entry = set_entry(evaluate(EchoReader(["abxd"]), items(1))["line"], "")
    assert "low" not in entry


def test_slices_are_json():
    found = slices_entry(evaluate(Speller("abxd"), items())["line"])
    assert json.loads(json.dumps(found)) == found
    assert {each["group"] for each in found} == {"writer", "length", "characters"}


def test_calibration_before_and_after():
    evaluations = {"set": evaluate(Speller("abxx"), items())["line"]}
    exact = Logistic(slope=1.0, offset=-np.log(9.0))  # 0.9 becomes 0.5
    found = calibration_entry(
        evaluations,
        Calibration(character=exact, line=exact),
        bins_of="another",
        fitted_on="letters",
    )
    assert found["sets"] == {"set": {"character": [0.4, 0.0], "line": [0.4, 0.0]}}
    assert (found["bins_of"], found["fitted_on"]) == ("set", "letters")
    (before,), (after,) = found["bins_before"]["character"], found["bins"]["character"]
    assert before == {"low": 0.9, "high": 1.0, "part": 1.0, "confidence": 0.9, "right": 0.5}
    assert after["confidence"] == 0.5
    assert json.loads(json.dumps(found)) == found


def test_a_reader_without_spans_has_nothing_to_calibrate():
    evaluations = {"set": evaluate(EchoReader(["abcd"] * 4), items())["line"]}
    with pytest.raises(InputError, match=r"received \['set'\]"):
        calibration_entry(evaluations, Calibration(), bins_of="set", fitted_on="")


def test_variants_are_compared_on_the_same_lines():
    first, base = variant_entry("greedy", "set", Speller("abxd"), items(), None)
    other, _ = variant_entry("beam", "set", Speller("abcd"), items(), base)
    assert "difference" not in first
    assert (first["cer"], other["cer"]) == (0.25, 0.0)
    assert other["difference"] == [-0.25, -0.25, -0.25]
    assert other["milliseconds"] >= 0
    with pytest.raises(InputError, match="received 4 and 3 lines"):
        variant_entry("beam", "set", Speller("abcd"), items(3), base)
