"""The rubric: the paper's 28 rows, and every rule on them broken once."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import ConfigError, InputError, ParseError
from text_recognizer.testing.score import Rubric, read_rubric
from text_recognizer.testing.score.rubric import Item, Manual


def test_the_projects_own_rows() -> None:
    rubric = read_rubric()
    assert len(rubric.items) == 28
    assert rubric.row("Monitor 7").name == "Prediction quality has not regressed on served data"
    for item in rubric.items:
        full = item.tests and not item.only_part
        assert full or item.next_step, f"{item.key} does not say what would earn more"
        assert item.why.endswith("."), f"{item.key}: one sentence"
        assert len(item.why) <= 120, f"{item.key}: one sentence"


def test_commands_of_evidence_by_hand_exist(root: Path) -> None:
    for item in read_rubric().items:
        if item.manual:
            program, what, *_ = item.manual.command.split()
            known = (root / "Makefile").read_text() if program == "make" else ""
            assert f"\n{what}:" in known or (root / what).is_file(), item.key


def test_a_link_is_added_and_the_rest_stays(toy: Rubric) -> None:
    linked = toy.link("Monitor 6", "tests/data/test_cost.py")
    assert linked.row("Monitor 6").tests == ("tests/data/test_cost.py",)
    assert linked.row("Monitor 6").manual is None
    changed = [a.key for a, b in zip(toy.items, linked.items, strict=True) if a != b]
    assert changed == ["Monitor 6"]
    assert toy.link("Infra 5").row("Infra 5").only_part == ""


@pytest.mark.parametrize("key", ["Model 8", "model 5", ""])
def test_an_unknown_row(key: str) -> None:
    with pytest.raises(InputError, match="rows are named"):
        read_rubric().row(key)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"section": "Ops"}, "'Ops'", id="section"),
        pytest.param({"number": 8}, "8", id="number"),
        pytest.param({"why": " "}, "says why", id="no reason"),
        pytest.param(
            {"manual": Manual(document="a.md", command="make a")}, "not both", id="two kinds"
        ),
        pytest.param({"tests": (), "only_part": "half"}, "only_part", id="a part of nothing"),
        pytest.param({"tests": ("tests/",)}, "nearly all", id="all tests at once"),
    ],
)
def test_a_bad_row_is_refused(fields: dict[str, object], words: str, row) -> None:
    with pytest.raises((ConfigError, InputError), match=words):
        row(**{"tests": ("tests/a/test_b.py",), **fields})


@pytest.mark.parametrize(
    ("document", "command"),
    [("/etc/passwd", "make a"), ("../a.md", "make a"), ("", "make a"), ("a.md", "make")],
)
def test_bad_evidence_is_refused(document: str, command: str) -> None:
    with pytest.raises(ConfigError, match="received"):
        Manual(document=document, command=command)


def test_a_rubric_has_every_row_once() -> None:
    items = read_rubric().items
    for wrong in (items[:-1], (*items[:-1], items[0]), items[::-1], ()):
        with pytest.raises(ConfigError, match="once each, in order"):
            Rubric(items=wrong)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("[[Data]]", "[[Data]", "TOML", id="no TOML"),
        pytest.param("[[Infra]]", "[[Infrastructure]]", "has the tables", id="another section"),
        pytest.param("only_part", "only_parts", "only_parts", id="a field too many"),
        pytest.param("name = ", "nome = ", "Data 1", id="a field too few"),
    ],
)
def test_a_bad_file_is_named(old: str, new: str, words: str, rubric_file: Path) -> None:
    rubric_file.write_text(rubric_file.read_text().replace(old, new))
    with pytest.raises(ParseError, match=words):
        read_rubric(rubric_file)


def test_a_row_knows_its_name(row) -> None:
    made: Item = row("tests/a/test_b.py", section="Model", number=5)
    assert made.key == "Model 5"
