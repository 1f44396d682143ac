"""`scripts/data_card.py` writes what manifest and catalogue say, and data/CARD.md is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import data_card
from text_recognizer.sources.catalog import catalog

TEXT = data_card.render()


def test_the_card_in_the_repository_is_current():
    assert data_card.CARD.read_text("utf-8") == TEXT, "run: python scripts/data_card.py"


@pytest.mark.parametrize("name", sorted(catalog()))
def test_every_set_is_there_with_its_terms(name):
    source = catalog()[name]
    part = TEXT.split(f"### {name}\n")[1].split("\n### ")[0]
    for fact in (source.licence, source.citation, source.homepage, source.split_rule):
        assert fact in part
    use = "to train" if source.use == "train" else "to measure"
    assert f"| [{name}](#{name}) | {source.kind} | {use} |" in TEXT


def test_hands_that_are_held_back_are_named():
    for name in ("caveat", "kalam", "zeyada"):
        assert name in TEXT.split("Files:")[0]


def test_it_is_written_where_the_data_is(tmp_path):
    for name in ("sample/manifest.json", "raw/stanford/metadata.toml"):
        target = tmp_path / name
        target.parent.mkdir(parents=True)
        target.write_bytes((Path(data_card.DATA) / name).read_bytes())
    text = data_card.write(tmp_path).read_text("utf-8")
    assert "### stanford" in text
    assert "### copiste" not in text


@pytest.mark.parametrize(("content", "status"), [(TEXT, 0), (TEXT + "edited", 1), (None, 1)])
def test_check_says_whether_it_is_current(content, status, tmp_path, monkeypatch, capsys):
    card = tmp_path / "CARD.md"
    if content is not None:
        card.write_text(content, "utf-8")
    monkeypatch.setattr(data_card, "CARD", card)
    monkeypatch.setattr("sys.argv", ["data_card.py", "--check"])
    assert data_card.main() == status
    assert ("is not current; run: " in capsys.readouterr().err) == bool(status)
