"""Folders, lists and Parquet files give their images in order, a chunk at a time."""

from __future__ import annotations

import os

import pyarrow
import pyarrow.parquet
import pytest

from text_recognizer.core.errors import ConfigError, DataError, ParseError
from text_recognizer.deployment.batch import items as module
from text_recognizer.deployment.batch.items import Item, chunked, find_items


def test_a_folder_is_its_images_by_path(tmp_path):
    for name in ("b.png", "a.JPG", "below/c.tif", "notes.txt", ".hidden.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = list(find_items(tmp_path))
    assert [item.id for item in found] == ["a.JPG", "b.png", "below/c.tif"]
    assert found[2].load().content == b"below/c.tif"


def test_a_list_is_in_its_own_order_and_relative_to_itself(tmp_path):
    (tmp_path / "x.png").write_bytes(b"x")
    absolute = tmp_path / "x.png"
    listed = tmp_path / "list.txt"
    listed.write_text(f"x.png\n# a remark\n\nabsent.png\n{absolute}\nx.png\n")
    found = list(find_items(listed))
    assert [item.id for item in found] == ["x.png", "absent.png", str(absolute), "x.png"]
    pictures = [item.load() for item in found]
    assert [picture.content for picture in pictures] == [b"x", b"", b"x", b"x"]
    assert "absent.png" in pictures[1].error
    assert "check the name" in pictures[1].error


def test_a_name_need_not_be_utf_8(tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    try:
        (tmp_path / name).write_bytes(b"x")
    except OSError:
        pytest.skip("this disk wants UTF-8")
    (tmp_path / "list.txt").write_bytes(b"caf\xe9.png\n")
    assert next(find_items(tmp_path / "list.txt")).load().content == b"x"
    assert next(find_items(tmp_path)).load().content == b"x"


def test_a_parquet_file_is_its_rows(tmp_path):
    table = {"id": [str(i) for i in range(150)], "image": [b"%d" % i for i in range(150)]}
    pyarrow.parquet.write_table(pyarrow.table(table), tmp_path / "rows.parquet")
    found = list(find_items(tmp_path / "rows.parquet"))
    assert [(item.id, item.source) for item in found] == [(str(i), b"%d" % i) for i in range(150)]


def test_an_image_is_a_batch_of_one(tmp_path):
    (tmp_path / "one.png").write_bytes(b"x")
    assert [item.id for item in find_items(tmp_path / "one.png")] == ["one.png"]


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        pytest.param("absent", None, DataError, "is none; check", id="nothing there"),
        pytest.param("empty.txt", b"\n# x\n", DataError, "at least one", id="a list of none"),
        pytest.param("list.txt", b"\0\1", ParseError, "zero bytes", id="a list that is no text"),
        pytest.param("a.parquet", b"PAR1", ParseError, "columns id and image", id="cut Parquet"),
    ],
)
def test_what_is_no_batch(name, content, error, message, tmp_path):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message):
        list(find_items(tmp_path / name))


def test_a_folder_without_images_and_a_table_without_them(tmp_path):
    with pytest.raises(DataError, match="at least one image"):
        find_items(tmp_path)
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a"]}), tmp_path / "a.parquet")
    with pytest.raises(ParseError, match="columns id and image"):
        list(find_items(tmp_path / "a.parquet"))


def test_a_pipe_or_a_huge_file_is_an_error_of_its_row(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "large.png").write_bytes(b"12345")
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 4)
    large, pipe = (item.load() for item in find_items(tmp_path))
    assert "at most 4 bytes" in large.error
    assert "no regular file" in pipe.error


def test_chunks_close_at_their_size_and_at_their_bytes(monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", 10)
    sizes = [4, 4, 4, 30, 1, 1, 1, 1]
    chunks = list(chunked((Item(str(i), b"x" * n) for i, n in enumerate(sizes)), 3))
    assert [[len(p.content) for p in chunk] for chunk in chunks] == [
        [4, 4],
        [4],
        [30],
        [1] * 3,
        [1],
    ]


def test_contents_are_read_when_their_chunk_is(tmp_path):
    (tmp_path / "a.png").write_bytes(b"early")
    chunks = chunked([Item("a", tmp_path / "a.png"), Item("b", b"")], 1)
    (tmp_path / "a.png").write_bytes(b"late")
    assert next(chunks)[0].content == b"late"


def test_a_chunk_has_an_image():
    with pytest.raises(ConfigError, match="at least 1 image; received 0"):
        next(chunked([Item("a", b"")], 0))
