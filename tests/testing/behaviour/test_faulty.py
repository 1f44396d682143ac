"""Planted faults: hidden on plain lines, exposed by the right test and by no other."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.behaviour import FaultyReader, exposes, load_written
from text_recognizer.testing.behaviour.faulty import FAULTS
from text_recognizer.testing.behaviour.full import solutions
from text_recognizer.testing.behaviour.remember import RememberingReader


@pytest.fixture(scope="module")
def reader():
    return RememberingReader(TextRecognizer.load(backend="int8"))


@pytest.fixture(scope="module")
def lines():
    return load_written(24)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_test_for_a_fault_exposes_it(fault, reader, lines):
    verdict = exposes(solutions()[fault], reader, FaultyReader(reader, fault), lines)
    assert verdict.exposed, str(verdict)
    assert verdict.faulty.low > verdict.sound.estimate


@pytest.mark.parametrize(
    ("fault", "test"),
    [
        pytest.param("wide_margin", "dim", id="light does not move margins"),
        pytest.param("dim", "wide_margin", id="nor margins the light"),
        pytest.param("stale", "dim", id="an old reading is perfectly invariant"),
        pytest.param("small", "odd_width", id="a column more leaves the height"),
    ],
)
def test_another_test_does_not(fault, test, reader, lines):
    assert not exposes(solutions()[test], reader, FaultyReader(reader, fault), lines).exposed


@pytest.mark.parametrize("fault", ["wide_margin", "dim", "small"])
def test_plain_lines_hardly_show_it(fault, reader, lines):
    images = [line.image for line in lines]
    plain = [each.text for each in reader.read_lines(images)]
    spoilt = [each.text for each in FaultyReader(reader, fault).read_lines(images)]
    assert sum(a != b for a, b in zip(plain, spoilt, strict=True)) <= 1


def test_a_test_that_ruins_the_writing_exposes_nothing(reader, lines):
    """Both readers fail on all of it."""

    def ruin(pixels):
        return np.where(np.arange(pixels.shape[1]) % 9 < 7, 255, pixels).astype(np.uint8)

    verdict = exposes(ruin, reader, FaultyReader(reader, "dim"), lines)
    assert not verdict.exposed
    assert verdict.sound.estimate > 0.4
    assert str(verdict).startswith("not exposed")


def test_the_sound_reader_is_not_its_own_fault(reader, lines):
    verdict = exposes(solutions()["dim"], reader, reader, lines)
    assert (verdict.exposed, verdict.only_faulty, verdict.p_value) == (False, 0, 1.0)


def test_an_unknown_fault(reader):
    with pytest.raises(ConfigError, match="received 'slow'"):
        FaultyReader(reader, "slow")
