"""A test that was never seen red proves nothing; and how a half point is earned honestly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.score import Item, Schedule, read_schedule, score_item
from text_recognizer.testing.score.evidence import lost_slices, shipped_slices, weigh
from text_recognizer.testing.score.junit import CaseResult, Report
from text_recognizer.testing.score.run import Run

Rates = dict[str, float]


def test_red_and_green_are_told_apart() -> None:
    def test(value: int) -> None:
        assert value < 3
        [0][value]

    found = weigh(test, {"zero": 0, "one": 1}, {"nine": 9, "also zero": 0})
    assert (found.passed, found.alarmed) == (("zero",), ("one",)), "any exception is red"
    assert (found.caught, found.missed) == (("nine",), ("also zero",))
    assert not found.sound


@pytest.mark.parametrize(("right", "broken"), [({}, {"a": 1}), ({"a": 1}, {}), ({"a": 1},) * 2])
def test_what_proves_nothing_is_refused(right: dict[str, int], broken: dict[str, int]) -> None:
    with pytest.raises(InputError, match="right"):
        weigh(print, right, broken)


# -- the exercise: Model 6 is measured, and nobody said what suffices ------------------------------
@pytest.fixture(scope="module")
def shipped() -> Rates:
    return shipped_slices()


@pytest.fixture(scope="module")
def broken(shipped: Rates) -> dict[str, Rates]:
    return lost_slices(shipped)


def test_slices_are_those_of_the_card(shipped: Rates, broken: dict[str, Rates]) -> None:
    assert {name.split()[0] for name in shipped} == {"characters", "length", "slant", "writer"}
    assert all(0 < rate < 0.5 for rate in shipped.values())
    assert len(broken) == len(shipped)
    with pytest.raises(InputError, match="'dreams'"):
        shipped_slices("dreams")


def says_what_suffices(rates: Rates) -> None:
    assert all(rate < 0.35 for rate in rates.values())


def by_kind(rates: Rates) -> None:
    for name, rate in rates.items():
        limit = 0.4 if name.startswith(("writer", "characters")) else 0.2
        assert rate <= limit, f"{name}: {rate} is above {limit}"


def looks_at_the_mean(rates: Rates) -> None:
    assert sum(rates.values()) / len(rates) < 0.2


def one_limit_for_all(rates: Rates) -> None:
    assert max(rates.values()) < 0.1


def forgets_to_assert(rates: Rates) -> None:
    all(rate < 0.35 for rate in rates.values())


def looks_at_digits_only(rates: Rates) -> None:
    assert rates["characters digits"] < 0.35


@pytest.mark.parametrize(
    ("test", "sound"),
    [
        pytest.param(says_what_suffices, True, id="solution"),
        pytest.param(by_kind, True, id="another right answer"),
        pytest.param(looks_at_the_mean, False, id="a lost slice hides in the mean"),
        pytest.param(one_limit_for_all, False, id="the shipped reader fails it"),
        pytest.param(forgets_to_assert, False, id="cannot fail"),
        pytest.param(looks_at_digits_only, False, id="one slice only"),
    ],
)
def test_only_a_sound_test_raises_the_score(
    test: Callable[[Rates], None],
    sound: bool,
    shipped: Rates,
    broken: dict[str, Rates],
    row: Callable[..., Item],
) -> None:
    found = weigh(test, {"the shipped reader": shipped}, broken)
    assert found.sound is sound
    # A test that is not sound is not linked; one that is earns 1/2 by hand, 1 once it is repeated.
    name = "tests/testing/test_slice_limits.py"
    item = row(*[name] * found.sound, section="Model", number=6)
    result = CaseResult(id=f"{name}::test_slices", outcome="passed")
    report = Report(name="mine.xml", tests=(result,))
    points = [
        score_item(item, Run(reports=(each,)), schedule).points
        for each, schedule in (
            (report, read_schedule()),
            (report.run_by("make test"), Schedule()),
            (report.run_by("make test"), read_schedule()),
        )
    ]
    assert points == ([0.5, 0.5, 1.0] if sound else [0, 0, 0])
