from __future__ import annotations

import json
import sys
import types

import pytest

from lab_utils import exercises, progress_file
from lab_utils.exercise_testing import Answers, assert_complete, assert_exercise
from lab_utils.exercises import NOT_ATTEMPTED, RIGHT, WRONG, Case, Exercise, Failure, judge


def make(**fields):
    defaults = {
        "id": "77-double",
        "title": "Double a number",
        "answer": "double",
        "stars": 2,
        "hint": "Add it to itself.",
        "lesson": "Twice is enough.",
        "cases": (Case(args=(2,), expected=4), Case(args=(0,), expected=0)),
        "seconds": 1.0,
    }
    return Exercise(**{**defaults, **fields})


@pytest.fixture
def lab_77(monkeypatch):
    module = types.ModuleType("lab_utils.checks.lab_77")
    module.EXERCISES = (make(), make(id="77-two", answer="two", cases=(Case(expected=2),)))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_the_three_verdicts():
    assert judge(make(), ...).state == NOT_ATTEMPTED
    assert judge(make(), lambda x: x).state == WRONG
    assert judge(make(), lambda x: x + x).state == RIGHT


def test_the_texts():
    assert judge(make(), None).card().text() == (
        "★★☆ Double a number: not attempted yet\n  Hint: Add it to itself."
    )
    assert judge(make(), lambda x: 2 * x).card().text() == (
        "★★☆ Double a number: right\n  Why it matters: Twice is enough."
    )
    assert judge(make(), lambda x: x).card().text().splitlines() == [
        "★★☆ Double a number: not right yet",
        "  On:       double(2)",
        "  Expected: 4",
        "  Got:      2",
        "  Hint:     Add it to itself.",
    ]


def test_what_the_answer_printed_is_shown_in_part():
    def chatty(x):
        print("\n".join(f"step {number}" for number in range(9)))

    text = judge(make(), chatty).card().text()
    assert "step 2" in text
    assert "step 3" not in text
    assert "..." in text


def test_cases_can_be_made_late_and_a_judge_runs_after_them():
    late = make(cases=lambda: [Case(args=(1,), expected=2)], judge=lambda answer: None)
    assert judge(late, lambda x: 2 * x).passed
    strict = make(judge=lambda answer: Failure(given="g", expected="e", got="w", hint="h"))
    assert "Got:      w" in judge(strict, lambda x: 2 * x).card().text()


def test_a_half_done_stub_is_no_wrong_answer():
    def double(x):
        y = x
        ...  # your code here
        return y + 1

    assert judge(make(), double).state == NOT_ATTEMPTED


def test_check_shows_the_verdict_and_notes_attempts(lab_77, capsys):
    exercises.check("77-double", lambda x: x)
    exercises.check("77-double", lambda x: 2 * x)
    exercises.check("77-two")
    out = capsys.readouterr().out
    assert [word in out for word in ("not right yet", ": right", "not attempted")] == [True] * 3
    assert progress_file.load() == {"77-double": progress_file.Record(passed=True, attempts=2)}


def test_check_finds_the_answer_in_the_notebook(lab_77, monkeypatch, capsys):
    shell = types.SimpleNamespace(user_ns={"two": 2})
    fake = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    assert exercises._from_notebook("two") == 2
    assert exercises._from_notebook("undefined") is exercises.MISSING


@pytest.mark.parametrize("name", ["77-triple", "triple", "00", "55-none"])
def test_an_unknown_exercise_is_a_mistake_of_the_lab(lab_77, name):
    with pytest.raises(ValueError, match="There is no exercise"):
        exercises.check(name, 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"id": "double"}, "looks like", id="no number"),
        pytest.param({"stars": 4}, "1, 2 or 3 stars", id="four stars"),
        pytest.param({"answer": "not a name"}, "Python name", id="no name"),
        pytest.param({"cases": ()}, "checked by", id="no check"),
        pytest.param({"hint": ""}, "one of them is empty", id="no hint"),
        pytest.param({"seconds": 0}, "above 0", id="no time"),
    ],
)
def test_a_bad_exercise_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        make(**fields)


GOOD = Answers(
    solution=lambda x: 2 * x,
    alternative=lambda x: x + x,
    wrong={"the square": lambda x: x * x + (x == 0), "the same": lambda x: x},
)


def test_the_harness_accepts_a_sound_check(lab_77):
    assert_exercise(make(), GOOD)
    assert_exercise(
        make(cases=(Case(expected=2),)),
        Answers(solution=2, alternative=2.0, wrong={"three": 3, "text": "2"}),
    )
    assert_complete("77", {"77-double": GOOD, "77-two": GOOD})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"cases": (Case(args=(2,), expected=5),)}, "the solution", id="wrong check"),
        pytest.param({"cases": (Case(args=(2,), expected=4),)}, "'the square'", id="too lenient"),
        pytest.param({"cases": (), "judge": lambda answer: None}, "should be", id="accepts all"),
    ],
)
def test_the_harness_rejects_an_unsound_check(fields, words):
    with pytest.raises(AssertionError, match=words):
        assert_exercise(make(**fields), GOOD)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param({"77-double": GOOD}, "without tested answers", id="one is missing"),
        pytest.param(
            {"77-double": GOOD, "77-two": GOOD, "77-x": GOOD}, "do not exist", id="one too many"
        ),
    ],
)
def test_the_harness_wants_every_exercise(lab_77, table, words):
    with pytest.raises(AssertionError, match=words):
        assert_complete("77", table)


def test_the_harness_wants_enough_answers():
    with pytest.raises(ValueError, match="at least two"):
        Answers(solution=1, alternative=2, wrong={"one": 3})
    same = object()
    with pytest.raises(ValueError, match="differently"):
        Answers(solution=same, alternative=same, wrong={"a": 1, "b": 2})


def test_progress_is_kept_as_json(lab_77, tmp_path):
    exercises.check("77-two", 2)
    content = json.loads((tmp_path / "progress.json").read_text())
    assert content == {"format": 1, "exercises": {"77-two": {"passed": True, "attempts": 1}}}
