from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.core.errors import ParseError
from text_recognizer.sources.folder import load_folder, load_folder_paragraphs, read_labels

GOOD = {"image": "lines/a.png", "text": "été", "writer": "w1", "split": "train"}


def write(folder: Path, *rows: dict[str, object] | str) -> Path:
    (folder / "lines").mkdir(exist_ok=True)
    for name in "abc":
        Image.new("L", (30, 10), 255).save(folder / "lines" / f"{name}.png")
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_labels_carry_what_the_file_says(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "", {"image": "lines/b.png", "text": "x", "page": "p7"})
    first, second = read_labels(tmp_path)
    assert (first.text, first.plain, first.writer, first.split) == ("été", "ete", "w1", "train")
    assert first.id == "lines/a"
    assert (second.kind, second.writer, second.split) == ("line", "p7", "")


def test_a_picture_without_writer_and_page_stands_for_its_writer(tmp_path: Path) -> None:
    write(tmp_path, {"image": "lines/a.png", "text": "x"}, {"image": "lines/b.png", "text": "x"})
    assert [label.writer for label in read_labels(tmp_path)] == ["lines/a.png", "lines/b.png"]


def test_bytes_that_are_no_utf_8_are_named_by_their_line(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_bytes(b'\n{"image": "a.png", "text": "\xff"}\n')
    with pytest.raises(ParseError, match=r"line 2: UnicodeDecodeError"):
        read_labels(tmp_path)


def test_text_ascii_wins_over_our_own_normalisation(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "text_ascii": "E-T-E"})
    assert next(load_folder(tmp_path)).text == "E-T-E"
    assert next(load_folder(tmp_path, plain=False)).text == "été"


@pytest.mark.parametrize(
    ("split", "ids"),
    [
        pytest.param("train", ["lines/a"], id="its own"),
        pytest.param("test", ["lines/b"], id="a label without a split is test"),
        pytest.param("val", [], id="none"),
        pytest.param(None, ["lines/a", "lines/b"], id="all"),
    ],
)
def test_splits(tmp_path: Path, split: str | None, ids: list[str]) -> None:
    write(tmp_path, GOOD, {"image": "lines/b.png", "text": "x"})
    assert [sample.id for sample in load_folder(tmp_path, split)] == ids


def test_paragraphs_keep_their_lines(tmp_path: Path) -> None:
    write(tmp_path, GOOD, {"image": "lines/c.png", "text": "é\n b", "kind": "paragraph"})
    (sample,) = load_folder_paragraphs(tmp_path)
    assert sample.text == "e\nb"
    assert sample.lines == ("e", "b")
    assert [s.id for s in load_folder(tmp_path)] == ["lines/a"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("{not json", "line 2", id="no JSON: the line is named"),
        pytest.param("[1]", "received [1]", id="no object"),
        pytest.param({"image": "lines/a.png"}, "'text'", id="no text"),
        pytest.param({"image": "", "text": "x"}, "'image'", id="no picture"),
        pytest.param({"image": 3, "text": "x"}, "received 3", id="a number for a path"),
        pytest.param({**GOOD, "image": "../a.png"}, "'../a.png'", id="leaves the folder"),
        pytest.param({**GOOD, "image": "/etc/a.png"}, "'/etc/a.png'", id="absolute"),
        pytest.param({**GOOD, "kind": "word"}, "'word'", id="unknown kind"),
        pytest.param({**GOOD, "kind": ""}, "received ''", id="no kind"),
        pytest.param({**GOOD, "writer": 7}, "received 7", id="a number for a writer"),
        pytest.param({**GOOD, "split": "dev"}, "'dev'", id="unknown split"),
    ],
)
def test_a_bad_line_is_quoted(tmp_path: Path, row: dict[str, object] | str, words: str) -> None:
    write(tmp_path, GOOD, row)
    with pytest.raises(ParseError) as caught:
        read_labels(tmp_path)
    assert words in str(caught.value)
    assert "labels.jsonl, line 2" in str(caught.value)


def test_no_labels_file(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"labels\.jsonl"):
        read_labels(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"not a picture"], ids=["missing", "empty", "junk"])
def test_a_picture_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    write(tmp_path, {**GOOD, "image": "lines/z.png"})
    if content is not None:
        (tmp_path / "lines" / "z.png").write_bytes(content)
    with pytest.raises(ParseError, match="'lines/z'"):
        next(load_folder(tmp_path))


def test_real_folders_where_they_are() -> None:
    """Every label of the real folders parses; skipped on machines without them."""
    root = Path(os.environ.get("TEXT_RECOGNIZER_HANDWRITING", "../shared/handwriting"))
    folders = sorted(path.parent for path in root.glob("*/labels.jsonl"))
    if not folders:
        pytest.skip("no handwriting folders here")
    for folder in folders:
        labels = read_labels(folder)
        assert labels
        sample = next(load_folder(folder))
        assert sample.text
