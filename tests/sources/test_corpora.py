from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.core.errors import DownloadError, InputError
from text_recognizer.sources.catalog import SPLITS, catalog
from text_recognizer.sources.corpora import available, describe, load, load_paragraphs

from . import test_emnist as emnist_files
from . import test_iam as iam_files


def declare(root: Path, name: str, **keys: str) -> Path:
    """A set whose one file is a note, so that the parsers see a folder made by the test."""
    rows = {
        "title": "Toy",
        "homepage": "https://example.org",
        "licence": "CC0",
        "citation": "Someone",
        "format": "folder",
        "kind": "lines",
        "use": "train",
        "split_rule": "none",
        **keys,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in rows.items()]
    lines += ["[[files]]", 'url = "file:///note.txt"', 'filename = "note.txt"']
    path = root / "raw" / name / "metadata.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder = root / "downloaded" / keys.get("folder", name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "note.txt").write_text("here")
    return folder


def fill(folder: Path, kind: str = "line") -> None:
    Image.new("L", (30, 10), 255).save(folder / "a.png")
    rows = [
        {"image": "a.png", "text": f"text {i}", "kind": kind, "split": split}
        for i, split in enumerate(SPLITS)
    ]
    (folder / "labels.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n")


def test_the_projects_sets_describe_themselves() -> None:
    for name in available():
        text = describe(name)
        assert text.startswith(f"{name}: ")
        assert "licence" in text
        assert "cite" in text
    assert "never to train" in describe("csafe")
    assert "sign in (free)" in describe("iam_lines")


def test_what_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    declare(tmp_path, "toy")
    (tmp_path / "downloaded" / "toy" / "note.txt").unlink()
    assert available(root=tmp_path) == ("toy",)
    assert available(ready_only=True, root=tmp_path) == ()
    with pytest.raises(DownloadError, match=r"run: python -m .*download toy"):
        load("toy", root=tmp_path)
    assert "not here" in describe("toy", root=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param({"name": "nope"}, "'nope'", id="unknown set"),
        pytest.param({"name": "toy", "split": "dev"}, "'dev'", id="unknown split"),
        pytest.param({"name": "toy", "limit": -1}, "received -1", id="negative limit"),
        pytest.param({"name": "held", "split": "train"}, "spoil", id="a set to measure on"),
        pytest.param({"name": "pages"}, "use load_paragraphs", id="a set of paragraphs"),
    ],
)
def test_bad_arguments_are_refused_at_once(
    tmp_path: Path, arguments: dict[str, object], words: str
) -> None:
    declare(tmp_path, "toy")
    declare(tmp_path, "held", use="measure")
    declare(tmp_path, "pages", kind="paragraphs")
    with pytest.raises(InputError, match=words):
        load(**arguments, root=tmp_path)  # type: ignore[arg-type]


def test_folders(tmp_path: Path) -> None:
    fill(declare(tmp_path, "toy"))
    assert [s.text for s in load("toy", "val", root=tmp_path)] == ["text 1"]
    assert list(load("toy", "val", limit=0, root=tmp_path)) == []
    fill(declare(tmp_path, "pages", kind="paragraphs"), "paragraph")
    assert [s.text for s in load_paragraphs("pages", "test", root=tmp_path)] == ["text 2"]


def test_emnist(tmp_path: Path) -> None:
    folder = declare(tmp_path, "emnist", format="emnist", kind="characters")
    emnist_files.publish(folder)
    assert len(list(load("emnist", "test", limit=5, root=tmp_path))) == 5
    with pytest.raises(InputError, match="set of characters"):
        load_paragraphs("emnist", root=tmp_path)


def test_iam_lines_and_paragraphs_share_their_files(tmp_path: Path) -> None:
    declare(tmp_path, "iam_lines", format="iam-lines", folder="iam")
    folder = declare(
        tmp_path, "iam_paragraphs", format="iam-paragraphs", kind="paragraphs", folder="iam"
    )
    iam_files.publish(folder, {"a01-000": "5"})
    iam_files.lists(folder, trainset="a01-000-00")
    assert len(list(load("iam_lines", "train", root=tmp_path))) == 3
    assert len(list(load_paragraphs("iam_paragraphs", "train", root=tmp_path))) == 1


def test_every_format_of_the_catalogue_has_a_loader() -> None:
    from text_recognizer.sources import catalog as module

    assert {each.format for each in catalog().values()} <= set(module.FORMATS)
