"""02-contract: right contracts of any wording, and what learners get wrong."""

from __future__ import annotations

import pytest

from lab_utils.checks.lab_02.contract import EXERCISE
from lab_utils.exercise_testing import Answers, assert_exercise
from lab_utils.exercises import judge
from text_recognizer.troubleshooting.numerics import Contract

RIGHT = {
    "log_probs": "float[batch frames classes]",
    "targets": "int[batch length]",
    "lengths": "int[batch]",
}

#: By what is wrong: the answer, and what the learner must read.
WRONG = {
    "wildcards": (
        {"log_probs": "float[...]", "targets": "int[...]", "lengths": "int[...]"},
        "one name in both",
    ),
    "sizes of one batch": (
        {"log_probs": "float[4 20 96]", "targets": "int[4 7]", "lengths": "int[4]"},
        "fits one size only",
    ),
    "the number of classes of one charset": (
        {**RIGHT, "log_probs": "float[batch frames 96]"},
        "fits one size only",
    ),
    "another name for the same axis": ({**RIGHT, "targets": "int[lines length]"}, "one name"),
    "a name for each tensor": (
        {"log_probs": "float[a b c]", "targets": "int[d e]", "lengths": "int[f]"},
        "one name in both",
    ),
    "axes in the order of torch's loss": (
        {**RIGHT, "log_probs": "float[frames batch classes]"},
        "The order is (batch, frames, classes)",
    ),
    "axes of targets reversed": ({**RIGHT, "targets": "int[length batch]"}, "order"),
    "one name for two axes": ({**RIGHT, "targets": "int[batch batch]"}, "demands a square"),
    "no dtypes": (
        {"log_probs": "batch frames classes", "targets": "batch length", "lengths": "batch"},
        "Say the dtype",
    ),
    "one dtype missing": ({**RIGHT, "targets": "batch length"}, "floats"),
    "two axes that nobody names": ({**RIGHT, "log_probs": "float[batch ...]"}, "Name every axis"),
    "an axis of targets that nobody names": (
        {**RIGHT, "targets": "int[batch ...]"},
        "Name every axis",
    ),
    "lengths of anything": ({**RIGHT, "lengths": "int[...]"}, "one name in both"),
    "a tensor left out": (
        {name: RIGHT[name] for name in ("log_probs", "targets")},
        "log_probs, targets, lengths",
    ),
    "jaxtyping's own spelling": ({**RIGHT, "lengths": 'Int[Tensor, "batch"]'}, "dtype comes first"),
    "a list": (list(RIGHT.values()), "a dictionary"),
    "no strings": ({**RIGHT, "lengths": 4}, "notation"),
}


def test_the_check_judges_as_it_should():
    assert_exercise(
        EXERCISE,
        Answers(
            solution=RIGHT,
            alternative={
                "targets": "int64[n letters]",
                "lengths": "int64[n]",
                "log_probs": "float32[n time symbols]",
            },
            wrong={name: answer for name, (answer, _) in WRONG.items()},
        ),
    )


def test_the_solution_is_a_contract():
    assert str(Contract(arguments=RIGHT).shapes["log_probs"]) == "(batch, frames, classes)"


@pytest.mark.parametrize("name", WRONG)
def test_the_hint_speaks_of_what_is_wrong(name):
    answer, words = WRONG[name]
    assert words in judge(EXERCISE, answer).card().text()
