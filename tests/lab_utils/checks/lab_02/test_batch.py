from __future__ import annotations

import pytest

from lab_utils.checks.lab_02.batch import EXERCISE, Planned
from lab_utils.exercise_testing import Answers, assert_exercise
from lab_utils.exercises import judge


def needed(plan, lines, copies=4):
    each = plan.activations / 2 if plan.bf16 else plan.activations
    return copies * plan.parameters + lines * each


def divides(plan, cap):
    per_line = plan.activations // 2 if plan.bf16 else plan.activations
    return max(0, (cap - 4 * plan.parameters) // per_line)


def counts(plan, cap):
    lines = 0
    while needed(plan, lines + 1) <= cap:
        lines += 1
    return lines


def halves_everything(plan, cap):
    share = 0.5 if plan.bf16 else 1
    return max(0, int((cap - share * 4 * plan.parameters) // (share * plan.activations)))


def power_of_two(plan, cap):
    lines = 1
    while needed(plan, 2 * lines) <= cap:
        lines *= 2
    return lines if needed(plan, lines) <= cap else 0


def rounds_up(plan, cap):
    return max(0, -(-(2 if plan.bf16 else 1) * (cap - 4 * plan.parameters) // plan.activations))


def copies(number):
    return lambda plan, cap: max(
        0, (cap - number * plan.parameters) * (2 if plan.bf16 else 1) // plan.activations
    )


def ignores_bf16(plan, cap):
    return max(0, (cap - 4 * plan.parameters) // plan.activations)


def negative(plan, cap):
    return (cap - 4 * plan.parameters) * (2 if plan.bf16 else 1) // plan.activations


def fraction(plan, cap):
    return max(0, (cap - 4 * plan.parameters) * (2 if plan.bf16 else 1) / plan.activations)


HINTS = [
    pytest.param(copies(2), "two moments", id="forgets the moments"),
    pytest.param(copies(3), "Four things", id="forgets the gradients, or one moment"),
    pytest.param(copies(1), "more than weights", id="counts the weights alone"),
    pytest.param(rounds_up, "round down", id="rounds up"),
    pytest.param(power_of_two, "No power of two", id="the power of two below"),
    pytest.param(ignores_bf16, "half the bytes", id="ignores bf16"),
    pytest.param(negative, "not a negative", id="a negative batch"),
    pytest.param(fraction, "whole number", id="a fraction of a line"),
    pytest.param(halves_everything, "does not grow", id="halves the weights in bf16, too"),
]


def test_exercise():
    wrong = {one.id: one.values[0] for one in HINTS}
    assert_exercise(EXERCISE, Answers(solution=divides, alternative=counts, wrong=wrong))


@pytest.mark.parametrize(("answer", "words"), HINTS)
def test_each_mistake_is_named(answer, words):
    failure = judge(EXERCISE, answer).failure
    assert failure is not None
    assert words in failure.hint


def test_the_double_of_an_answer_is_above_the_cap_in_at_least_one_try():
    plan = Planned(parameters=9_000_000, activations=7_000_000)
    lines = divides(plan, 200_000_000)
    assert needed(plan, lines) <= 200_000_000 < needed(plan, 2 * lines)
