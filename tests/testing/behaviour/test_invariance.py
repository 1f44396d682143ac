"""INV behaviours, and a learner's own, on a reader that measures what it is shown."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core import Reading
from text_recognizer.core.errors import InputError
from text_recognizer.testing.behaviour import load_written, run_behaviours
from text_recognizer.testing.behaviour.invariance import invariance_tests, own_behaviour
from text_recognizer.testing.behaviour.perturbations import LADDERS, dim, margin


class Light:
    """Reads dim pictures as nothing and all others alike."""

    def read_lines(self, images):
        bright = [np.median(image.pixels) > 130 for image in images]
        return [Reading("a line", 0.9) if each else Reading("", 0.0) for each in bright]


@pytest.fixture(scope="module")
def lines():
    return [line for line in load_written(12) if np.median(line.image.pixels) > 230][:3]


def test_all_ladders_and_the_control_are_there():
    tests = invariance_tests()
    assert len({test.name for test in tests}) == len(tests) == 1 + 4 * len(LADDERS)
    assert tests[0].capability == "control"
    assert tests[0].step == 0
    assert {test.kind for test in tests} == {"INV"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"capabilities": ["italics"]}, "received italics", id="unknown"),
        pytest.param({"steps": [0]}, r"steps 1 to 4; received \[0\]", id="step 0"),
        pytest.param({"steps": [5]}, r"received \[5\]", id="step 5"),
    ],
)
def test_what_no_ladder_has_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        invariance_tests(**arguments)


def test_a_reader_that_goes_blind_in_the_dark_fails_there_and_only_there(lines):
    report = run_behaviours(Light(), invariance_tests(["brightness", "margins"]), lines)
    rates = [each.rate for each in report.ladder("brightness")]
    assert rates == [0, 0, 1, 1]
    assert report.breaking_strength("brightness") == pytest.approx(0.58)
    assert report.breaking_strength("margins") is None


def test_an_own_test_is_one_function(lines):
    test = own_behaviour(lambda pixels: dim(pixels, 0.3), name="night")
    assert run_behaviours(Light(), [test], lines)["night"].rate == 1
    test = own_behaviour(lambda pixels: margin(pixels, 0.2), name="frame")
    assert run_behaviours(Light(), [test], lines)["frame"].rate == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda pixels: pixels.copy(), "returned all 3 unchanged", id="nothing"),
        pytest.param(lambda pixels: pixels.mean(), "received float64", id="a number"),
    ],
)
def test_an_own_test_that_is_none_is_an_error(change, message, lines):
    with pytest.raises(InputError, match=message):
        run_behaviours(Light(), [own_behaviour(change, name="mine")], lines)
