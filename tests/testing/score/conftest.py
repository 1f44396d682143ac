from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from text_recognizer.testing.score import Item, Rubric, Run, Schedule, read_rubric
from text_recognizer.testing.score.junit import CaseResult, Report

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def weekly() -> Schedule:
    """`make test` runs on a push, and nothing else does."""
    return Schedule(runs={"make test": ("test.yml on push",)})


@pytest.fixture
def run_of() -> Callable[..., Run]:
    """Make a run from outcomes by id; of `make test` unless told otherwise."""

    def make(outcomes: dict[str, str], command: str = "make test") -> Run:
        commands = (command,) if command else ()
        tests = tuple(
            CaseResult(id=one, outcome=outcome, seconds=0.5, commands=commands)
            for one, outcome in outcomes.items()
        )
        return Run(reports=(Report(name="tests.xml", tests=tests, commands=commands),))

    return make


@pytest.fixture
def row() -> Callable[..., Item]:
    """Make a row of the rubric that links these tests."""

    def make(*tests: str, **fields: object) -> Item:
        usual = {"section": "Data", "number": 1, "name": "A row", "why": "Because.", "tests": tests}
        return Item(**{**usual, **fields})  # type: ignore[arg-type]

    return make


@pytest.fixture
def rubric_file(tmp_path: Path) -> Path:
    """A rubric that no lab will change: two rows with tests, one with evidence by hand."""
    fields = {
        "Infra 2": 'tests = ["tests/models/", "tests/a/test_a.py"]',
        "Infra 5": 'tests = ["labs/00_welcome.ipynb"]\nonly_part = "of reading"',
        "Model 1": 'tests = ["tests/b/test_b.py"]',
        "Monitor 6": 'manual = { document = "README.md", command = "make bench" }',
    }
    rows = [
        f'[[{section}]]\nname = "Row {section} {number}"\nwhy = "Because."\n'
        f'next_step = "Do {section} {number}."\n{fields.get(f"{section} {number}", "")}\n'
        for section in ("Data", "Model", "Infra", "Monitor")
        for number in range(1, 8)
    ]
    path = tmp_path / "toy_rubric.toml"
    path.write_text("".join(rows))
    return path


@pytest.fixture
def toy(rubric_file: Path) -> Rubric:
    """The rubric that no lab will change."""
    return read_rubric(rubric_file)
