"""Run the checks of the project and end with a summary: `make test`, `make lint`.

Each step is a command. What it prints is shown as it comes where it takes long, and only on
failure where it is quick. A step that writes a JUnit report is counted test by test, any other as
one. Each leaves a report in `build/reports`. The last line is plain: `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
#: What a person or a workflow types to run the steps of a group.
COMMANDS = {
    "lint": ("make test", "make lint"),
    "unit": ("make test",),
    "notebooks": ("make test", "make test-notebooks"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command of the checks.

    Args:
        name: What the summary calls it.
        group: `"lint"`, `"unit"` or `"notebooks"`.
        command: Program and arguments.
        cure: What to do when it fails.
        streams: Whether to show its output as it comes.
        report: Where it writes a JUnit report, if it does.
        settings: Environment variables on top of the others.
        skip: Why there is nothing to check; it then counts as skipped, never as passed.
    """

    name: str
    group: str
    command: tuple[str, ...]
    cure: str = ""
    streams: bool = False
    report: Path | None = None
    settings: tuple[tuple[str, str], ...] = ()
    skip: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one step: tests counted, and seconds taken."""

    step: Step
    passed: int
    failed: int
    skipped: int
    seconds: float


def steps() -> list[Step]:
    """List all steps, the quick ones first."""
    python = sys.executable
    workflows = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(".github/workflows/*.yml"))
    scripts = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("scripts/*.sh"))
    tests, nbval = REPORTS / "tests.xml", REPORTS / "nbval.xml"
    # Naming the plugins saves seconds: pytest otherwise imports every one that is installed.
    plugins = ["--disable-plugin-autoload", *_flags("-p", "xdist", "_hypothesis_pytestplugin")]
    pytest = [python, "-m", "pytest", *plugins, "-q", "-n", "2", "--dist", "worksteal"]
    return [
        _lint("ruff rules", "-m", "ruff", "check", cure="make lint shows it; ruff check --fix"),
        _lint("ruff format", "-m", "ruff", "format", "--check", cure="run ruff format"),
        _lint("mypy", "-m", "mypy", cure="add or mend the types it names"),
        Step(
            name="shellcheck",
            group="lint",
            command=(_tool("shellcheck"), *scripts, ".ci/run"),
            cure="each code is explained by shellcheck's wiki",
        ),
        _lint(
            "workflow schema",
            *("-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows),
        ),
        Step(
            name="workflow security",
            group="lint",
            command=(_tool("zizmor"), "--offline", "--quiet", *workflows),
        ),
        Step(
            name="unit tests",
            group="unit",
            command=(*pytest, f"--junitxml={tests}"),
            cure="make unit TEST_ARGS='-k name' runs one",
            streams=True,
            report=tests,
        ),
        _labs("gates", cure="make refresh LAB=NN after an edit of labs/source"),
        _labs(
            "nbval", cure="an output changed: make refresh LAB=NN if that is right", report=nbval
        ),
        _labs("papermill", cure="a solution, a metric or a time budget of a lab no longer holds"),
    ]


def _lint(name: str, *arguments: str, cure: str = "") -> Step:
    return Step(name=name, group="lint", command=(sys.executable, *arguments), cure=cure)


def _labs(name: str, *, cure: str, report: Path | None = None) -> Step:
    command = (sys.executable, "-m", "lab_utils.notebook_tests", f"--{name}")
    settings = (("PYTEST_ADDOPTS", f"--junitxml={shlex.quote(str(report))}"),) if report else ()
    return Step(
        name=f"notebooks: {name}",
        group="notebooks",
        command=command,
        cure=cure,
        streams=True,
        report=report,
        settings=settings,
        skip="" if any(ROOT.glob("labs/source/[0-9][0-9]_*.py")) else "there are no labs yet",
    )


def _tool(name: str) -> str:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else name


def _flags(flag: str, *values: str) -> list[str]:
    return [word for value in values for word in (flag, value)]


def count_tests(report: Path | None, since: float) -> tuple[int, int, int]:
    """Add up a JUnit report.

    Args:
        report: Where it may be.
        since: Time in seconds since the epoch; an older report is left over and does not count.

    Returns:
        How many tests passed, failed and were skipped.
    """
    if report is None or not report.exists() or report.stat().st_mtime < since:
        return 0, 0, 0
    total = failed = skipped = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def run_step(step: Step, environment: dict[str, str]) -> Outcome:
    """Run one step, print how it went, and count its tests."""
    if step.skip:
        print(f"{step.name} ... skipped: {step.skip}", flush=True)
        return Outcome(step=step, passed=0, failed=0, skipped=1, seconds=0.0)
    print(f"{step.name} ...", end="\n" if step.streams else " ", flush=True)
    started, clock = time.time() - 1, time.perf_counter()
    if step.report is not None:
        step.report.parent.mkdir(parents=True, exist_ok=True)
        # A step that is killed must not leave the report of an earlier run behind.
        step.report.unlink(missing_ok=True)
    stream = None if step.streams else subprocess.PIPE
    try:
        done = subprocess.run(
            step.command,
            cwd=ROOT,
            env={**environment, **dict(step.settings)},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=None if step.streams else subprocess.STDOUT,
            text=True,
            check=False,
        )
        broke, output = done.returncode != 0, done.stdout or ""
    except OSError as error:
        broke, output = True, f"{step.command[0]} cannot be started: {error}"
    seconds = time.perf_counter() - clock
    passed, failed, skipped = count_tests(step.report, started)
    if broke and not failed:
        failed = 1
    if not broke and not passed + failed + skipped:
        passed = 1
    if not step.streams:
        print(f"{'failed' if broke else 'ok'} ({seconds:.1f} s)", flush=True)
        if broke:
            print(output.rstrip() or "(it printed nothing)", flush=True)
    return Outcome(step=step, passed=passed, failed=failed, skipped=skipped, seconds=seconds)


def leave_report(outcome: Outcome, folder: Path, commit: str) -> Path:
    """Write the JUnit report of a step that writes none, or complete the one it wrote.

    Args:
        outcome: What came of the step.
        folder: Where reports lie.
        commit: What was checked.

    Returns:
        The report. It says which commands run the step, so that one can ask whether they are
        typed by a workflow.
    """
    step = outcome.step
    path = step.report or folder / f"{re.sub(r'[^a-z0-9]+', '-', step.name.lower())}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    if step.report is not None and path.exists():
        root = ElementTree.parse(path).getroot()
    else:
        started = datetime.now(timezone.utc) - timedelta(seconds=outcome.seconds)
        root = ElementTree.Element("testsuite", name=step.group, timestamp=started.isoformat())
        names = {"classname": "scripts.run_checks", "name": step.name}
        case = ElementTree.SubElement(
            root, "testcase", file="scripts/run_checks.py", time=f"{outcome.seconds:.3f}", **names
        )
        if outcome.failed:
            ElementTree.SubElement(case, "failure", message=step.cure or "see what it printed")
        elif outcome.skipped:
            ElementTree.SubElement(case, "skipped", message=step.skip)
    table = ElementTree.Element("properties")
    for name, value in [("commit", commit), *(("command", one) for one in COMMANDS[step.group])]:
        ElementTree.SubElement(table, "property", name=name, value=value)
    next(root.iter("testsuite")).insert(0, table)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def current_commit() -> str:
    """Name the commit that is checked; a plus says that files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def summary(outcomes: Sequence[Outcome]) -> str:
    """Set the table, the cures and the last line.

    Args:
        outcomes: What came of each step.

    Returns:
        Several lines; the last is `N passed, N failed`.
    """
    lines = ["", f"{'step':<20}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    for one in outcomes:
        counts = f"{one.passed:>8}{one.failed:>8}{one.skipped:>9}{one.seconds:>9.1f}"
        lines.append(f"{one.step.name:<20}{counts}")
    lines.append("")
    lines += [f"{o.step.name}: {o.step.cure}" for o in outcomes if o.failed and o.step.cure]
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    return "\n".join([*lines, f"{passed} passed, {failed} failed"])


def main(
    arguments: Sequence[str] | None = None,
    choose: Callable[[], list[Step]] = steps,
    reports: Path | None = None,
) -> int:
    """Run the groups asked for, all of them by default.

    Args:
        arguments: Groups.
        choose: Lists the steps.
        reports: Where each step is to leave a report; nowhere if None.

    Returns:
        0 when nothing failed, else 1.
    """
    parser = argparse.ArgumentParser(prog="run_checks", description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="lint, unit, notebooks")
    groups = set(parser.parse_args(arguments).groups)
    chosen = [step for step in choose() if not groups or step.group in groups]
    unknown = groups - {step.group for step in choose()}
    if unknown:
        parser.error(f"groups are lint, unit and notebooks, got {', '.join(sorted(unknown))}")
    # One numeric thread per process: two workers on two cores must not fight for them.
    environment = {"OMP_NUM_THREADS": "1", **os.environ, "PYTHONUNBUFFERED": "1"}
    outcomes = []
    commit = current_commit()
    for step in chosen:
        outcomes.append(run_step(step, environment))
        if reports is not None:
            leave_report(outcomes[-1], reports, commit)
    print(summary(outcomes), flush=True)
    return 1 if any(one.failed for one in outcomes) else 0


if __name__ == "__main__":
    raise SystemExit(main(reports=REPORTS))
