"""Calibration: four numbers that make confidences probabilities and change nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import CharacterSpan, Reading
from text_recognizer.core.errors import BundleError, InputError
from text_recognizer.reading import TextRecognizer
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.calibration import Calibration, Logistic, fit, fit_logistic

HALF = Logistic(slope=0.5)
BOTH = Calibration(character=HALF, line=Logistic(slope=0.5, offset=-0.25))
CONFIDENCE = st.floats(0, 1)


def reading(*confidences):
    spans = [CharacterSpan("a", k, k + 1, each) for k, each in enumerate(confidences)]
    return Reading.from_characters(spans, "digest")


@pytest.mark.parametrize(
    ("logistic", "confidence", "probability"),
    [
        pytest.param(Logistic(), 0.123456789, 0.123456789, id="the identity is exact"),
        pytest.param(HALF, 0.9, 0.75, id="sqrt of odds 9 is 3"),
        pytest.param(Logistic(offset=np.log(3.0)), 0.5, 0.75, id="odds times 3"),
        pytest.param(HALF, 0.0, 0.0, id="nothing read stays 0"),
        pytest.param(Logistic(slope=1e6), 0.9, 1.0, id="no overflow above"),
        pytest.param(Logistic(slope=1e6), 0.1, 0.0, id="no overflow below"),
    ],
)
def test_logistic(logistic, confidence, probability):
    assert logistic(confidence) == pytest.approx(probability, abs=1e-12)


@given(CONFIDENCE, CONFIDENCE, st.floats(0.05, 5), st.floats(-5, 5))
def test_it_never_turns_the_order_around(one, other, slope, offset):
    logistic = Logistic(slope=slope, offset=offset)
    low, high = sorted([one, other])
    assert 0 <= logistic(low) <= logistic(high) + 1e-12 <= 1 + 1e-9


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param({"slope": 0.0}, id="a constant"),
        pytest.param({"slope": -1.0}, id="upside down"),
        pytest.param({"offset": float("nan")}, id="no number"),
        pytest.param({"slope": "1"}, id="a text"),
        pytest.param({"offset": True}, id="a truth"),
    ],
)
def test_numbers_out_of_range_are_quoted(numbers):
    (name, value) = next(iter(numbers.items()))
    with pytest.raises(InputError, match=f"received {name}={value!r}"):
        Logistic(**numbers)


def test_text_and_places_stay():
    before = reading(0.9, 0.99)
    after = BOTH.apply(before)
    assert (after.text, after.bundle) == (before.text, before.bundle)
    assert [(s.start, s.end) for s in after.characters] == [(0, 1), (1, 2)]
    assert [s.confidence for s in after.characters] == [HALF(0.9), HALF(0.99)]
    assert after.confidence == BOTH.line(before.confidence)
    assert BOTH.apply(Reading("", 0.0)) == Reading("", 0.0)


def test_as_json_and_back():
    assert Calibration.from_dict(json.loads(json.dumps(BOTH.to_dict()))) == BOTH


@pytest.mark.parametrize(
    "content",
    [{"word": {}}, {"line": 5}, {"line": {"steepness": 1}}, {"line": {"slope": -1}}, 5],
    ids=["another level", "a number", "another name", "out of range", "no mapping"],
)
def test_a_damaged_calibration_is_refused(content):
    with pytest.raises(InputError, match="received"):
        Calibration.from_dict(content)


@pytest.mark.parametrize(("slope", "offset"), [(0.5, -0.2), (1.0, 0.0), (1.4, 0.6)])
def test_a_fit_finds_the_map_that_made_the_data(slope, offset):
    rng = np.random.default_rng(0)
    raw = rng.beta(5, 1, 20_000)
    made = Logistic(slope=slope, offset=offset)
    right = rng.random(len(raw)) < [made(each) for each in raw]
    found = fit_logistic(raw, right)
    assert found.slope == pytest.approx(slope, abs=0.05)
    assert found.offset == pytest.approx(offset, abs=0.08)


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_a_fit_without_errors_or_without_hits_stays_finite(right):
    found = fit_logistic([0.9] * 50, [right] * 50)
    assert 0.05 <= found.slope < 5
    assert abs(found(0.9) - right) < 0.3


def test_weights_count_like_copies():
    raw, right = [0.9, 0.6] * 20, [1.0, 0.0] * 20
    twice = fit_logistic(raw + raw[::2], right + right[::2])
    assert fit_logistic(raw, right, [2.0, 1.0] * 20) == twice


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(([0.5] * 9, [1] * 9), r"at least 20; received shapes \(9,\)", id="few"),
        pytest.param(([0.5] * 20, [1] * 21), r"received shapes \(20,\), \(21,\)", id="lengths"),
        pytest.param(([1.5] * 20, [1] * 20), "confidences lie in 0..1; received 1.5", id="percent"),
        pytest.param(([0.5] * 20, [2] * 20), "right lie in 0..1; received 2", id="counts"),
        pytest.param(([0.5] * 20, [1] * 20, [-1] * 20), "weights lie in", id="weights"),
    ],
)
def test_what_cannot_be_fitted_is_quoted(arguments, words):
    with pytest.raises(InputError, match=words):
        fit_logistic(*arguments)


def test_both_maps_are_fitted_to_lines():
    rng = np.random.default_rng(1)
    raw = rng.beta(5, 1, (400, 10))
    right = rng.random(raw.shape) < [[HALF(each) for each in row] for row in raw]
    lines = [reading(*row) for row in raw]
    found = fit(lines, right.tolist(), right.mean(axis=1).tolist(), [10] * 400)
    assert found.character.slope == pytest.approx(0.5, abs=0.1)
    said = [found.apply(line).confidence for line in lines]
    assert np.mean(said) == pytest.approx(right.mean(), abs=0.005)
    with pytest.raises(InputError, match="received 400 readings and flags for 1"):
        fit(lines, [[True]], [1.0], [1])


def test_a_bundle_without_calibration_gives_raw_confidences(tiny_bundle, line):
    reader = TextRecognizer.load(tiny_bundle)
    (found,) = reader.read_lines([line])
    assert found == Reading.from_characters(found.characters, found.bundle)


def test_a_bundle_carries_its_calibration(own_bundle, line, page):
    plain = TextRecognizer.load(own_bundle)
    bundle = replace(plain.bundle, calibration=BOTH).save(own_bundle)
    assert bundle.digest != plain.bundle.digest
    reader = TextRecognizer.load(own_bundle)
    assert reader.bundle.calibration == BOTH
    (before,), (after,) = plain.read_lines([line]), reader.read_lines([line])
    assert after == replace(BOTH.apply(before), bundle=bundle.digest)
    sheet = reader.read(page)
    raw = plain.read(page)
    assert sheet.text == raw.text
    assert [each.confidence for each in sheet.lines] == [
        BOTH.line(each.confidence) for each in raw.lines
    ]


def test_a_damaged_calibration_in_a_bundle_is_named(own_bundle):
    path = own_bundle / "bundle.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "calibration": {"line": {"slope": -1}}}))
    with pytest.raises(BundleError, match="slope above 0"):
        Bundle.load(own_bundle)
