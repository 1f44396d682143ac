"""Checks of lab 01: useless tests, lint findings, labels, expectations, invariance, recall."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["CODES", "EXERCISES", "USELESS"]

#: The rules of the six findings of `01-lint`, in the order of their lines.
CODES = ("B905", "F631", "F821", "F541", "E711", "E741")

#: The test of the suite that cannot fail.
USELESS = "same twice"
#: Sets that an expectation is tried on.
_SETS = 20

Answer = Callable[..., Any]


def _judge_useless(answer: Any) -> Failure | None:
    from text_recognizer.testing.suite import SUITE

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


def _judge_expectation(answer: Answer) -> Failure | None:
    from text_recognizer.testing.data_tests.trial import try_expectation

    found = try_expectation(answer, "upside down", over="table", share=0.5, sets=_SETS)
    if found.works:
        return None
    right = f"an alarm on every turned set, and none on {_SETS} clean sets"
    hint = "Compare the mean of a column on clean sets with what turning the sheets makes of it."
    if found.false_alarms:
        hint = "It alarms on clean sets: False means an alarm, and clean sets must give True."
    given = "clean sets, and sets of which half are turned"
    return Failure(given=given, expected=right, got=str(found), hint=hint)


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
    harmless = [row for row in table.clean if row.patch is not None][:1]
    test = SuiteTest.from_function(answer, seconds=10)
    found = run_bench([test], [*clean, *harmless, *hidden])
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


def _judge_raise(answer: Answer) -> Failure | None:
    from text_recognizer.testing.score.evidence import lost_slices, shipped_slices, weigh

    shipped = shipped_slices()
    found = weigh(answer, {"the reader that ships": shipped}, lost_slices(shipped))
    if found.alarmed:
        return Failure(
            given="the rates of the reader that ships",
            expected="no error: it suffices today",
            got="an error",
            hint="Its worst slice has a CER between 0.2 and 0.3; leave it some room.",
        )
    if found.missed:
        return Failure(
            given=f"a reader {found.missed[0]}: a CER of 0.9 there, the others as before",
            expected="an AssertionError",
            got="no error",
            hint=f"It lets {len(found.missed)} of {len(shipped)} lost slices pass: look at each "
            "slice, and assert what you find.",
        )
    gain = _gain_of_linking("Model 6")
    if gain < 0.5:
        return Failure(given="Model 6", expected="half a point more", got=f"{gain:g} more")
    return None


def _gain_of_linking(key: str) -> float:
    """What a row gains when a sound test is linked that `make test` runs."""
    from text_recognizer.testing import score as package
    from text_recognizer.testing.score.junit import CaseResult, Report

    name = "tests/testing/test_slice_limits.py"
    passed = CaseResult(id=f"{name}::test_slices", outcome="passed")
    run, rubric = package.recorded_run(), package.read_rubric()
    more = run.with_report(Report(name="yours.xml", tests=(passed,)).run_by("make test"))
    schedule = package.read_schedule()
    before = package.score_item(rubric.row(key), run, schedule).points
    return package.score_item(rubric.link(key, name).row(key), more, schedule).points - before


EXERCISES = (
    Exercise(
        id="01-useless",
        title="Find the useless test",
        answer="useless_test",
        stars=1,
        hint="A test that cannot fail catches nothing; but not all that catch nothing cannot fail.",
        lesson="It cost time in every run, and made the suite look larger than it is.",
        judge=_judge_useless,
    ),
    Exercise(
        id="01-recall",
        title="Raise the recall on hidden faults",
        answer="test_properties",
        stars=3,
        hint="Ask for what must stay the same: encode and decode, another order, a line alone.",
        lesson="Properties catch faults that no example was written for.",
        judge=_judge_recall,
        seconds=60,
    ),
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
        id="01-expectation",
        title="Expect what no row can show",
        answer="expectation",
        stars=2,
        hint="Which column says where the ink lies? What happens to its mean when sheets turn?",
        lesson="Some faults are in no row and in every set: test the distribution, too.",
        judge=_judge_expectation,
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
    Exercise(
        id="01-raise",
        title="Raise the lowest section honestly",
        answer="test_slices",
        stars=3,
        hint="Look at every slice, and raise where its rate is above a limit you can defend.",
        lesson="Link such a test in rubric.toml, and Model 6 counts, while every slice suffices.",
        judge=_judge_raise,
    ),
)
