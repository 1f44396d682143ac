"""GitHub workflows without GitHub: their steps listed, and run as GitHub runs them."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab_utils.tools.programs import find_program, run_program
from text_recognizer.core.errors import ConfigError, InputError, ParseError

__all__ = [
    "RUNNING",
    "Step",
    "StepRun",
    "read_steps",
    "run_job",
]

#: Names the jobs that are at work: a job that starts itself again would never end.
RUNNING = "LABS_JOBS"
SECONDS = 600.0
_CONDITION = re.compile(r"env\.(\w+) (==|!=) '([^']*)'")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a job.

    Args:
        job: Name of the job.
        name: What the step is called.
        run: The commands, or nothing for a step that uses an action.
        uses: The action, or nothing.
        condition: What stands behind `if`, or nothing.
        environment: The variables of the workflow, the job and the step together.
        folder: Working directory, relative to the root.
    """

    job: str
    name: str
    run: str = ""
    uses: str = ""
    condition: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = "."


@dataclass(frozen=True, kw_only=True)
class StepRun:
    """What came of a step.

    Args:
        name: What the step is called.
        verdict: `"passed"`, `"failed"` or `"skipped"`.
        output: What it said.
        seconds: Time taken; not part of a comparison.
    """

    name: str
    verdict: str
    output: str = field(default="", repr=False)
    seconds: float = field(default=0.0, compare=False, repr=False)


def read_steps(path: Path) -> list[Step]:
    """List the steps of a workflow in the order of the file.

    Args:
        path: A YAML file.

    Raises:
        ParseError: The file is no workflow with jobs and steps.
    """
    import yaml

    try:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [
            _step(workflow, job, rows, row, number)
            for job, rows in workflow["jobs"].items()
            for number, row in enumerate(rows["steps"], 1)
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ParseError(
            f"a workflow is YAML with jobs that have steps; {path.name} fails with "
            f"{type(error).__name__}: {error}; validate it with check-jsonschema"
        ) from error


def _step(workflow: Any, job: str, rows: Any, row: Any, number: int) -> Step:
    if row.get("shell", "bash") != "bash" or not ("run" in row) ^ ("uses" in row):
        raise ValueError(f"step {number} of {job} has no bash command and no action: {row!r}")
    above = {**workflow.get("env", {}), **rows.get("env", {}), **row.get("env", {})}
    return Step(
        job=job,
        name=row.get("name", row.get("uses", row.get("run", ""))).split("@")[0],
        run=row.get("run", ""),
        uses=row.get("uses", ""),
        condition=str(row.get("if", "")),
        environment={name: str(value) for name, value in above.items()},
        folder=row.get("working-directory", "."),
    )


def run_job(
    path: Path,
    job: str,
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> list[StepRun]:
    """Run the commands of a job as GitHub does, with `bash -e`, up to the first failure.

    Actions are skipped: the copy is the checkout, and this Python is the one set up.

    Args:
        path: The workflow.
        job: Name of the job.
        folder: Where the repository lies, a copy from `copies.clean_copy`.
        settings: More variables, such as `{"LINTERS": "installed"}`.
        seconds: Time limit of a step.

    Returns:
        One row a step; after a failure only `always()` and `failure()` are not skipped.

    Raises:
        InputError: There is no such job, or it is at work already: it would start itself.
        ConfigError: A condition or a command has an expression that only GitHub understands.
        DataError: A step took longer than the limit.
    """
    steps = read_steps(path)
    jobs = sorted({step.job for step in steps})
    if job not in jobs:
        raise InputError(f"the jobs of {path.name} are {', '.join(jobs)}; received {job!r}")
    own, running = f"{path.stem}/{job}", os.environ.get(RUNNING, "").split()
    if own in running:
        raise InputError(
            f"a job does not start itself; received {own}, and at work are {' '.join(running)}; "
            "run another job from inside"
        )
    more = {**(settings or {}), RUNNING: " ".join([*running, own])}
    done: list[StepRun] = []
    for step in (each for each in steps if each.job == job):
        failed = any(one.verdict == "failed" for one in done)
        environment = {**step.environment, **more}
        if step.uses or not _wanted(step, environment, failed):
            done.append(StepRun(name=step.name, verdict="skipped"))
        else:
            done.append(_run(step, folder, environment, seconds))
    return done


def _wanted(step: Step, environment: Mapping[str, str], failed: bool) -> bool:
    condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", step.condition).strip()
    plain = {"": not failed, "success()": not failed, "failure()": failed, "always()": True}
    if condition in plain:
        return plain[condition]
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise ConfigError(
            "conditions here are success(), failure(), always(), env.NAME == 'value' and "
            f"env.NAME != 'value'; {step.name!r} has {step.condition!r}; leave the rest to GitHub"
        )
    equal = environment.get(match[1], "") == match[3]
    return equal == (match[2] == "==") and not failed


def _run(step: Step, folder: Path, environment: Mapping[str, str], seconds: float) -> StepRun:
    if "${{" in step.run:
        raise ConfigError(
            f"a command has no expression of GitHub in it; {step.name!r} has {step.run!r}; "
            "hand the value over in env"
        )
    with tempfile.TemporaryDirectory() as parent:
        script = Path(parent) / "step.sh"
        script.write_text(step.run, encoding="utf-8")
        start = time.perf_counter()
        command = [find_program("bash"), "-e", script]
        ran = run_program(command, folder / step.folder, settings=environment, seconds=seconds)
    return StepRun(
        name=step.name,
        verdict="passed" if ran.passed else "failed",
        output=ran.output + ran.errors,
        seconds=time.perf_counter() - start,
    )
