"""Verdicts on corruptions follow from the rates and from what was declared."""

from __future__ import annotations

import pytest

from text_recognizer.data.expectations import read_rows
from text_recognizer.testing.data_tests.detections import Detection, catches, detection

pytest.importorskip("pandas")


def seen(corruption, alarms, of=20, share=0.2):
    verdicts = tuple(place < alarms for place in range(of))
    return Detection(corruption=corruption, share=share, alarms=verdicts, rules={"r": alarms})


@pytest.mark.parametrize(
    ("corruption", "alarms", "verdict"),
    [
        pytest.param("blank", 20, "caught", id="always"),
        pytest.param("blank", 19, "caught", id="nearly always"),
        pytest.param("blank", 18, "missed", id="not often enough, and not declared"),
        pytest.param("mirrored", 0, "listed", id="declared and unseen"),
        pytest.param("mirrored", 9, "stale", id="declared unseen, but seen"),
    ],
)
def test_verdicts(corruption, alarms, verdict):
    [found] = catches([seen("clean", 0), seen(corruption, alarms)])
    assert found.verdict == verdict
    assert bool(found.why) == (corruption == "mirrored")
    assert found.rule == ("r" if alarms > 1 else "")


def test_the_largest_share_decides_whatever_the_order():
    [found] = catches([seen("blank", 20, share=0.2), seen("blank", 0, share=0.01)])
    assert found.verdict == "caught"
    assert found.rates == {0.01: 0.0, 0.2: 1.0}


def test_rates_are_counted_by_draw_and_rules_by_name():
    rows = read_rows(["test"], limit=200)
    found = detection(rows, bootstraps=3, corruptions=["inverted"], shares=[0.1])
    assert [(each.corruption, each.alarms) for each in found] == [
        ("clean", (False,) * 3),
        ("inverted", (True,) * 3),
    ]
    assert found[1].rules["pictures are dark on light"] == 3
