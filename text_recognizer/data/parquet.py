"""Write samples to Parquet so that a few rows load fast and the same rows give the same bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError, require
from text_recognizer.core.pixels import load_grey
from text_recognizer.data.manifest import SPLITS, FileEntry

ROWS_PER_GROUP = 64


def encode_png(pixels: NDArray[np.uint8], *, levels: int = 16) -> bytes:
    """A grey PNG of few levels: a third of the bytes of 256, and hardly to be told by eye.

    Args:
        pixels: (H, W) grey, 0 = black.
        levels: Grey levels kept, 2 to 16 (stored in four bits) or 256.

    Raises:
        InputError: If ``levels`` is out of range.

    Example:
        >>> encode_png(np.full((4, 4), 255, np.uint8))[1:4]
        b'PNG'
    """
    from PIL import Image

    stream = io.BytesIO()
    if levels == 256:
        Image.fromarray(pixels).save(stream, "PNG", optimize=True)
        return stream.getvalue()
    if not 2 <= levels <= 16:
        raise InputError(f"levels is 2 to 16, or 256; received {levels}")
    steps = np.round(pixels.astype(np.float32) * ((levels - 1) / 255)).astype(np.uint8)
    image = Image.fromarray(steps)
    image.putpalette([v for g in np.linspace(0, 255, levels).round() for v in [int(g)] * 3])
    image.save(stream, "PNG", optimize=True, bits=4)
    return stream.getvalue()


def content_digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of what rows say and show: all columns, pictures decoded to pixels.

    It stays the same when a library encodes PNG or Parquet differently.

    Args:
        rows: Rows with an ``image`` column of encoded pictures.
    """
    digest = hashlib.sha256()
    for row in rows:
        pixels = load_grey(io.BytesIO(row["image"]))
        rest = sorted((key, _plain(value)) for key, value in row.items() if key != "image")
        digest.update(repr((rest, pixels.shape)).encode())
        digest.update(pixels.tobytes())
    return digest.hexdigest()


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> FileEntry:
    """Write rows, test first, and describe the file for the manifest.

    Args:
        path: File to write.
        rows: One mapping per sample; ``image`` holds encoded bytes, ``lines`` a list of strings,
            ``boxes`` a list of (left, top, right, bottom), ``centres`` a list of columns.
        columns: Names of the columns, in order.

    Returns:
        The file's entry in the manifest.

    Raises:
        InputError: If a row lacks a column or its split is unknown.
        MissingExtraError: If pyarrow is not installed.
    """
    require("pyarrow", extra="data")
    import pyarrow
    import pyarrow.parquet

    for row in rows:
        missing = [name for name in columns if name not in row]
        if missing or row["split"] not in SPLITS:
            raise InputError(
                f"every row has the columns {', '.join(columns)} and a split of "
                f"{', '.join(SPLITS)}; row {row.get('id')!r} lacks {missing}, "
                f"split {row.get('split')!r}"
            )
    order = {"test": 0, "val": 1, "train": 2}
    ordered = sorted(rows, key=lambda row: order[row["split"]])
    kinds = {
        "image": pyarrow.binary(),
        "lines": pyarrow.list_(pyarrow.string()),
        "boxes": pyarrow.list_(pyarrow.list_(pyarrow.int32())),
        "centres": pyarrow.list_(pyarrow.float32()),
    }
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in columns])
    options = {
        "use_dictionary": ["writer", "split"],
        "write_statistics": ["split"],
        # PNG does not shrink further, and uncompressed pictures are read without a copy.
        "compression": {name: "NONE" if name == "image" else "ZSTD" for name in _leaves(columns)},
    }
    with pyarrow.parquet.ParquetWriter(path, schema, **options) as writer:
        for split in order:
            chosen = [row for row in ordered if row["split"] == split]
            if chosen:
                table = pyarrow.Table.from_pylist(
                    [{name: row[name] for name in columns} for row in chosen], schema
                )
                writer.write_table(table, row_group_size=ROWS_PER_GROUP)
    content = path.read_bytes()
    return FileEntry(
        path=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content_digest([{name: row[name] for name in columns} for row in ordered]),
        size=len(content),
        columns=tuple(columns),
        counts={split: sum(row["split"] == split for row in rows) for split in SPLITS},
    )


def _plain(value: Any) -> Any:
    """Tuples and numpy integers as Parquet gives them back: lists and int; a tenth of a column."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 1)
    return value if isinstance(value, str) else int(value)


def _leaves(columns: Sequence[str]) -> list[str]:
    """Names of the columns as Parquet knows them: lists have an element."""
    nested = {
        "lines": "lines.list.element",
        "boxes": "boxes.list.element.list.element",
        "centres": "centres.list.element",
    }
    return [nested.get(name, name) for name in columns]
