"""The bench on two variants: what passes, fails, crashes, hangs, prints, or is no test at all."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

import text_recognizer.core.scores as scores
from text_recognizer.core.errors import DataError, InputError
from text_recognizer.testing.bench.entry import SuiteTest
from text_recognizer.testing.bench.patches import Patch, Variant
from text_recognizer.testing.bench.run import run_bench

PATCH = Patch(
    name="everything-is-right",
    family="thresholds",
    module="text_recognizer.core.scores",
    before="return _rate(self.errors, self.characters)",
    after="return 0.0",
    story="A left-over of a demonstration.",
)
SOURCE = """
from text_recognizer.core.scores import ErrorCounts

def test_sees_an_error():
    assert ErrorCounts.compare("ab", "cb").cer == 0.5
"""


def asserts(seed):
    from text_recognizer import ErrorCounts

    assert ErrorCounts.compare("ab", "cb").cer > 0


def answers(seed):
    from text_recognizer import ErrorCounts

    return ErrorCounts.compare("ab", "cb").cer > 0


def measures(seed):
    from text_recognizer import ErrorCounts
    from text_recognizer.core import CheckResult

    lost = 1.0 - 2 * ErrorCounts.compare("ab", "cb").cer
    return CheckResult(name="x", passed=lost <= 0.5, measured=lost, limit=0.5, reason=f"s{seed}")


def prints(seed):
    print("noise" * 100_000)


def raises(seed):
    raise KeyError("nobody")


def leaves(seed):
    import sys

    sys.exit(3)


def dies(seed):
    import os

    os._exit(9)


def hangs(seed):
    while True:
        pass


FUNCTIONS = (asserts, answers, measures, prints, raises, leaves, dies)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs processes that fork"),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    file = tmp_path_factory.mktemp("suite") / "test_scores_of_two.py"
    file.write_text(SOURCE, encoding="utf-8")
    tests = [SuiteTest.from_function(each) for each in FUNCTIONS]
    tests.append(SuiteTest.from_function(hangs, seconds=0.5))
    tests.append(SuiteTest(name="file", kind="unit", run=f"pytest:{file}", what="x"))
    doctest = "doctest:text_recognizer.core.scores"
    tests.append(SuiteTest(name="examples", kind="unit", run=doctest, what="x"))
    seen = []

    def watched(reports):
        for report in reports:
            seen.append(report)
            yield report

    rows = [Variant(patch=PATCH), Variant(patch=None, seed=3)]
    found = run_bench(tests, rows, progress=watched)
    assert len(seen) == len(tests) * len(rows)
    return found


def outcomes(table, row):
    return {test.name: table.verdict(table.variants[row], test).outcome for test in table.tests}


def test_a_fault_reddens_the_tests_that_look_there(table):
    found = outcomes(table, 0)
    for name in ("asserts", "answers", "measures", "file", "examples"):
        assert found[name] == "failed", name


def test_the_clean_package_does_not(table):
    found = outcomes(table, 1)
    for name in ("asserts", "answers", "measures", "prints", "file", "examples"):
        assert found[name] == "passed", name


def test_the_seed_reaches_the_test(table):
    assert table.verdicts["clean/3", "measures"].reason == "s3"


@pytest.mark.parametrize(
    ("name", "outcome", "words"),
    [
        ("raises", "error", "KeyError: 'nobody'"),
        ("leaves", "error", "SystemExit: 3"),
        ("dies", "error", "the process died"),
        ("hangs", "timeout", "not done within 0.5 s"),
    ],
)
def test_crashes_and_hangs_are_alarms_of_one_test_only(table, name, outcome, words):
    verdict = table.verdicts["clean/3", name]
    assert verdict.outcome == outcome
    assert words in verdict.reason
    assert verdict.alarm


def test_nothing_on_disk_or_in_this_process_has_changed(table):
    assert scores.ErrorCounts.compare("ab", "cb").cer == 0.5
    assert PATCH.before in Path(scores.__file__).read_text(encoding="utf-8")


def test_a_file_without_tests_is_refused(tmp_path):
    file = tmp_path / "test_nothing.py"
    file.write_text("", encoding="utf-8")
    empty = SuiteTest(name="empty", kind="unit", run=f"pytest:{file}", what="x")
    with pytest.raises(DataError, match="'empty' holds none"):
        run_bench([empty], [Variant(patch=None)])


def test_a_patch_that_no_longer_applies_stops_the_bench_before_it_starts():
    stale = Patch(**{**vars(PATCH), "before": "no such text"})
    started = time.monotonic()
    with pytest.raises(DataError, match="no longer applies"):
        run_bench([SuiteTest.from_function(asserts)], [Variant(patch=stale)])
    assert time.monotonic() - started < 1


def test_a_patch_of_a_module_that_is_gone_says_so():
    gone = Patch(**{**vars(PATCH), "module": "text_recognizer.core.gone"})
    with pytest.raises(DataError, match=r"text_recognizer\.core\.gone, which does not exist"):
        run_bench([SuiteTest.from_function(asserts)], [Variant(patch=gone)])


@pytest.mark.parametrize(
    ("tests", "rows", "jobs", "words"),
    [
        ([], [Variant(patch=None)], 1, "received 0, 1 and 1"),
        ([SuiteTest.from_function(asserts)], [], 1, "received 1, 0 and 1"),
        ([SuiteTest.from_function(asserts)], [Variant(patch=None)], 0, "received 1, 1 and 0"),
        ([SuiteTest.from_function(asserts)] * 2, [Variant(patch=None)], 1, "twice: asserts"),
        ([SuiteTest.from_function(asserts)], [Variant(patch=None)] * 2, 1, "twice: clean/0"),
    ],
)
def test_a_bench_of_nothing_is_refused(tests, rows, jobs, words):
    with pytest.raises(InputError, match=words):
        run_bench(tests, rows, jobs=jobs)
