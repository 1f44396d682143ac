"""Upgrades: what is fixed and broken, and verdicts that a worse reader does not pass."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core import EchoReader
from text_recognizer.core.errors import InputError
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.regression.full import mistuned
from text_recognizer.testing.regression.upgrade import (
    Upgrade,
    compare_upgrade,
    count_upgrade,
    fresh_lines,
    judge_upgrade,
)

PAPER = np.full((9, 40), 255, np.uint8)
PARAGRAPH = LabelledItem(PAPER, "a", kind="paragraph", writer="w", id="p")


def items(count):
    return [
        LabelledItem(PAPER, "cat", kind="line", writer=f"w{k % 3}", id=str(k)) for k in range(count)
    ]


def says(pattern):
    """Right where the pattern has an x."""
    return EchoReader(["cat" if mark == "x" else "dog" for mark in pattern])


def test_lines_fall_into_four_fields():
    upgrade = judge_upgrade(says("xxxx...."), says("xx..xxx."), items(8))
    assert vars(upgrade) == {"both_right": 2, "fixed": 3, "broken": 2, "both_wrong": 1}
    assert (upgrade.lines, upgrade.broken_share) == (8, 0.5)


@pytest.mark.parametrize(
    ("fixed", "broken", "verdict", "passed"),
    [
        pytest.param(12, 1, "better", True, id="fixes a dozen"),
        pytest.param(1, 12, "worse", False, id="breaks a dozen"),
        pytest.param(20, 20, "no difference shown", True, id="as many either way"),
        pytest.param(0, 5, "no difference shown", True, id="five are not enough: p = 0.06"),
        pytest.param(0, 6, "worse", False, id="six are: p = 0.03"),
        pytest.param(0, 0, "no difference shown", True, id="the same reader"),
    ],
)
def test_verdicts(fixed, broken, verdict, passed):
    upgrade = Upgrade(both_right=20, fixed=fixed, broken=broken, both_wrong=20)
    assert upgrade.verdict == verdict
    assert upgrade.check().passed is passed
    assert f"{broken} broken" in upgrade.check().reason


def test_on_old_failures_alone_no_verdict_can_fail_so_the_check_does():
    """Nothing can break there: a check that cannot fail is not passed."""
    upgrade = Upgrade(both_right=0, fixed=3, broken=0, both_wrong=37)
    assert not upgrade.can_fail
    check = upgrade.check("bank of failures")
    assert not check.passed
    assert "nothing could break" in check.reason


def test_a_worse_reader_is_refused_and_the_same_one_is_not():
    reader, lines = TextRecognizer.load(backend="int8"), fresh_lines(90)
    assert judge_upgrade(reader, mistuned(12.0), lines).verdict == "worse"
    assert judge_upgrade(reader, reader, lines[:10]).check().passed


def test_fresh_lines_are_of_the_test_split_and_the_seed_draws_them():
    first, again, other = fresh_lines(20), fresh_lines(20), fresh_lines(20, seed=1)
    assert all(item.id.startswith("line-test-") for item in first)
    assert [item.id for item in first] == [item.id for item in again]
    assert [item.id for item in first] != [item.id for item in other]


def test_counts_and_json():
    upgrade = count_upgrade([True, True, False], [True, False, True])
    assert upgrade.to_dict()["broken_share"] == 0.5
    assert count_upgrade([False], [False]).broken_share == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: count_upgrade([], []), "counted from 0", id="no lines"),
        pytest.param(lambda: fresh_lines(0), "received 0", id="none drawn"),
        pytest.param(lambda: fresh_lines(10_000), "has 600 lines; received 10000", id="too many"),
        pytest.param(
            lambda: judge_upgrade(
                says("x"),
                says("x"),
                [LabelledItem(PAPER, "a", kind="paragraph", writer="w", id="p")],
            ),
            "received a paragraph",
            id="a paragraph",
        ),
        pytest.param(
            lambda: compare_upgrade(
                evaluate(says("xx"), items(2))["line"], evaluate(says("x"), items(1))["line"]
            ),
            "received 2 and 1 lines",
            id="other lines",
        ),
    ],
)
def test_what_cannot_be_judged(call, message):
    with pytest.raises(InputError, match=message):
        call()
