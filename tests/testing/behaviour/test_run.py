"""Running behaviours: rates, tables, ladders and examples, on readers whose faults are known."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core import EchoReader, LineImage, Reading
from text_recognizer.core.errors import InputError
from text_recognizer.testing.behaviour.cases import Behaviour, Case, WrittenLine, right, unchanged
from text_recognizer.testing.behaviour.run import run_behaviours


class Meter:
    """Reads as many letters as the picture has hundreds of columns; counts what it reads."""

    def __init__(self):
        self.seen = 0

    def read(self, image):
        raise NotImplementedError

    def read_lines(self, images):
        self.seen += len(images)
        texts = ["a" * (image.width // 100) for image in images]
        return [Reading(text, 0.9 if text else 0.0) for text in texts]


def picture(width, grey=255):
    return LineImage(np.full((9, width), grey, np.uint8))


LINES = [
    WrittenLine(image=picture(1000 + k), text="a" * 10, writer=f"w{k % 3}", id=str(k))
    for k in range(12)
]


def behaviour(name="test", kind="INV", step=0, wide=0, capability="width", judge=unchanged):
    """One that widens the first ``wide`` lines by 500 columns."""

    def make(lines, rng):
        return [
            Case(
                id=line.id,
                writer=line.writer,
                images=(line.image, picture(line.image.width + 500 * (k < wide), 254)),
                expected=line.text,
            )
            for k, line in enumerate(lines)
        ]

    return Behaviour(name=name, capability=capability, kind=kind, make=make, judge=judge, step=step)


def test_rates_count_the_failures():
    result = run_behaviours(Meter(), [behaviour(wide=3)], LINES)["test"]
    assert (result.failures, result.rate, result.changed) == (3, 0.25, 0.25)
    assert result.cer == pytest.approx(15 / 120)
    assert 0.25 in result.interval
    assert result.interval.low > 0.05
    assert result.to_dict()["cases"] == 12


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


def test_the_table_has_a_row_per_capability_and_none_where_nothing_is_tested():
    tests = [
        behaviour("a", wide=6),
        behaviour("b", wide=0),
        behaviour("c", kind="MFT", capability="text", judge=right),
    ]
    rows, columns, rates = run_behaviours(Meter(), tests, LINES).table()
    assert (rows, columns) == (["width", "text"], ["MFT", "INV"])
    assert rates == [[None, 0.25], [0.0, None]]


def test_a_ladder_is_sorted_and_says_where_it_breaks():
    tests = [behaviour(f"s{step}", step=step, wide=wide) for step, wide in ((3, 6), (1, 0), (2, 0))]
    report = run_behaviours(Meter(), tests, LINES)
    assert [each.rate for each in report.ladder("width")] == [0, 0, 0.5]
    assert report.breaking_step("width", 0.25) == pytest.approx(2.5)
    assert report.breaking_step("width", 0.6) is None
    with pytest.raises(InputError, match=r"was run for \['width'\]; received 'slant'"):
        report.ladder("slant")


def test_the_worst_are_failures_each_line_once():
    tests = [behaviour("a", wide=2), behaviour("b", wide=3)]
    worst = run_behaviours(Meter(), tests, LINES).worst(5)
    assert sorted(outcome.case.id for outcome in worst) == ["0", "1", "2"]
    assert worst[0].to_dict()["read"] == "a" * 15
    assert run_behaviours(Meter(), tests, LINES).worst(5, kind="MFT") == []


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


def test_an_unknown_name_lists_the_known():
    with pytest.raises(InputError, match=r"'x' is none of \['test'\]"):
        run_behaviours(Meter(), [behaviour()], LINES)["x"]
