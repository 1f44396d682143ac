"""`scripts/run_checks.py`: what is counted, shown and returned."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from scripts.run_checks import Outcome, Step, count_tests, main, run_step, steps, summary

REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def step(code: str = "", **settings: object) -> Step:
    fields = {"name": "one", "group": "lint", "command": (sys.executable, "-c", code), **settings}
    return Step(**fields)  # type: ignore[arg-type]


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.passed, outcome.failed, outcome.skipped


@pytest.mark.parametrize(
    ("code", "expected", "shown"),
    [
        pytest.param("print('noise')", (1, 0, 0), "one ... ok", id="quiet when all is well"),
        pytest.param("print('why'); exit(3)", (0, 1, 0), "why", id="the reason of a failure"),
        pytest.param("exit(1)", (0, 1, 0), "it printed nothing", id="a silent failure"),
    ],
)
def test_a_quick_step(
    code: str, expected: tuple[int, int, int], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counts(run_step(step(code), dict(os.environ))) == expected
    printed = capsys.readouterr().out
    assert shown in printed
    assert "noise" not in printed


def test_a_tool_that_is_not_there_fails_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert counts(run_step(step(command=("no-such-tool",)), dict(os.environ))) == (0, 1, 0)
    assert "no-such-tool cannot be started" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("report", "code", "expected"),
    [
        pytest.param(REPORT.format(9, 0, 0, 2), 0, (7, 0, 2), id="all well"),
        pytest.param(REPORT.format(9, 1, 1, 0), 1, (7, 2, 0), id="failures and errors"),
        pytest.param(REPORT.format(9, 0, 0, 0), 1, (9, 1, 0), id="broke after its tests"),
        pytest.param("", 1, (0, 1, 0), id="broke before any"),
    ],
)
def test_reports_are_counted_test_by_test(
    report: str, code: int, expected: tuple[int, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "tests.xml"
    write = f"open({str(path)!r}, 'w').write({report!r});" if report else ""
    one = step(f"{write} exit({code})", report=path)
    assert counts(run_step(one, dict(os.environ))) == expected


def test_old_reports_do_not_count(tmp_path: Path) -> None:
    report = tmp_path / "a.xml"
    report.write_text(REPORT.format(5, 0, 0, 0))
    assert count_tests(report, time.time() - 60) == (5, 0, 0)
    assert count_tests(report, time.time() + 60) == (0, 0, 0)


def test_the_last_line_is_plain() -> None:
    done = Outcome(step=step(cure="mend it"), passed=3, failed=1, skipped=2, seconds=0.5)
    lines = summary([done, done]).splitlines()
    assert lines[-1] == "6 passed, 2 failed"
    assert "one: mend it" in lines


@pytest.mark.parametrize(("code", "expected"), [("", 0), ("exit(1)", 1)])
def test_the_exit_code(code: str, expected: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], lambda: [step(), step(code)]) == expected
    assert capsys.readouterr().out.endswith("failed\n")


def test_groups_pick_steps(capsys: pytest.CaptureFixture[str]) -> None:
    choices = [step(), step("exit(1)", group="unit")]
    assert main(["lint"], lambda: choices) == 0
    with pytest.raises(SystemExit):
        main(["lnit"], lambda: choices)
    assert "got lnit" in capsys.readouterr().err


def test_the_real_steps_cover_every_group() -> None:
    assert {one.group for one in steps()} == {"lint", "unit", "notebooks"}


def test_settings_reach_the_step(tmp_path: Path) -> None:
    one = step("import os; exit(os.environ['COLOUR'] != 'red')", settings=(("COLOUR", "red"),))
    assert counts(run_step(one, dict(os.environ))) == (1, 0, 0)


def test_a_step_with_nothing_to_check_is_skipped_not_passed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = run_step(step("exit(1)", skip="there are no labs yet"), dict(os.environ))
    assert counts(outcome) == (0, 0, 1)
    assert "skipped: there are no labs yet" in capsys.readouterr().out
