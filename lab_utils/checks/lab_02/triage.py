"""Check of `02-triage`: stage and cause of each trainer that is shown under a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["EXERCISE", "LOOK"]

#: What to look at, by the cause that was missed.
LOOK = {
    "device": "Read the end of the message: two kinds of memory are named there.",
    "dtype": "Read the message: what kind of number came in, and what kind are the weights?",
    "memory": "Read the message: which quantity is compared with which budget?",
    "shape": "Read the message: which axis of the input has how many entries, and which should it?",
    "leak": "Multiply the held bytes by a million steps. Nothing else is odd.",
    "loader": "It learns as well as any. Look at the column of the time.",
    "sync": "It learns as well as any. What does it do with its time, once the step is taken?",
    "broadcast": "Look at the shapes: how many terms has the loss, and how many labels are there?",
    "dead": "Which layers get no gradient at all, although the loss is an ordinary number?",
    "exploding": "How large are the gradients before anything was learned?",
    "frozen": "One layer gets a gradient. What does it do with it?",
    "log of zero": "The gradients are ordinary, and then the loss is no number any more.",
    "sign": "The loss falls below 0, which no cross-entropy can. What becomes of its lines?",
}


def _judge(answer: Any) -> Failure | None:
    from text_recognizer.troubleshooting.triage.game import draw

    faults = draw()
    example = '{"A": ("fast", "loader"), ...}'
    if not isinstance(answer, Mapping):
        return Failure(given="diagnosis", expected=f"a dict like {example}", got=show_value(answer))
    given = {str(letter).strip().upper(): value for letter, value in answer.items()}
    missing = [letter for letter in faults if letter not in given]
    if missing or len(given) != len(faults):
        return Failure(
            given="the letters",
            expected=", ".join(faults),
            got=", ".join(sorted(given)) or "none",
            hint=f"Each trainer has one entry, such as {example}.",
        )
    wrong = {}
    for letter, fault in faults.items():
        failure = _judge_letter(letter, given[letter], fault.stage, fault.cause)
        if failure:
            wrong[letter] = failure
    if not wrong:
        return None
    first = next(iter(wrong.values()))
    right = len(faults) - len(wrong)
    others = f" {right} of {len(faults)} are right." if right else ""
    return Failure(
        given=first.given, expected=first.expected, got=first.got, hint=first.hint + others
    )


def _judge_letter(letter: str, value: Any, stage: str, cause: str) -> Failure | None:
    from text_recognizer.troubleshooting.triage import CAUSES
    from text_recognizer.troubleshooting.triage.causes import STAGES

    words = (
        [str(word).strip().lower() for word in value] if isinstance(value, (tuple, list)) else []
    )
    given = f"trainer {letter}"
    known = len(words) == 2 and words[0] in STAGES and words[1] in CAUSES
    if not known:
        return Failure(
            given=given,
            expected="a stage and a cause of the list, such as ('fast', 'loader')",
            got=show_value(value),
            hint=f"Stages: {', '.join(STAGES)}. Causes: {', '.join(CAUSES)}.",
        )
    if words[1] != cause:
        expected = "the cause that shows itself like this"
        return Failure(given=given, expected=expected, got=show_value(value), hint=LOOK[cause])
    if words[0] != stage:
        return Failure(
            given=given,
            expected=f"the stage at which {cause!r} belongs",
            got=show_value(value),
            hint="run: it ends, or would, given more steps. fast: it learns, and its time goes "
            "elsewhere. right: it runs, and learns too little.",
        )
    return None


EXERCISE = Exercise(
    id="02-triage",
    title="Name stage and cause",
    answer="diagnosis",
    stars=2,
    hint="Take one trainer at a time. Did it end? Do held bytes grow? Are the numbers ordinary?",
    lesson="A cause that is named from what was measured is mended once; a guess is mended daily.",
    judge=_judge,
)
