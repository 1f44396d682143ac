"""Steps are run as GitHub runs them, up to the first failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_utils.settings import ROOT
from lab_utils.tools.workflow import RUNNING, read_steps, run_job
from text_recognizer.core.errors import ConfigError, InputError, ParseError

PROJECT = ROOT / ".github" / "workflows" / "test.yml"
HEAD = "env: {COLOUR: red}\njobs:\n  one:\n    env: {SIZE: big}\n    steps:\n"


def workflow(folder: Path, *steps: str) -> Path:
    path = folder / "toy.yml"
    path.write_text(HEAD + "".join(f"      - {step}\n" for step in steps))
    return path


def verdicts(path: Path, **settings: str) -> list[str]:
    return [one.verdict for one in run_job(path, "one", path.parent, settings=settings)]


def test_the_projects_jobs_and_commands():
    steps = read_steps(PROJECT)
    assert [step.job for step in steps if step.run] == ["lint"] * 6 + ["test"]
    assert steps[-2].run == ".ci/run"
    assert steps[-2].environment == {"LABS_TIME_FACTOR": "2"}


def test_a_step_after_a_failure_is_skipped_unless_it_asks(tmp_path):
    steps = [
        "{run: echo fine}",
        "{name: breaks, run: 'false; echo never'}",
        "{run: touch after}",
        "{if: failure(), run: touch asked}",
        "{if: '${{ always() }}', run: touch always}",
        "{if: success(), run: touch success}",
    ]
    found = run_job(workflow(tmp_path, *steps), "one", tmp_path)
    expected = ["passed", "failed", "skipped", "passed", "passed", "skipped"]
    assert [one.verdict for one in found] == expected
    assert "never" not in found[1].output
    assert not (tmp_path / "after").exists()
    assert (tmp_path / "asked").exists()


def test_variables_and_folders_reach_the_commands(tmp_path):
    (tmp_path / "sub").mkdir()
    path = workflow(
        tmp_path,
        "{run: 'echo $COLOUR $SIZE $OWN $GIVEN $(basename $PWD)', env: {OWN: 1}, "
        "working-directory: sub}",
    )
    (one,) = run_job(path, "one", tmp_path, settings={"GIVEN": "2"})
    assert one.output == "red big 1 2 sub\n"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("env.LINTERS != 'installed'", "skipped", id="what the lint job asks"),
        pytest.param("env.LINTERS == 'installed'", "passed", id="equal"),
        pytest.param("env.COLOUR == 'red'", "passed", id="of the workflow"),
        pytest.param("env.NOWHERE == ''", "passed", id="unset is empty"),
    ],
)
def test_conditions_on_variables(condition, expected, tmp_path):
    path = workflow(tmp_path, f'{{run: "true", if: "{condition}"}}')
    assert verdicts(path, LINTERS="installed") == [expected]


def test_actions_are_skipped(tmp_path):
    assert verdicts(workflow(tmp_path, "uses: actions/checkout@v5")) == ["skipped"]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        pytest.param("{run: 'true', if: github.ref == 'a'}", "conditions here are", id="if"),
        pytest.param("run: echo ${{ matrix.python }}", "hand the value over in env", id="run"),
    ],
)
def test_what_only_github_understands(step, words, tmp_path):
    with pytest.raises(ConfigError, match=words):
        verdicts(workflow(tmp_path, step))


@pytest.mark.parametrize(
    "text",
    ["", "jobs: 3", "jobs: {a: {}}", "{", "jobs: {a: {steps: [{run: x, shell: pwsh}]}}"],
    ids=["empty", "number", "no steps", "no YAML", "another shell"],
)
def test_no_workflow(text, tmp_path):
    path = tmp_path / "a.yml"
    path.write_text(text)
    with pytest.raises(ParseError, match=r"a\.yml fails with"):
        read_steps(path)


def test_a_job_that_is_not_there():
    with pytest.raises(InputError, match="lint, test; received 'deploy'"):
        run_job(PROJECT, "deploy", ROOT)


def test_a_job_does_not_start_itself(monkeypatch, tmp_path):
    monkeypatch.setenv(RUNNING, "test/test")
    with pytest.raises(InputError, match="a job does not start itself"):
        run_job(PROJECT, "test", ROOT)
    path = workflow(tmp_path, f"run: echo ${RUNNING}")
    assert run_job(path, "one", tmp_path)[0].output == "test/test toy/one\n"
