"""Running behaviours: cases, random numbers of their own, and readers that lose lines."""

from __future__ import annotations

import pytest

from tests.testing.behaviour.fakes import LINES, Meter, behaviour, picture
from text_recognizer.core import EchoReader
from text_recognizer.core.errors import InputError
from text_recognizer.testing.behaviour.cases import Behaviour, Case, right
from text_recognizer.testing.behaviour.run import run_behaviours


def test_every_picture_is_read_once():
    meter = Meter()
    run_behaviours(meter, [behaviour("a", wide=1), behaviour("b", wide=1)], LINES)
    assert meter.seen == 24


def test_one_more_behaviour_changes_nothing_for_the_others():
    def draws(lines, rng):
        return [Case(id="1", writer="w", images=(picture(int(rng.integers(100, 900))),))]

    test = Behaviour(name="draw", capability="c", kind="MFT", make=draws, judge=right)
    alone = run_behaviours(Meter(), [test], LINES)
    beside = run_behaviours(Meter(), [behaviour("x"), test, behaviour("y")], LINES)
    other = run_behaviours(Meter(), [test], LINES, seed=5)
    shown = [each["draw"].outcomes[0].case.images[0].width for each in (alone, beside, other)]
    assert shown[0] == shown[1] != shown[2]


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        pytest.param([], "received 0", id="no behaviour"),
        pytest.param([behaviour("a"), behaviour("a")], r"\['a'\] occur twice", id="twice"),
    ],
)
def test_a_suite_has_behaviours_of_different_names(tests, message):
    with pytest.raises(InputError, match=message):
        run_behaviours(Meter(), tests, LINES)


def test_a_behaviour_without_cases_is_an_error_not_a_pass():
    with pytest.raises(InputError, match="'test' made none of 0 lines"):
        run_behaviours(Meter(), [behaviour()], [])


def test_a_reader_that_loses_lines_is_noticed():
    class Short(EchoReader):
        def read_lines(self, images):
            return super().read_lines(images[:-1])

    with pytest.raises(InputError, match="received 23 for 24 images from Short"):
        run_behaviours(Short(["a"] * 30), [behaviour()], LINES)
