"""Workflows are refused for their form, for what is unsafe, and where they never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_utils.settings import ROOT
from lab_utils.tools import validate
from lab_utils.tools.programs import Ran
from lab_utils.tools.validate import Refusals, dead_workflows, refusals
from text_recognizer.core.errors import InputError, ParseError

SEEDED = ROOT / "labs" / "assets" / "tools" / "workflows"


def test_both_validators_are_needed():
    good = ROOT / ".github" / "workflows" / "test.yml"
    found = refusals(good, SEEDED / "misspelt.yml", SEEDED / "injected.yml")
    assert found[0] == Refusals(name="test.yml", schema=False, audits=())
    assert found[1] == Refusals(name="misspelt.yml", schema=True, audits=("not a workflow",))
    assert not found[2].schema
    assert {"template-injection", "dangerous-triggers"} <= set(found[2].audits)


def test_a_workflow_below_the_root_never_runs(tmp_path):
    for place in (".github/workflows", "lab08/.github/workflows", "build/.github/workflows"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "test.yml").touch()
    assert dead_workflows(tmp_path) == ["lab08/.github/workflows/test.yml"]
    assert dead_workflows() == []


@pytest.mark.parametrize("paths", [(), (Path("no.yml"),)], ids=["none", "missing"])
def test_refuses(paths):
    with pytest.raises(InputError, match="such as exist"):
        refusals(*paths)


@pytest.mark.parametrize(
    ("ran", "words"),
    [
        pytest.param(Ran(code=2, output="", errors="usage"), "said 'usage'", id="schema"),
        pytest.param(Ran(code=0, output='{"errors": 3}', errors=""), "in JSON", id="other JSON"),
    ],
)
def test_a_validator_that_cannot_work(ran, words, monkeypatch):
    monkeypatch.setattr(validate, "run_program", lambda *_, **__: ran)
    with pytest.raises(ParseError, match=words):
        refusals(SEEDED / "misspelt.yml")


def test_audits_that_cannot_be_read(monkeypatch):
    answer = Ran(code=14, output='{"errors": [], "parse_errors": []}', errors="")
    monkeypatch.setattr(validate, "run_program", lambda *_, **__: answer)
    with pytest.raises(ParseError, match="zizmor prints findings"):
        refusals(SEEDED / "misspelt.yml")
