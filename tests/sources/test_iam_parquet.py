from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

from text_recognizer.core.errors import ParseError
from text_recognizer.sources.iam_parquet import load_iam_parquet


def jpeg(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (60, 20), shade).save(stream, "JPEG")
    return stream.getvalue()


def publish(folder: Path, rows: list[dict[str, Any]], name: str = "test.parquet") -> Path:
    """Columns and types as Hugging Face writes them."""
    kind = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    schema = pyarrow.schema([("image", kind), ("text", pyarrow.string())])
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema), folder / name)
    return folder


def row(shade: int = 9, text: str | None = "put down", path: str | None = None) -> dict[str, Any]:
    return {"image": {"bytes": jpeg(shade), "path": path}, "text": text}


def test_rows_in_order(tmp_path: Path) -> None:
    publish(tmp_path, [row(10, path="a01-000u-00.jpg"), row(20, "café  “x”")])
    first, second = load_iam_parquet(tmp_path, "test")
    assert (first.id, first.writer, first.text) == ("test-00000", "a01-000u", "put down")
    assert (second.id, second.writer, second.text) == ("test-00001", "unknown", 'cafe "x"')
    assert first.image.pixels.shape == (20, 60)


def test_validation_is_val(tmp_path: Path) -> None:
    publish(tmp_path, [row()] * 70, "validation.parquet")
    assert len(list(load_iam_parquet(tmp_path, "val"))) == 70


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        pytest.param({"image": None, "text": "x"}, "row 1 has NoneType", id="no picture"),
        pytest.param(row(text=None), "and NoneType", id="no text"),
        pytest.param({"image": {"bytes": b"", "path": ""}, "text": "x"}, "row 1", id="empty"),
        pytest.param({"image": {"bytes": b"no", "path": ""}, "text": "x"}, "row 1", id="junk"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, bad: dict[str, Any], words: str) -> None:
    publish(tmp_path, [row(), bad])
    with pytest.raises(ParseError) as caught:
        list(load_iam_parquet(tmp_path, "test"))
    assert words in str(caught.value)
    assert "test.parquet" in str(caught.value)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="download iam_parquet"):
        list(load_iam_parquet(tmp_path, "test"))
    (tmp_path / "test.parquet").write_bytes(b"PAR1 junk")
    with pytest.raises(ParseError, match="readable Parquet"):
        list(load_iam_parquet(tmp_path, "test"))
    pyarrow.parquet.write_table(pyarrow.table({"picture": [1]}), tmp_path / "test.parquet")
    with pytest.raises(ParseError, match="lacks image, text; it has picture"):
        list(load_iam_parquet(tmp_path, "test"))


def test_pyarrow_is_not_imported_with_the_module() -> None:
    import subprocess
    import sys

    code = (
        "import sys, text_recognizer.sources.iam_parquet, text_recognizer.sources.corpora;"
        "assert 'pyarrow' not in sys.modules, 'pyarrow'; assert 'rich' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
