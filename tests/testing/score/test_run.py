"""A run: reports together, tests taken away, and the record that the labs read."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import DataError, InputError, ParseError
from text_recognizer.data.records import write_record
from text_recognizer.testing.score import Run, read_rubric, read_run, read_schedule, recorded_run
from text_recognizer.testing.score.junit import CaseResult, Report
from text_recognizer.testing.score.run import RECORD, record_run


def test_reports_of_a_folder_are_read_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        case = f'<testcase classname="tests.test_{name}" name="test_x"/>'
        (tmp_path / f"{name}.xml").write_text(f"<testsuite>{case}</testsuite>")
    run = read_run(tmp_path, expected={"tests/test_c.py::test_x": 1})
    assert [test.id for test in run.tests] == ["tests/test_a.py::test_x", "tests/test_b.py::test_x"]
    assert run.deleted("tests/test_c.py") == ("tests/test_c.py::test_x",)
    (tmp_path / "c.xml").write_bytes((tmp_path / "b.xml").read_bytes())
    with pytest.raises(DataError, match=r"test_b\.py::test_x is in c\.xml and in another"):
        read_run(tmp_path)


def test_no_report_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="run `make test` first"):
        read_run(tmp_path / "reports")


def test_what_is_taken_away_is_still_expected(run_of) -> None:
    run = run_of({"t/a/test_b.py::test_c[1]": "passed", "t/a/test_b.py::test_d": "passed"})
    less = run.without("t/a/test_b.py::test_c").without("t/a/test_b.py::test_none")
    assert [test.id for test in less.tests] == ["t/a/test_b.py::test_d"]
    assert less.deleted("t/a/") == ("t/a/test_b.py::test_c",)
    assert run.deleted("t/a/") == ()
    with pytest.raises(InputError, match="a link names"):
        run.without("everything")


def test_a_fresh_report_joins_the_run(run_of) -> None:
    fresh = Report(
        name="mine.xml", tests=(CaseResult(id="test_mine.py::test_x", outcome="passed"),)
    )
    run = run_of({"t/a/test_b.py::test_c": "passed"}).with_report(fresh)
    assert len(run.matching("test_mine.py")) == 1
    with pytest.raises(DataError, match=r"mine\.xml and in another"):
        run.with_report(fresh)


def test_the_record_is_what_was_run_of_the_linked_tests(run_of, toy, tmp_path: Path) -> None:
    file, notebook = "tests/a/test_a.py", "labs/00_welcome.ipynb"
    run = run_of(
        {
            f"{file}::test_a[1]": "passed",
            f"{file}::test_a[2]": "failed",
            f"{file}::test_b": "passed",
            f"{notebook}::Cell 1": "passed",
            f"{notebook}::Cell 2": "passed",
            "tests/nobody/test_links_me.py::test_c": "passed",
        }
    )
    path = record_run(run, toy, folder=tmp_path)
    again = recorded_run(folder=tmp_path)
    told = [(test.id, test.cases, test.outcome, test.seconds) for test in again.tests]
    assert told == [
        (f"{file}::test_a", 2, "failed", 1.0),
        (f"{file}::test_b", 1, "passed", 0.5),
        (notebook, 2, "passed", 1.0),
    ]
    assert again.tests[0].commands == ("make test",)
    assert again.deleted(file) == ()
    assert again.expected == {f"{file}::test_a": 2, f"{file}::test_b": 1, notebook: 2}
    assert path.read_text().count("\n") < 40


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({}, id="no reports"),
        pytest.param({"reports": []}, id="a list"),
        pytest.param({"reports": {"a.xml": {"tests": []}}}, id="a field is missing"),
        pytest.param(
            {"reports": {"a": {"started": "", "commit": "", "commands": [], "tests": [["x"]]}}},
            id="a test without outcome",
        ),
        pytest.param(
            {
                "reports": {
                    "a": {
                        "started": "",
                        "commit": "",
                        "commands": [],
                        "tests": [["x.py::y", 1, "green", 0.0]],
                    }
                }
            },
            id="an unknown outcome",
        ),
    ],
)
def test_a_damaged_record_names_the_cure(payload: dict[str, object], tmp_path: Path) -> None:
    write_record(RECORD, payload, seed=0, command="make test", folder=tmp_path)
    with pytest.raises(ParseError, match="make test-score"):
        recorded_run(folder=tmp_path)


def test_the_shipped_record_knows_every_link() -> None:
    """Linked more? make test, then make test-score TEST_SCORE_ARGS=--record."""
    run = recorded_run()
    links = [pattern for item in read_rubric().items for pattern in item.tests]
    assert not [pattern for pattern in links if not run.matching(pattern)]


def test_the_shipped_record_is_of_tests_that_exist(root: Path) -> None:
    """Moved a linked test? make test, then make test-score TEST_SCORE_ARGS=--record."""
    run = recorded_run()
    files = {test.id.partition("::")[0] for test in run.tests}
    assert files
    assert not [file for file in sorted(files) if not (root / file).is_file()]
    assert all(test.passed for test in run.tests), "a record is of a run that was green"
    assert read_schedule(root).when(run.tests[0].commands)


def test_nothing_is_a_run_too() -> None:
    assert Run(reports=()).tests == ()
