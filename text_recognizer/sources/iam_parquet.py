"""IAM lines in the Parquet form of Hugging Face: one file per split, pictures as embedded bytes.

The columns are those of Teklia/IAM-line: ``image``, a struct of ``bytes`` and ``path``, and
``text``. Writers are not named, so every line's writer is its form where the path tells it, else
``"unknown"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ImageError, ParseError, require
from text_recognizer.core.images import LineImage, Sample

FILES = {"train": "train.parquet", "val": "validation.parquet", "test": "test.parquet"}
_FORM = re.compile(r"([a-z]\d{2}-\d{3}[a-z]?)-\d{2}")
_BATCH = 64


def load_iam_parquet(folder: Path, split: str) -> Iterator[Sample]:
    """Lines of one split, a batch of rows in memory at a time.

    Args:
        folder: Folder that holds the files of :data:`FILES`.
        split: ``"train"``, ``"val"`` or ``"test"``.

    Raises:
        ParseError: If the file is missing, no Parquet, lacks a column, or a row has no picture;
            the message names file and row.
        MissingExtraError: If pyarrow is not installed.
    """
    require("pyarrow", extra="data")
    import pyarrow
    import pyarrow.parquet

    path = folder / FILES[split]
    charset = Charset.english()
    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            missing = {"image", "text"} - set(table.schema_arrow.names)
            if missing:
                raise ParseError(
                    f"an IAM Parquet file has the columns image and text; {path} lacks "
                    f"{', '.join(sorted(missing))}; it has {', '.join(table.schema_arrow.names)}; "
                    "download it again"
                )
            row = 0
            for batch in table.iter_batches(batch_size=_BATCH, columns=["image", "text"]):
                for record in batch.to_pylist():
                    yield _sample(record, path, row, split, charset)
                    row += 1
    except (OSError, pyarrow.ArrowException) as error:
        raise ParseError(
            f"{split} of IAM needs a readable Parquet file; {path}: {error}; run: "
            "python -m text_recognizer.sources.download iam_parquet"
        ) from error


def _sample(
    record: dict[str, object], path: Path, row: int, split: str, charset: Charset
) -> Sample:
    image, text = record["image"], record["text"]
    content = image.get("bytes") if isinstance(image, dict) else image
    if not isinstance(content, bytes) or not isinstance(text, str):
        raise ParseError(
            f"each row has a picture's bytes and a text; {path}, row {row} has "
            f"{type(content).__name__} and {type(text).__name__}; download it again"
        )
    name = str(image.get("path") or "") if isinstance(image, dict) else ""
    form = _FORM.search(name)
    try:
        picture = LineImage.open(content)
    except ImageError as error:
        raise ParseError(
            f"each row has a picture; {path}, row {row}: {error}; download the file again"
        ) from error
    return Sample(
        image=picture,
        text=charset.normalize(text),
        writer=form.group(1) if form else "unknown",
        id=f"{split}-{row:05d}",
    )
