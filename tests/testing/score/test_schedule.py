"""What runs by itself; whatever cannot be followed for certain does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import ParseError
from text_recognizer.testing.score import Schedule, read_schedule

WORKFLOW = """
on: {on}
jobs:
  one:
    {job}
    steps:
      - uses: actions/checkout@v5
      - {step}
        run: |
          {run}
"""


def write(folder: Path, name: str = "a.yml", **parts: str) -> Path:
    usual = {"on": "push", "job": "timeout-minutes: 5", "step": "name: x", "run": "make test"}
    path = folder / ".github" / "workflows" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WORKFLOW.format(**{**usual, **parts}))
    return folder


def is_run(folder: Path) -> bool:
    return "make test" in read_schedule(folder).runs


def test_the_projects_own_workflows_run_make_test(root: Path) -> None:
    when = read_schedule(root).when(("make test",))
    assert {"test.yml on push", "weekly.yml on schedule"} <= set(when)
    assert read_schedule(root).when(("make lint", "make coffee")) == ()


def test_every_week_the_newest_releases_are_tried(root: Path) -> None:
    yaml = pytest.importorskip("yaml")
    assert "weekly.yml on schedule" in read_schedule(root).when(("make test",))
    weekly = yaml.safe_load((root / ".github" / "workflows" / "weekly.yml").read_text())
    steps = [step for job in weekly["jobs"].values() for step in job["steps"]]
    assert [step["env"]["NEWEST"] for step in steps if step.get("run") == ".ci/run"] == ["1"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param({}, True, id="on push"),
        pytest.param({"on": "{schedule: [{cron: '1 2 * * 3'}]}"}, True, id="by the clock"),
        pytest.param({"on": "[pull_request, push]"}, True, id="a list of events"),
        pytest.param({"on": "workflow_dispatch"}, False, id="started by a person"),
        pytest.param({"on": "pull_request"}, False, id="on pull requests only"),
        pytest.param({"job": "if: false"}, False, id="a job that never runs"),
        pytest.param({"step": "if: failure()"}, False, id="a step that runs after a failure"),
        pytest.param({"step": "if: ${{ always() }}"}, True, id="a step that always runs"),
        pytest.param({"step": "continue-on-error: true"}, False, id="a failure that is ignored"),
        pytest.param({"run": "CI=1 make test"}, True, id="with a setting"),
        pytest.param({"run": "cd x && make test; echo done"}, True, id="in a chain"),
        pytest.param({"run": "make test || true"}, False, id="a failure that is hidden"),
        pytest.param({"run": "make test | tail"}, False, id="a pipe hides the failure"),
        pytest.param({"run": "make test &"}, False, id="nobody waits for it"),
        pytest.param({"run": "echo make test"}, False, id="only said"),
        pytest.param({"run": "# make test"}, False, id="a comment"),
        pytest.param({"run": "make -n test"}, False, id="a dry run"),
        pytest.param({"run": "make test-notebooks"}, False, id="a longer target"),
        pytest.param({"run": "if a; then\n            make test\n          fi"}, False, id="if"),
        pytest.param({"run": "if a; then\n          make test\n          fi"}, False, id="flat if"),
        pytest.param({"run": "exit 0\n          make test"}, False, id="after the end"),
        pytest.param({"run": "cat <<X\n          make test\n          X"}, False, id="a text"),
        pytest.param({"run": "f() { make test; }"}, False, id="a function nobody calls"),
        pytest.param({"run": 'echo "\n          make test'}, False, id="an open quote above"),
    ],
)
def test_what_counts_as_run(parts: dict[str, str], expected: bool, tmp_path: Path) -> None:
    assert is_run(write(tmp_path, **parts)) is expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("#!/bin/sh\nset -e\nmake test\n", True, id="a shell script"),
        pytest.param("#!/usr/bin/env bash\nf() {\n    make test\n}\n", False, id="not called"),
        pytest.param("#!/usr/bin/env python3\nmake test\n", False, id="no shell script"),
        pytest.param("#!/bin/sh\n./other\n", True, id="one that calls another"),
        pytest.param("#!/bin/sh\n./run\n", False, id="one that calls itself"),
    ],
)
def test_scripts_of_the_repository_are_followed(
    script: str, expected: bool, tmp_path: Path
) -> None:
    (tmp_path / "run").write_text(script)
    (tmp_path / "other").write_text("#!/bin/sh\nmake test\n")
    assert is_run(write(tmp_path, run="./run")) is expected


def test_only_the_root_counts(tmp_path: Path) -> None:
    write(tmp_path / "lab08")
    assert read_schedule(tmp_path) == Schedule()


def test_events_of_several_workflows_are_told(tmp_path: Path) -> None:
    write(tmp_path, "b.yml", on="[push, schedule]")
    write(tmp_path, "c.yaml")
    told = ("b.yml on push", "b.yml on schedule", "c.yaml on push")
    assert read_schedule(tmp_path).when(("make test", "make test")) == told


@pytest.mark.parametrize("content", ["a: [", "- a", "on: push", "jobs: 3", "\xff"])
def test_a_bad_workflow_is_named(content: str, tmp_path: Path) -> None:
    path = write(tmp_path) / ".github" / "workflows" / "a.yml"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ParseError, match=r"a\.yml"):
        read_schedule(tmp_path)
