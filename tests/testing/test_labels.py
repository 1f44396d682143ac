"""Folders of labels: every ill-formed line is named, nothing is dropped in silence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.core import LineImage, PageImage
from text_recognizer.core.errors import ImageError, InputError, ParseError
from text_recognizer.testing.labels import LabelledItem, read_folder, read_sample, spread

ROWS = [
    {"image": "a.png", "text": "ä", "text_ascii": "a", "kind": "line", "writer": "w1"},
    {"image": "b.png", "text": "b", "kind": "line", "page": "p1", "split": "val"},
    {"image": "c.png", "text": "c\nd", "kind": "paragraph", "split": "val", "extra": [1]},
]


def write(folder: Path, rows: list[object], images: bool = True) -> Path:
    """A folder of labels with small white images."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in "abc" if images else "":
        Image.fromarray(np.full((8, 20), 255, np.uint8)).save(folder / f"{name}.png")
    return folder


def test_reads_fields_with_their_fallbacks(tmp_path):
    items = read_folder(write(tmp_path, [ROWS[0], "", *ROWS[1:]]))
    assert [item.text for item in items] == ["a", "b", "c\nd"]
    assert [item.writer for item in items] == ["w1", "p1", "c.png"]
    assert [item.id for item in items] == ["a.png", "b.png", "c.png"]
    assert items[1].origin.endswith("labels.jsonl, line 3")
    assert isinstance(items[0].open(), LineImage)
    assert isinstance(items[2].open(), PageImage)


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        pytest.param({}, ["a.png", "b.png", "c.png"], id="all"),
        pytest.param({"split": "val"}, ["b.png", "c.png"], id="a split"),
        pytest.param({"kind": "line"}, ["a.png", "b.png"], id="a kind"),
        pytest.param({"limit": 1}, ["a.png", "c.png"], id="one of each kind"),
        pytest.param({"split": "val", "kind": "line", "limit": 5}, ["b.png"], id="all filters"),
    ],
)
def test_filters(tmp_path, filters, ids):
    assert [item.id for item in read_folder(write(tmp_path, ROWS), **filters)] == ids


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("{broken", r"one JSON object; .*, line 2: .*\{broken", id="no JSON"),
        pytest.param("[1]", r"line 2: .*received \[1\]", id="a list"),
        pytest.param(
            {"text": "a", "kind": "line"},
            "'image' must be a string; .* line 2: received None",
            id="no image",
        ),
        pytest.param({"image": "a.png", "kind": "line"}, "'text'.*None", id="no text"),
        pytest.param({**ROWS[0], "text": 5}, "'text' must be a string; .* received 5", id="number"),
        pytest.param({**ROWS[0], "writer": 5}, "'writer' must be a string", id="writer number"),
        pytest.param({**ROWS[0], "kind": "word"}, "line, paragraph; .* received 'word'", id="kind"),
        pytest.param({**ROWS[0], "image": "/etc/a.png"}, "within the folder", id="absolute"),
        pytest.param({**ROWS[0], "split": 5}, "'split' must be a string", id="split number"),
        pytest.param({**ROWS[0], "image": "../a.png"}, r"received '\.\./a\.png'", id="outside"),
    ],
)
def test_an_ill_formed_label_is_quoted_with_its_line(tmp_path, row, words):
    with pytest.raises(ParseError, match=words):
        read_folder(write(tmp_path, [ROWS[0], row]))


def test_bytes_that_are_no_utf_8_are_a_typed_error(tmp_path):
    (tmp_path / "labels.jsonl").write_bytes(b'{"image": "\xff"}\n')
    with pytest.raises(ParseError, match="line 1"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        pytest.param({"split": "test"}, r"splits are \(none\), val", id="no such split"),
        pytest.param({"kind": "page"}, "line, paragraph; received 'page'", id="no such kind"),
        pytest.param({"limit": 0}, "limit is at least 1; received 0", id="limit 0"),
    ],
)
def test_filters_out_of_range(tmp_path, filters, words):
    with pytest.raises(InputError, match=words):
        read_folder(write(tmp_path, ROWS), **filters)


def test_missing_and_empty_folders(tmp_path):
    with pytest.raises(InputError, match=r"No such file.*check the path"):
        read_folder(tmp_path / "none")
    (tmp_path / "labels.jsonl").write_text("\n\n")
    with pytest.raises(ParseError, match="has no labels"):
        read_folder(tmp_path)


def test_an_unreadable_image_names_its_label(tmp_path):
    items = read_folder(write(tmp_path, ROWS, images=False))
    with pytest.raises(ParseError, match=r"labels\.jsonl, line 1: .*a\.png.*No such file"):
        items[0].open()
    with pytest.raises(ImageError):
        LabelledItem("none.png", "", kind="line", writer="", id="").open()


@pytest.mark.parametrize(
    ("count", "limit", "kept"),
    [
        pytest.param(10, 3, [0, 3, 6], id="spread"),
        pytest.param(3, 10, [0, 1, 2], id="limit above"),
        pytest.param(3, None, [0, 1, 2], id="no limit"),
        pytest.param(0, 2, [], id="nothing"),
    ],
)
def test_spread(count, limit, kept):
    assert spread(range(count), limit) == kept


def test_real_folders_are_read():
    """The shared handwriting, where it is at hand."""
    root = Path(os.environ.get("TEXT_RECOGNIZER_HANDWRITING", "../shared/handwriting"))
    if not (root / "csafe-dev" / "labels.jsonl").is_file():
        pytest.skip("no real handwriting here")
    items = read_folder(root / "csafe-dev")
    assert {item.kind for item in items} == {"line", "paragraph"}
    assert len({item.writer for item in items}) > 10
    assert items[0].open().height > 10


def test_any_name_of_a_split_may_be_measured(tmp_path):
    folder = write(tmp_path, [{**ROWS[0], "split": "held back"}])
    assert [item.id for item in read_folder(folder, split="held back")] == ["a.png"]


def test_a_few_of_the_sample_are_by_all_of_its_hands():
    items = read_sample(kind="line", limit=30)
    assert len(items) == 30
    assert len({item.writer for item in items}) == 10
    with pytest.raises(InputError, match="received 0"):
        read_sample(limit=0)
