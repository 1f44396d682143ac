"""The check of `02-triage`, with right and wrong diagnoses."""

from __future__ import annotations

import pytest

from lab_utils.checks.lab_02.triage import EXERCISE, LOOK
from lab_utils.exercise_testing import Answers, assert_exercise
from lab_utils.exercises import judge
from text_recognizer.troubleshooting.triage import CAUSES
from text_recognizer.troubleshooting.triage.game import draw

TRUTH = {letter: (fault.stage, fault.cause) for letter, fault in draw().items()}
FIRST, SECOND, *_ = TRUTH


def other_cause(letter):
    """The right stage with another cause of that stage."""
    stage, cause = TRUTH[letter]
    return stage, next(one for one in CAUSES if CAUSES[one] == stage and one != cause)


def test_exercise():
    answers = Answers(
        solution=TRUTH,
        alternative={f" {k.lower()}": [s.upper(), f"{c} "] for k, (s, c) in TRUTH.items()},
        wrong={
            "all right": {letter: ("right", cause) for letter, (_, cause) in TRUTH.items()},
            "one cause wrong": {**TRUTH, SECOND: other_cause(SECOND)},
            "two swapped": {**TRUTH, FIRST: TRUTH[SECOND], SECOND: TRUTH[FIRST]},
            "unknown word": {**TRUTH, FIRST: (TRUTH[FIRST][0], "gremlins")},
            "cause without stage": {letter: cause for letter, (_, cause) in TRUTH.items()},
            "cause before stage": {letter: (c, s) for letter, (s, c) in TRUTH.items()},
            "a letter missing": {k: v for k, v in TRUTH.items() if k != FIRST},
            "a letter too many": {**TRUTH, "Q": ("run", "shape")},
            "a list": list(TRUTH.values()),
            "numbers": dict.fromkeys(TRUTH, 3),
        },
    )
    assert_exercise(EXERCISE, answers)


@pytest.mark.parametrize("letter", TRUTH)
def test_a_wrong_cause_names_its_letter_and_where_to_look(letter):
    card = judge(EXERCISE, {**TRUTH, letter: other_cause(letter)}).card()
    text = " ".join(card.text().split())
    assert f"trainer {letter}" in text
    assert LOOK[TRUTH[letter][1]] in text
    assert f"{len(TRUTH) - 1} of {len(TRUTH)} are right" in text


def test_a_wrong_stage_is_told_apart_from_a_wrong_cause():
    stage, cause = TRUTH[FIRST]
    wrong = "fast" if stage != "fast" else "run"
    text = judge(EXERCISE, {**TRUTH, FIRST: (wrong, cause)}).card().text()
    assert "the stage at which" in text


def test_no_hint_gives_the_answer_away():
    assert set(LOOK) == set(CAUSES)
    given_away = [cause for cause, hint in LOOK.items() if cause in hint.lower().split()]
    assert not given_away
