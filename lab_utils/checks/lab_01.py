"""Checks of lab 01: useless tests, lint findings, labels, expectations, invariance, recall."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["CODES", "EXERCISES"]

#: The rules of the six findings of `01-lint`, in the order of their lines.
CODES = ("B905", "F631", "F821", "F541", "E711", "E741")

Answer = Callable[..., Any]


def _judge_useless(answer: Any) -> Failure | None:
    from text_recognizer.testing.suite import SUITE, USELESS

    if answer == USELESS:
        return None
    names = [test.name for test in SUITE]
    if answer not in names:
        return Failure(
            given="useless_test",
            expected=f"the name of a test of the suite, such as {names[0]!r}",
            got=show_value(answer),
        )
    return Failure(
        given="useless_test",
        expected="a test that catches nothing and does not look at what it computes",
        got=show_value(answer),
        hint=_why_useful(answer),
    )


def _why_useful(name: str) -> str:
    from text_recognizer.testing.bench import load_bank, load_table
    from text_recognizer.testing.suite import SUITE

    caught = load_table(SUITE, load_bank()).open.only([name]).rates().caught
    if caught:
        return f"That one catches {caught} faults. Look for the one that catches none."
    return "It catches nothing here, but it could: read its source, it acts on what it measures."


def _judge_lint(answer: Any) -> Failure | None:
    right = _defects()
    given = "the six findings"
    if isinstance(answer, str) or not isinstance(answer, (set, frozenset, list, tuple)):
        return Failure(given=given, expected="a set of codes", got=show_value(answer))
    got = set(answer)
    if got == right:
        return None
    why = {
        "F541": "F541: an f too many; the text is the same with and without it.",
        "E711": "E711: == None works for what is passed here; it is a matter of style.",
        "E741": "E741: a name that looks like a digit is ugly and right.",
        "B905": "B905: without strict, zip drops the words past the end of the shorter text.",
        "F631": "F631: the assertion is a tuple, and a tuple with something in it is true.",
        "F821": "F821: a name that does not exist, in a line that seldom runs.",
    }
    wrong = [why[code] for code in CODES if code in got ^ right]
    hint = wrong[0] if wrong else f"The codes are {', '.join(CODES)}."
    return Failure(given=given, expected="three codes", got=show_value(sorted(got)), hint=hint)


@lru_cache(maxsize=1)
def _defects() -> frozenset[str]:
    """Which of the six were judged defects, in the labels of the seeded file."""
    from lab_utils.tools.labels import read_labels
    from lab_utils.tools.linters import seeded

    labels = read_labels(seeded("labels.toml"))
    return frozenset(code for _, code in labels.defects if code in CODES)


@lru_cache(maxsize=1)
def _reader() -> Any:
    from text_recognizer import TextRecognizer

    return TextRecognizer.load(backend="int8")


def _judge_labels(answer: Answer) -> Failure | None:
    from text_recognizer.data.sample import load_lines

    chance = random.Random(5)
    for seed in range(3):
        lines = load_lines("test", 24, seed=seed)
        texts = [line.text for line in lines]
        shuffled = chance.sample(texts, len(texts))
        trials = [
            ("as they should be", texts, True, "Readers err: allow for some wrong characters."),
            ("shuffled once", shuffled, False, "Compare what is read with the label it goes with."),
            ("one row late", texts[-1:] + texts[:-1], False, "Each label is its neighbour's."),
            ("swapped within each length", _swapped(texts), False, "Lengths still fit; read."),
        ]
        for what, labels, right, hint in trials:
            changed = [replace(line, text=text) for line, text in zip(lines, labels, strict=True)]
            got = answer(changed, _reader())
            if not isinstance(got, bool) or got is not right:
                given = f"labels_fit(24 lines with labels {what}, reader)"
                return Failure(given=given, expected=str(right), got=show_value(got), hint=hint)
    return None


def _swapped(texts: Sequence[str]) -> list[str]:
    """Each text goes to the line whose text is nearest in length."""
    order = sorted(range(len(texts)), key=lambda place: (len(texts[place]), place))
    moved = list(texts)
    for one, other in zip(order[0::2], order[1::2], strict=False):
        moved[one], moved[other] = texts[other], texts[one]
    return moved


def _judge_invariance(answer: Answer) -> Failure | None:
    from text_recognizer.testing.behaviour import FaultyReader, exposes, load_written

    lines = load_written(32, seed=3)
    found = exposes(answer, _reader(), FaultyReader(_reader(), "wide_margin"), lines)
    if found.exposed:
        return None
    hints = [
        (found.sound.estimate > 0.4, "The sound reader fails, too: keep the writing as it is."),
        (True, "The fault stays hidden: what happens to a line on its way to a reader?"),
    ]
    return Failure(
        given="your change, on 32 lines",
        expected="the faulty reader fails more often than the sound one, by more than chance",
        got=str(found),
        hint=next(hint for holds, hint in hints if holds),
    )


def _judge_recall(answer: Answer) -> Failure | None:
    from text_recognizer.testing.bench import SuiteTest, load_bank, load_table, run_bench
    from text_recognizer.testing.suite import SUITE

    bank = load_bank()
    table = load_table(SUITE, bank)
    hidden = [row for row in table.uncaught() if row.patch and row.patch.hidden]
    clean = [row for row in table.clean if row.patch is None][:2]
    harmless = [row for row in table.clean if row.patch is not None][:2]
    test = SuiteTest.from_function(answer, seconds=10)
    found = run_bench([test], [*hidden, *clean, *harmless])
    rates = found.rates()
    if rates.alarmed:
        row = next(row for row in found.clean if found.alarms(row))
        reason = found.verdict(row, test).reason or "it said False"
        return Failure(
            given="a package without a fault",
            expected="no alarm",
            got=f"an alarm: {reason}",
            hint="Your test must pass on the package as it stands, whatever the seed.",
        )
    if rates.caught >= 2:
        return None
    return Failure(
        given=f"{rates.faulty} hidden faults that the suite misses",
        expected="at least 2 of them caught",
        got=f"{rates.caught} caught",
        hint="Think of what must stay the same: a batch and its order, a text there and back.",
    )


EXERCISES = (
    Exercise(
        id="01-lint",
        title="Tell bugs from style",
        answer="defects",
        stars=1,
        hint="Ask of each: would a user of this code ever see it?",
        lesson="Half of the findings were noise: that is why people scroll past the other half.",
        judge=_judge_lint,
    ),
    Exercise(
        id="01-labels",
        title="Catch labels that were shuffled once",
        answer="labels_fit",
        stars=2,
        hint="Read the lines, compare with the labels, and ask for far fewer errors than chance.",
        lesson="A network learns shuffled labels by heart; another reader is not fooled.",
        judge=_judge_labels,
        seconds=60,
    ),
    Exercise(
        id="01-invariance",
        title="Expose a planted fault of the model",
        answer="change",
        stars=2,
        hint="The faulty reader reads every line of the sample; what do other people's lines have?",
        lesson="No error rate on the sample would ever have shown it.",
        judge=_judge_invariance,
        seconds=60,
    ),
)
