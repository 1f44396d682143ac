"""`make test-score`: from the reports of a run to the card, and one line where there are none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import ml_test_score, run_checks
from text_recognizer.testing.score import recorded_run

pytest.importorskip("matplotlib")


@pytest.fixture
def run_it(project: Path, rubric_file: Path) -> Callable[..., int]:
    """The command in that repository."""
    return lambda *words: ml_test_score.main([f"--rubric={rubric_file}", *words], project)


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A repository with our workflows and a report of lab 00 and of the types."""
    for name in (".github", ".ci"):
        shutil.copytree(root / name, tmp_path / name)
    shutil.copy(root / "README.md", tmp_path)
    cells = "".join(f'<testcase classname="00_welcome.ipynb" name="Cell {n}"/>' for n in range(3))
    reports = tmp_path / "build" / "reports"
    reports.mkdir(parents=True)
    (reports / "nbval.xml").write_text(f"<testsuite>{cells}</testsuite>")
    nbval = run_checks.Step(
        name="nbval", group="notebooks", command=("true",), report=reports / "nbval.xml"
    )
    done = run_checks.Outcome(step=nbval, passed=3, failed=0, skipped=0, seconds=1.0)
    run_checks.leave_report(done, reports, "abc1234")
    return tmp_path


def test_a_run_becomes_a_card(
    project: Path, run_it: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_it() == 0
    printed = capsys.readouterr().out
    assert "Infra 5    ½" in printed
    assert "record of a run lacks 4 links" in printed
    assert "nbval.xml: 3 tests, commit abc1234, run by make test or make test-notebooks" in printed
    card = (project / "build" / "test_score" / "card.html").read_text(encoding="utf-8")
    assert 'href="../../labs/00_welcome.ipynb"' in card
    assert (project / "build" / "test_score" / "card.png").read_bytes().startswith(b"\x89PNG")


def test_code_that_is_newer_than_its_run_is_told(
    project: Path, run_it: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tests").mkdir()
    os.utime(project / "build" / "reports" / "nbval.xml", (1, 1))
    (project / "tests" / "test_new.py").write_text("")
    assert run_it() == 0
    assert "1 files of code are newer than nbval.xml" in capsys.readouterr().out


def test_a_recorded_test_that_is_gone_costs_its_rows(
    project: Path, run_it: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_it("--record") == 0
    kept = recorded_run(folder=project / "data" / "records")
    assert [(test.id, test.cases) for test in kept.tests] == [("labs/00_welcome.ipynb", 3)]
    report = project / "build" / "reports" / "nbval.xml"
    report.write_text(report.read_text().replace("00_welcome", "01_testing"))
    capsys.readouterr()
    assert run_it() == 0
    assert "Infra 5    0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        pytest.param(None, 1, "run `make test` first", id="no report"),
        pytest.param("<testsuite", 2, "well-formed", id="half a report"),
    ],
)
def test_no_score_is_one_line(
    content: str | None,
    code: int,
    words: str,
    project: Path,
    run_it: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = project / "build" / "reports" / "nbval.xml"
    report.unlink()
    if content is not None:
        report.write_text(content)
    assert run_it() == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert words in told.err


def test_the_steps_that_write_no_report_get_one(tmp_path: Path) -> None:
    good = run_checks.Step(name="types", group="lint", command=(sys.executable, "-c", ""))
    bad = run_checks.Step(name="note: x", group="lint", command=(sys.executable, "-c", "exit(1)"))
    off = run_checks.Step(name="labs", group="notebooks", command=("no",), skip="no labs yet")
    assert run_checks.main([], lambda: [good, bad, off], tmp_path) == 1
    from text_recognizer.testing.score import read_run

    outcomes = {test.id: (test.outcome, test.commands) for test in read_run(tmp_path).tests}
    assert outcomes == {
        "scripts/run_checks.py::types": ("passed", ("make test", "make lint")),
        "scripts/run_checks.py::note: x": ("failed", ("make test", "make lint")),
        "scripts/run_checks.py::labs": ("skipped", ("make test", "make test-notebooks")),
    }


def test_a_step_that_dies_leaves_no_older_report_behind(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text('<testsuite><testcase classname="tests.test_a" name="b"/></testsuite>')
    step = run_checks.Step(
        name="unit", group="unit", command=(sys.executable, "-c", "exit(9)"), report=report
    )
    assert run_checks.main([], lambda: [step], tmp_path) == 1
    assert "test_a" not in report.read_text()
    assert "failure" in report.read_text()


def test_every_group_says_what_runs_it(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    for group, commands in run_checks.COMMANDS.items():
        for command in commands:
            recipe = makefile.split(f"\n{command.removeprefix('make ')}:")[1].split("\n")[1]
            groups = recipe.split("run_checks.py")[1].split()
            assert not groups or group in groups, f"{command} does not run {group}"
