"""Exercise 02-fast: a slow pipeline made three times as fast, with its text unchanged.

The ratio is measured here and now, side by side on files that neither side has seen, so neither a
fast machine nor a table of stored texts helps.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["EXERCISE", "LEAST"]

#: How many times as fast the answer has to be; what suffices measured, 7 times is in reach.
LEAST = 3.0
_FILES = 10
#: Rounds after which an answer is clearly too slow, and at most.
_ROUNDS = (2, 3)

Answer = Callable[..., Any]


@dataclass
class _Race:
    """The fastest round of either side, s per file."""

    slow: float = float("inf")
    quick: float = float("inf")
    rounds: int = field(default=0)

    @property
    def ratio(self) -> float:
        return self.slow / self.quick if self.rounds else 0.0

    @property
    def decided(self) -> bool:
        """At once where there is no doubt; a doubt, or a slow answer, gets further rounds.

        A disturbance makes an answer look slower more easily than faster: it is so much shorter.
        """
        if self.ratio >= 1.5 * LEAST:
            return self.rounds >= 1
        return self.rounds >= (_ROUNDS[1] if self.ratio >= LEAST / 1.5 else _ROUNDS[0])


def judge_fast(answer: Answer) -> Failure | None:
    """Run the answer and the slow pipeline in alternation, on fresh files each time.

    Args:
        answer: The learner's function of (load_reader, files).

    Returns:
        What is wrong with its texts or its speed; None when it suffices.
    """
    from text_recognizer import TextRecognizer

    TextRecognizer.load().read_lines([])  # what is imported once is nobody's fault
    seed = secrets.randbelow(10_000)
    race = _Race()
    while not race.decided:
        failure = _run_round(answer, race, seed + race.rounds)
        if failure:
            return failure
    if race.ratio >= LEAST:
        return None
    return Failure(
        given=f"{_FILES} fresh files, the fastest of {race.rounds} rounds",
        expected=f"at least {LEAST:g} times as fast as read_slowly, with the same texts",
        got=f"the same texts, {race.ratio:.1f} times as fast",
        hint=_hint_on_speed(race.ratio),
    )


def _run_round(answer: Answer, race: _Race, seed: int) -> Failure | None:
    from text_recognizer import TextRecognizer
    from text_recognizer.troubleshooting.speed.slow import line_files, read_slowly

    files = line_files(_FILES, seed=seed)
    start = time.perf_counter()
    got = answer(TextRecognizer.load, list(files))
    quick = time.perf_counter() - start
    # The slow pipeline's texts, as a test asserts, without waiting for them.
    texts = [reading.text for reading in TextRecognizer.load().read_lines(files)]
    failure = _compare(texts, got)
    if failure is None:
        start = time.perf_counter()
        read_slowly(TextRecognizer.load, files)
        race.slow = min(race.slow, (time.perf_counter() - start) / len(files))
        race.quick = min(race.quick, quick / len(files))
        race.rounds += 1
    return failure


def _compare(texts: list[str], got: Any) -> Failure | None:
    given = f"{len(texts)} fresh files, one of them blank"
    if not isinstance(got, (list, tuple)) or any(not isinstance(text, str) for text in got):
        return Failure(
            given=given,
            expected="a list of texts, one for each file",
            got=f"{show_value(got)} (of type {type(got).__name__})",
            hint="read_lines gives readings; the text of each is its .text.",
        )
    if len(got) != len(texts):
        return Failure(
            given=given,
            expected=f"{len(texts)} texts",
            got=f"{len(got)} texts",
            hint="Every file has its text, a blank one the text ''.",
        )
    wrong = [place for place, text in enumerate(texts) if got[place] != text]
    if not wrong:
        return None
    place = wrong[0]
    if sorted(got) == sorted(texts):
        hint = "These are the right texts in another order: keep that of the files."
    else:
        hint = "The same pixels must reach the same reader; what is read must come from the file."
    return Failure(
        given=f"file {place} of {given}",
        expected=show_value(texts[place]),
        got=show_value(got[place]),
        hint=hint,
    )


def _hint_on_speed(ratio: float) -> str:
    if ratio < 1.1:
        return "Time its lines: which of them do the same again for every file?"
    return (
        "Something is won. Time the lines of your version, too: what is made again for every file, "
        "and what looks at pixels one by one?"
    )


EXERCISE = Exercise(
    id="02-fast",
    title="Three times as fast, the text unchanged",
    answer="read_fast",
    stars=2,
    hint="What does not change from file to file is made once; what numpy can do, it does.",
    lesson="The network was never the slow part: measure first, and touch no model.",
    judge=judge_fast,
    seconds=60,
)
