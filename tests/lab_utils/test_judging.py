from __future__ import annotations

import numpy as np
import pytest

from lab_utils.judging import (
    MISSING,
    Case,
    Failure,
    holds_stub_line,
    is_stub,
    run_cases,
    run_judge,
    same,
    show_value,
)


def with_docstring(x):
    """Say nothing."""
    ...


def unimplemented(x):
    raise NotImplementedError


def unimplemented_with_words(x):
    raise NotImplementedError("later")


def returns_none(x):
    return None


def identity(x):
    return x


def constant(x):
    return 0


@pytest.mark.parametrize(
    ("answer", "stub"),
    [
        pytest.param(MISSING, True, id="undefined"),
        pytest.param(None, True, id="None"),
        pytest.param(..., True, id="dots"),
        pytest.param(with_docstring, True, id="docstring only"),
        pytest.param(unimplemented, True, id="NotImplementedError"),
        pytest.param(unimplemented_with_words, True, id="NotImplementedError with words"),
        pytest.param(returns_none, True, id="return None"),
        pytest.param(lambda x: ..., True, id="lambda with dots"),
        pytest.param(identity, False, id="identity"),
        pytest.param(constant, False, id="returns zero"),
        pytest.param(0, False, id="zero"),
        pytest.param("", False, id="empty text"),
        pytest.param(len, False, id="built-in"),
    ],
)
def test_stubs_are_known(answer, stub):
    assert is_stub(answer) is stub


def half_done(x):
    y = x + 1
    ...  # your code here
    return y


def test_the_line_for_the_learner_is_found():
    assert holds_stub_line(half_done)
    assert not holds_stub_line(identity)
    assert not holds_stub_line(len)


@pytest.mark.parametrize(
    ("expected", "got", "tolerance", "equal"),
    [
        pytest.param([1, 2], (1, 2), 0, True, id="a tuple for a list"),
        pytest.param([1, 2], [1, 2, 3], 0, False, id="too long"),
        pytest.param(1, 1.0, 0, True, id="a float for an int"),
        pytest.param(1, True, 0, False, id="a bool for an int"),
        pytest.param(True, 1, 0, False, id="an int for a bool"),
        pytest.param(0.1 + 0.2, 0.3, 1e-9, True, id="within tolerance"),
        pytest.param(0.1 + 0.2, 0.3, 0, False, id="no tolerance"),
        pytest.param(float("inf"), float("inf"), 0, True, id="infinite"),
        pytest.param(np.arange(3), [0, 1, 2], 0, True, id="list for array"),
        pytest.param([0, 1], np.array([0, 1]), 0, True, id="array for list"),
        pytest.param(np.zeros((2, 1)), np.zeros((1, 2)), 0, False, id="another shape"),
        pytest.param(np.array([1.0]), np.array([1.05]), 0.1, True, id="arrays, tolerance"),
        pytest.param(np.array([True]), np.array([1]), 0, False, id="ints for bools"),
        pytest.param({"a": [1]}, {"a": (1,)}, 0, True, id="nested"),
        pytest.param({"a": 1}, {"b": 1}, 0, False, id="other keys"),
        pytest.param("a", "a", 0, True, id="text"),
        pytest.param("1", 1, 0, False, id="number for text"),
        pytest.param(np.array(["a"]), np.array(["a"]), 0, True, id="arrays of text"),
    ],
)
def test_comparison(expected, got, tolerance, equal):
    assert same(expected, got, tolerance) is equal


def test_the_first_failure_is_reported_with_its_input():
    cases = (Case(args=(1,), expected=1), Case(args=(2,), expected=4, hint="square"))
    failure = run_cases(identity, cases, "square", 1.0)
    assert failure == Failure(given="square(2)", expected="4", got="2", hint="square")
    assert run_cases(lambda x: x * x, cases, "square", 1.0) is None


def test_a_case_cannot_be_spoilt_by_an_answer_that_changes_its_input():
    case = Case(args=([3, 1],), expected=[1, 3])

    def sort(items):
        items.sort()
        return items

    assert run_cases(sort, (case, case), "sort", 1.0) is None
    assert case.args == ([3, 1],)


def broken(x):
    print("so far so good")
    return x / 0


def test_an_error_names_its_line_and_keeps_what_was_printed():
    failure = run_cases(broken, (Case(args=(1,), expected=1),), "broken", 1.0)
    line = broken.__code__.co_firstlineno + 2
    assert failure.got == f"ZeroDivisionError: division by zero (line {line} of your cell)"
    assert failure.printed == "so far so good\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(lambda x: print(x), "is there a `return`", id="prints"),
        pytest.param(lambda x: str(x), "of type str, not int", id="text"),
        pytest.param(7, "not function", id="no function"),
        pytest.param(lambda: 7, "TypeError", id="no argument"),
        pytest.param(lambda x: exec("while True: pass"), "never ends", id="endless"),
    ],
)
def test_what_came_is_described(answer, words):
    assert words in run_cases(answer, (Case(args=(1,), expected=1),), "answer", 0.2).got


def test_a_value_is_compared_as_it_is():
    assert run_cases(5, (Case(expected=5),), "five", 1.0) is None
    assert run_cases(6, (Case(expected=5),), "five", 1.0).got == "6"


def test_a_judge_may_raise_and_may_pass():
    assert run_judge(1, lambda answer: None, "x", 1.0) is None
    failure = run_judge(1, lambda answer: answer.missing, "x", 1.0)
    assert failure.got.startswith("AttributeError")


def test_values_are_shown_short_and_without_addresses():
    assert len(show_value("x" * 10_000)) < 400
    assert "0x" not in show_value(object())
    assert len(show_value(list(range(10_000)))) < 400


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"args": [1]}, "tuple of arguments", id="a list"),
        pytest.param({"args": (1,), "tolerance": -1}, "0 or more", id="negative"),
    ],
)
def test_a_bad_case_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        Case(expected=1, **fields)
