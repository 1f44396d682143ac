from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from text_recognizer.core.errors import InputError
from text_recognizer.core.pixels import load_grey
from text_recognizer.data.parquet import (
    ROWS_PER_GROUP,
    content_digest,
    encode_png,
    write_rows,
)
from text_recognizer.data.sample import LINE_COLUMNS, PARAGRAPH_COLUMNS

from .sample_files import make_rows


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 16), st.integers(1, 30), st.integers(1, 30), st.integers(0, 99))
def test_few_levels_are_within_half_a_step(levels: int, height: int, width: int, seed: int) -> None:
    """Property: what is read back differs by at most half a grey step, and twice is once."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    back = load_grey(encode_png(pixels, levels=levels))
    assert back.shape == pixels.shape
    assert np.abs(back.astype(int) - pixels).max() <= 255 / (levels - 1) / 2 + 1
    assert np.array_equal(load_grey(encode_png(back, levels=levels)), back)


def test_black_and_white_stay_and_256_levels_lose_nothing() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    back = load_grey(encode_png(pixels))
    assert (int(back.min()), int(back.max())) == (0, 255)
    assert np.array_equal(load_grey(encode_png(pixels, levels=256)), pixels)


def test_four_bits_are_really_stored() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 400)).astype(np.uint8)
    assert len(encode_png(pixels)) < 0.6 * len(encode_png(pixels, levels=256))
    with Image.open(io.BytesIO(encode_png(pixels))) as image:
        assert image.mode == "P"


@pytest.mark.parametrize("levels", [-1, 0, 1, 17, 255])
def test_levels_out_of_range(levels: int) -> None:
    with pytest.raises(InputError, match=f"received {levels}"):
        encode_png(np.zeros((2, 2), np.uint8), levels=levels)


def test_the_file_is_described_and_deterministic(tmp_path: Path) -> None:
    rows = make_rows({"train": 70, "test": 3, "val": 2})
    one = write_rows(tmp_path / "x.parquet", rows, LINE_COLUMNS)
    two = write_rows(tmp_path / "y.parquet", rows, LINE_COLUMNS)
    assert one.sha256 == two.sha256
    assert one.size == (tmp_path / "x.parquet").stat().st_size
    assert dict(one.counts) == {"train": 70, "val": 2, "test": 3}
    assert one.columns == LINE_COLUMNS


def test_splits_do_not_share_a_row_group(tmp_path: Path) -> None:
    write_rows(tmp_path / "x.parquet", make_rows({"train": 70, "test": 3}), LINE_COLUMNS)
    table = pyarrow.parquet.ParquetFile(tmp_path / "x.parquet")
    groups = [
        set(table.read_row_group(i).column("split").to_pylist())
        for i in range(table.num_row_groups)
    ]
    assert groups == [{"test"}, {"train"}, {"train"}]
    sizes = [table.metadata.row_group(i).num_rows for i in range(3)]
    assert sizes == [3, ROWS_PER_GROUP, 6]


def test_the_content_digest_sees_pixels_and_text_not_encodings() -> None:
    rows = make_rows({"test": 2}, paragraphs=True)
    same = [dict(row) for row in rows]
    stream = io.BytesIO()
    Image.open(io.BytesIO(rows[0]["image"])).convert("L").save(stream, "BMP")  # type: ignore[arg-type]
    same[0]["image"] = stream.getvalue()
    assert content_digest(same) == content_digest(rows)
    for key, value in (("text", "x"), ("id", "x"), ("boxes", [(0, 0, 1, 1)])):
        changed = [dict(rows[0]), {**rows[1], key: value}]
        assert content_digest(changed) != content_digest(rows)
    darker = encode_png(np.zeros((20, 40), np.uint8))
    assert content_digest([{**rows[1], "image": darker}]) != content_digest([rows[1]])


@pytest.mark.parametrize(
    ("change", "words"),
    [({"split": "dev"}, "'dev'"), ({"writer": None}, "writer")],
)
def test_bad_rows_are_refused(tmp_path: Path, change: dict[str, str | None], words: str) -> None:
    row = {**make_rows({"test": 1})[0], **change}
    if row["writer"] is None:
        del row["writer"]
    with pytest.raises(InputError, match=words):
        write_rows(tmp_path / "x.parquet", [row], LINE_COLUMNS)


def test_paragraph_columns_keep_their_types(tmp_path: Path) -> None:
    rows = make_rows({"test": 1}, paragraphs=True)
    write_rows(tmp_path / "x.parquet", rows, PARAGRAPH_COLUMNS)
    (back,) = pyarrow.parquet.read_table(tmp_path / "x.parquet").to_pylist()
    assert back["lines"] == rows[0]["lines"]
    assert back["boxes"] == [[0, 0, 40, 10], [0, 10, 40, 20]]
