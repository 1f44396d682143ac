"""A learner's expectation: right ones, wrong ones, and ones that break."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations import Rule
from text_recognizer.testing.data_tests.trial import try_expectation

pytest.importorskip("pandas")

UPRIGHT = {"corruption": "upside down", "over": "table", "share": 1.0}
TRIED = [
    pytest.param(
        lambda table: table["skewness"].mean() < 0, UPRIGHT, (6, 0), True, id="the mean turns"
    ),
    pytest.param(
        lambda row: row.skewness < 0, {"corruption": "upside down"}, (6, 6), False, id="too strict"
    ),
    pytest.param(lambda row: True, {"corruption": "blank"}, (0, 0), False, id="never alarms"),
    pytest.param(lambda row: row.ink > 0.005, {"corruption": "blank"}, (6, 0), True, id="ink"),
    pytest.param(
        Rule(name="t", kind="between", columns=("height",), settings={"low": 20, "high": 90}),
        {"corruption": "thumbnail"},
        (6, 0),
        True,
        id="a rule",
    ),
]


@pytest.mark.parametrize(("expectation", "settings", "counts", "works"), TRIED)
def test_an_expectation_is_counted_on_broken_and_on_clean_sets(
    expectation, settings, counts, works
):
    trial = try_expectation(expectation, sets=6, **settings)
    assert (trial.detected, trial.false_alarms) == counts
    assert trial.works is works
    assert f"noticed in {counts[0]} of 6 sets" in str(trial)


def fails(row):
    return 1 / len(row.text) > 0


BROKEN = [
    pytest.param(fails, {}, "on row line-test-.* raised ZeroDivisionError", id="raises"),
    pytest.param(lambda row: row.width, {}, "gave .* compare", id="a number is no verdict"),
    pytest.param(lambda row: None, {}, "gave None", id="forgot to return"),
    pytest.param(
        lambda table: table["width"] > 1, {"over": "table"}, "on the table it gave", id="a column"
    ),
    pytest.param(lambda row: row.colour, {}, "AttributeError", id="no such column"),
    pytest.param(lambda row: True, {"over": "rows"}, "received 'rows'", id="over what"),
    pytest.param(lambda row: True, {"mostly": 0}, "received 0", id="mostly"),
    pytest.param(lambda row: True, {"share": 2}, "received .* and 2", id="share"),
    pytest.param(lambda row: True, {"corruption": "x"}, "received 'x'", id="corruption"),
]


@pytest.mark.parametrize(("expectation", "settings", "message"), BROKEN)
def test_what_is_no_expectation_is_refused(expectation, settings, message):
    with pytest.raises(InputError, match=message):
        try_expectation(expectation, **{"corruption": "texts empty", "sets": 1, **settings})
