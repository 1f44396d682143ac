"""One run of all tests: the reports it left, what is linked in them, and its record."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError, ParseError
from text_recognizer.data.records import read_record, write_record
from text_recognizer.testing.score.junit import CaseResult, Report, read_report, worse
from text_recognizer.testing.score.links import check_pattern, matches
from text_recognizer.testing.score.rubric import Rubric

RECORD = "test_run"
COMMAND = "make test && make test-score TEST_SCORE_ARGS=--record"


@dataclass(frozen=True, kw_only=True)
class Run:
    """The results of a run, and the tests it was expected to have.

    Args:
        reports: In any order; no test in two of them.
        expected: How many cases of a function (id without parameters; of a notebook, cells) must
            be among the results. A linked function with fewer lost some, and its row everything.

    Example:
        >>> one = CaseResult(id="tests/a/test_a.py::test_b", outcome="passed")
        >>> run = Run(reports=(Report(name="a.xml", tests=(one,)),))
        >>> len(run.tests), len(run.without("tests/a/test_a.py").tests)
        (1, 0)
    """

    reports: tuple[Report, ...]
    expected: Mapping[str, int] = field(default_factory=dict)

    @functools.cached_property
    def tests(self) -> tuple[CaseResult, ...]:
        """All results."""
        return tuple(test for report in self.reports for test in report.tests)

    @functools.cached_property
    def cases(self) -> Mapping[str, int]:
        """How many cases of each function there are."""
        counted: Counter[str] = Counter()
        for test in self.tests:
            counted[test.function] += test.cases
        return counted

    def matching(self, pattern: str) -> tuple[CaseResult, ...]:
        """The results that a pattern means."""
        return tuple(test for test in self.tests if matches(pattern, test.id))

    def deleted(self, pattern: str) -> tuple[str, ...]:
        """Functions that a pattern means and that have fewer cases than expected, sorted."""
        fewer = (one for one, cases in self.expected.items() if self.cases.get(one, 0) < cases)
        return tuple(sorted(one for one in fewer if matches(pattern, one)))

    def without(self, *patterns: str) -> Run:
        """The same run after the tests that the patterns mean were deleted.

        Args:
            patterns: See :func:`~text_recognizer.testing.score.links.check_pattern`.

        Returns:
            A run that still expects them, as a reviewer does who sees them go.

        Raises:
            InputError: If a pattern breaks its rule.
        """
        for pattern in patterns:
            check_pattern(pattern)
        reports = tuple(
            replace(
                report,
                tests=tuple(
                    test
                    for test in report.tests
                    if not any(matches(pattern, test.id) for pattern in patterns)
                ),
            )
            for report in self.reports
        )
        return Run(reports=reports, expected={**self.cases, **self.expected})

    def with_report(self, report: Report) -> Run:
        """The same run and one report more, such as one that was just written.

        Raises:
            DataError: If it holds a test that another report holds.
        """
        twice = {test.id for test in report.tests} & {test.id for test in self.tests}
        if twice:
            raise DataError(
                f"a test is in one report; {sorted(twice)[0]} is in {report.name} and in another; "
                "leave one of them out"
            )
        return Run(reports=(*self.reports, report), expected=self.expected)


def read_run(folder: Path, expected: Mapping[str, int] | None = None) -> Run:
    """Read all reports of a folder.

    Args:
        folder: Holds ``*.xml``, as ``make test`` leaves them in ``build/reports``.
        expected: What must be among them, see :class:`Run`.

    Raises:
        DataError: If there is no report; the message says what to do.
        ParseError: If one is not a report, see
            :func:`~text_recognizer.testing.score.junit.read_report`.
    """
    paths = sorted(Path(folder).glob("*.xml"))
    if not paths:
        raise DataError(
            f"the score is computed from the reports of a run; {folder} has no *.xml; "
            "run `make test` first"
        )
    run = Run(reports=(), expected=expected or {})
    for path in paths:
        run = run.with_report(read_report(path))
    return run


def record_run(run: Run, rubric: Rubric, *, folder: Path | None = None) -> Path:
    """Ship what a full run said of the linked tests: one line a test function.

    Args:
        run: Of all tests.
        rubric: Whose links decide what is kept.
        folder: Another folder than ``data/records``.

    Returns:
        The file.
    """
    patterns = {pattern for item in rubric.items for pattern in item.tests}
    payload: dict[str, Any] = {"reports": {}}
    for report in run.reports:
        kept: dict[str, CaseResult] = {}
        for test in report.tests:
            if any(matches(pattern, test.id) for pattern in patterns):
                new = replace(test, id=test.function)
                old = kept.get(new.id)
                kept[new.id] = replace(worse(old, new), cases=old.cases + 1) if old else new
        if kept:
            payload["reports"][report.name] = {
                "started": report.started,
                "commit": report.commit,
                "commands": list(report.commands),
                "tests": [
                    [one.id, one.cases, one.outcome, round(one.seconds, 1)] for one in kept.values()
                ],
            }
    return write_record(RECORD, payload, seed=0, command=COMMAND, folder=folder)


def recorded_run(*, folder: Path | None = None) -> Run:
    """Read the record of the last full run.

    Args:
        folder: Another folder than ``data/records``.

    Returns:
        A run whose tests are functions, each with the number of its cases, and which expects all
        of them.

    Raises:
        ParseError: If the record is missing or damaged.
    """
    record = read_record(RECORD, folder=folder)
    try:
        reports = tuple(
            Report(
                name=name,
                started=str(fields["started"]),
                commit=str(fields["commit"]),
                commands=tuple(fields["commands"]),
                tests=tuple(
                    CaseResult(
                        id=one,
                        cases=cases,
                        outcome=outcome,
                        seconds=seconds,
                        commands=tuple(fields["commands"]),
                    )
                    for one, cases, outcome, seconds in fields["tests"]
                ),
            )
            for name, fields in record.payload["reports"].items()
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ParseError(
            f"the record {RECORD} has reports with started, commit, commands and tests; reading it "
            f"failed with {type(error).__name__}: {error}; make it again: {COMMAND}"
        ) from error
    return Run(reports=reports, expected=Run(reports=reports).cases)
