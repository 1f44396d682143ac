"""The rule. What must be impossible is tried: a deleted test, an unscheduled one, a skipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.score import (
    Run,
    Schedule,
    read_rubric,
    read_schedule,
    score,
    score_item,
)
from text_recognizer.testing.score.links import find_in_tree
from text_recognizer.testing.score.rubric import Manual
from text_recognizer.testing.score.rule import ItemScore, Score

A, B = "tests/a/test_a.py", "tests/b/test_b.py::test_b"
GREEN = {f"{A}::test_x[1]": "passed", f"{A}::test_x[2]": "passed", B: "passed"}


@pytest.mark.parametrize(
    ("changes", "command", "points", "words"),
    [
        pytest.param({}, "make test", 1.0, "test.yml on push", id="passed and repeated"),
        pytest.param({}, "make unit", 0.5, "no workflow", id="nobody repeats it"),
        pytest.param({}, "", 0.5, "no workflow", id="nobody knows what ran it"),
        pytest.param({B: "failed"}, "make test", 0.0, "1 failed", id="one failed"),
        pytest.param({B: "error"}, "make test", 0.0, "1 failed", id="one broke"),
        pytest.param({B: "skipped"}, "make test", 0.0, "1 skipped", id="one was skipped"),
        pytest.param({f"{A}::test_x[1]": "skipped"}, "make test", 0.0, "skipped", id="one case"),
        pytest.param({B: None}, "make test", 0.0, "no such test", id="one is not in the run"),
    ],
)
def test_what_a_row_earns(
    changes: dict[str, str | None], command: str, points: float, words: str, run_of, row, weekly
) -> None:
    outcomes = {key: value for key, value in {**GREEN, **changes}.items() if value}
    result = score_item(row(A, B), run_of(outcomes, command), weekly)
    assert result.points == points
    assert words in result.reason


def test_a_row_tells_how_many_tests_and_how_long(run_of, row, weekly) -> None:
    result = score_item(row(A, B), run_of(GREEN), weekly)
    assert (result.tests, result.seconds) == (3, 1.5)
    assert [(link.pattern, link.passed) for link in result.links] == [(A, 2), (B, 1)]


def test_one_report_that_nobody_repeats_holds_the_row_at_a_half(run_of, row, weekly) -> None:
    mixed = run_of({B: "passed"}).with_report(run_of({f"{A}::test_x": "passed"}, "").reports[0])
    assert score_item(row(B), mixed, weekly).points == 1
    assert score_item(row(A, B), mixed, weekly).points == 0.5


def test_a_part_is_a_half_at_most_and_broken_nothing(run_of, row, weekly) -> None:
    part = row(A, only_part="of it")
    assert score_item(part, run_of(GREEN), weekly).points == 0.5
    assert score_item(part, run_of({f"{A}::test_x": "failed"}), weekly).points == 0


@pytest.mark.parametrize("pattern", [A, "tests/a/", f"{A}::test_x"])
def test_deleting_one_of_many_linked_tests_costs_the_row(pattern: str, run_of, row, weekly) -> None:
    run = run_of({**GREEN, f"{A}::test_y": "passed"})
    item = row(pattern, B)
    assert score_item(item, run, weekly).points == 1
    for gone in (f"{A}::test_x", A, "tests/a/"):
        result = score_item(item, run.without(gone), weekly)
        assert result.points == 0
        assert "fewer tests than on record" in result.reason


def test_one_case_or_one_cell_less_costs_the_row_too(run_of, row, weekly) -> None:
    for ids in (
        [f"{A}::test_x[1]", f"{A}::test_x[2]"],
        ["labs/0.ipynb::Cell 0", "labs/0.ipynb::1"],
    ):
        run = run_of(dict.fromkeys(ids, "passed"))
        item = row(ids[0].partition("::")[0])
        less = Run(reports=run_of({ids[0]: "passed"}).reports, expected=run.cases)
        assert score_item(item, run, weekly).points == 1
        assert score_item(item, less, weekly).points == 0


@pytest.mark.parametrize(
    ("content", "points", "words"),
    [
        pytest.param("Type `make\n  bench` once a month.", 0.5, "by hand", id="named"),
        pytest.param("We measured it.", 0.0, "does not name", id="the command is not named"),
        pytest.param(None, 0.0, "is not there", id="no document"),
    ],
)
def test_evidence_by_hand(
    content: str | None, points: float, words: str, row, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "notes.md").write_text(content)
    item = row(manual=Manual(document="notes.md", command="make bench"))
    result = score_item(item, Run(reports=()), Schedule(), root=tmp_path)
    assert (result.points, words in result.reason) == (points, True)


def test_nothing_linked_is_nothing(row, run_of, weekly) -> None:
    assert score_item(row(), run_of(GREEN), weekly).points == 0


@pytest.fixture(scope="module")
def green(request: pytest.FixtureRequest) -> Run:
    """A run in which everything that the rubric links passed."""
    from tests.testing.score.conftest import ROOT
    from text_recognizer.testing.score.junit import CaseResult, Report

    ids = {
        one
        for item in read_rubric().items
        for pattern in item.tests
        for one in find_in_tree(pattern, ROOT)
    }
    tests = tuple(
        CaseResult(id=one, outcome="passed", commands=("make test",)) for one in sorted(ids)
    )
    return Run(reports=(Report(name="all.xml", tests=tests),), expected=dict.fromkeys(ids, 1))


@pytest.mark.parametrize("item", [i for i in read_rubric().items if i.tests], ids=lambda i: i.key)
def test_of_our_own_rows_each_link_is_needed(item, green: Run, root: Path) -> None:
    schedule = read_schedule(root)
    before = score_item(item, green, schedule).points
    assert before == (0.5 if item.only_part else 1)
    for pattern in item.tests:
        assert score_item(item, green.without(pattern), schedule).points == 0
        one = green.matching(pattern)[0].id
        assert score_item(item, green.without(one), schedule).points == 0, f"{one} is not missed"


def test_without_workflows_no_row_of_ours_earns_one(green: Run) -> None:
    unscheduled = score(green, read_rubric(), Schedule())
    assert max(row.points for row in unscheduled.rows) == 0.5


def test_the_score_is_the_lowest_section(green: Run, root: Path) -> None:
    result = score(green, read_rubric(), read_schedule(root))
    assert result.total == min(result.sections.values()) > 0
    assert result.lowest == tuple(n for n, p in result.sections.items() if p == result.total)
    assert sum(result.sections.values()) == sum(row.points for row in result.rows)
    one = next(row for row in result.rows if row.points == 1)
    without = score(green.without(one.item.tests[0]), read_rubric(), read_schedule(root))
    assert without.sections[one.item.section] < result.sections[one.item.section]
    assert result.row(one.item.key) is one


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (0, "research project"),
        (0.5, "serious holes"),
        (1, "serious holes"),
        (1.5, "first pass"),
        (3, "Reasonably tested"),
        (5, "mission-critical"),
        (5.5, "Exceptional"),
        (7, "Exceptional"),
    ],
)
def test_bands_hold_their_upper_end(points: float, words: str) -> None:
    rows = []
    for item in read_rubric().items:
        earned = min(1.0, max(0.0, points - item.number + 1))
        rows.append(ItemScore(item=item, points=earned, reason=""))
    result = Score(rows=tuple(rows))
    assert result.total == points
    assert words in result.band


def test_an_unknown_row(green: Run) -> None:
    with pytest.raises(InputError, match="'Ops 1'"):
        score(green, read_rubric(), Schedule()).row("Ops 1")
