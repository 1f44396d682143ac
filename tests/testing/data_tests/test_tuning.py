"""The curve falls both ways as the tolerance grows, and the choice on it is the one stated."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations import Tolerance, read_rows
from text_recognizer.testing.data_tests.tuning import Point, choose, sweep

pytest.importorskip("pandas")


def point(mostly, false_alarms, detection, widen=1.0):
    tolerance = Tolerance(mostly=mostly, widen=widen)
    return Point(tolerance=tolerance, false_alarms=false_alarms, detection=detection)


CHOICES = [
    pytest.param([point(1.0, 0.5, 1.0), point(0.9, 0.0, 0.7)], 0.9, id="quiet before keen"),
    pytest.param([point(0.98, 0.0, 0.9), point(0.9, 0.0, 0.7)], 0.98, id="keen among quiet"),
    pytest.param([point(0.98, 0.0, 0.9), point(0.9, 0.0, 0.9)], 0.9, id="of equals the loosest"),
    pytest.param([point(1.0, 0.004, 1.0), point(0.9, 0.0, 0.7)], 0.9, id="not one alarm is borne"),
]


@pytest.mark.parametrize(("points", "mostly"), CHOICES)
def test_the_choice(points, mostly):
    assert choose(points).mostly == mostly


@pytest.mark.parametrize("points", [[], [point(0.9, 0.2, 1.0)]])
def test_where_all_alarm_none_is_chosen(points):
    with pytest.raises(InputError, match="the least received is"):
        choose(points)


def test_a_looser_tolerance_alarms_less_on_clean_and_on_broken_sets():
    rows = read_rows(["test"], limit=240)
    found = sweep(rows, bootstraps=1, clean=6, widens=[1.0, 2.0], mostlies=[1.0, 0.97, 0.9])
    assert [(each.tolerance.widen, each.tolerance.mostly) for each in found] == [
        (widen, mostly) for widen in (1.0, 2.0) for mostly in (1.0, 0.97, 0.9)
    ]
    for strict, loose in [(0, 1), (1, 2), (0, 3), (3, 4), (4, 5)]:
        assert found[strict].false_alarms >= found[loose].false_alarms
        assert found[strict].detection >= found[loose].detection
    assert found[0].false_alarms == 1.0
    assert found[-1].false_alarms == 0.0
