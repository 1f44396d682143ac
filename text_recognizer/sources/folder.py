"""Folders of cut-out handwriting with a ``labels.jsonl``, one JSON object per picture.

Keys: ``image`` (path within the folder), ``text``, and optionally ``kind`` (``line`` or
``paragraph``; line where absent), ``writer``, ``split``, ``text_ascii``, ``page``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ImageError, ParseError
from text_recognizer.core.images import LineImage, PageImage, Sample
from text_recognizer.sources.samples import ParagraphSample

LABELS = "labels.jsonl"


@dataclass(frozen=True, kw_only=True)
class Label:
    """One line of ``labels.jsonl``.

    Args:
        image: The picture's file.
        text: Transcription as published.
        plain: Transcription in printable ASCII, line breaks kept.
        kind: ``"line"`` or ``"paragraph"``.
        writer: Who wrote it; the page where the file names no writer, else ``"unknown"``.
        split: ``"train"``, ``"val"``, ``"test"``, or empty where the file does not split.
        id: The picture's path within the folder, without its ending.
    """

    image: Path
    text: str
    plain: str
    kind: str
    writer: str
    split: str
    id: str


def read_labels(folder: Path) -> list[Label]:
    """All labels of a folder, in file order; pictures are not opened.

    Args:
        folder: Folder that holds ``labels.jsonl``.

    Raises:
        ParseError: If the file is missing or a line breaks the format; the message quotes file,
            line number and what was found.
    """
    path = folder / LABELS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ParseError(
            f"a folder of handwriting needs a {LABELS} in UTF-8; {path}: {error}; "
            'write one JSON object per picture: {"image": "lines/1.png", "text": "..."}'
        ) from error
    charset = Charset.english()
    return [
        _label(line, folder, f"{path}, line {index}", charset)
        for index, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _label(line: str, folder: Path, where: str, charset: Charset) -> Label:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ParseError(
            f"each line of {LABELS} is one JSON object; {where}: {error}; received {line[:80]!r}; "
            "correct that line"
        ) from error
    if not isinstance(row, dict):
        raise ParseError(f"each line of {LABELS} is one JSON object; {where}: received {row!r}")
    for key in ("image", "text"):
        if not isinstance(row.get(key), str) or (key == "image" and not row[key]):
            raise ParseError(
                f"each line of {LABELS} needs {key!r}, a string; {where}: received "
                f"{row.get(key)!r}; add it"
            )
    image, kind, split = Path(row["image"]), row.get("kind", "line"), row.get("split") or ""
    if image.is_absolute() or ".." in image.parts:
        raise ParseError(
            f"a picture lies within the folder; {where}: received {row['image']!r}; "
            "move it there and write its path within the folder"
        )
    if kind not in ("line", "paragraph"):
        raise ParseError(f"kind is 'line' or 'paragraph'; {where}: received {kind!r}; correct it")
    if split not in ("", "train", "val", "test"):
        raise ParseError(f"split is train, val or test; {where}: received {split!r}; correct it")
    published = row.get("text_ascii") or row["text"]
    plain = "\n".join(charset.normalize(part) for part in str(published).split("\n"))
    return Label(
        image=folder / image,
        text=row["text"],
        plain=plain,
        kind=kind,
        writer=str(row.get("writer") or row.get("page") or "unknown"),
        split=split,
        id=image.with_suffix("").as_posix(),
    )


def load_folder(folder: Path, split: str | None = None, *, plain: bool = True) -> Iterator[Sample]:
    """Lines of a folder, one at a time.

    Args:
        folder: Folder that holds ``labels.jsonl``.
        split: ``"train"``, ``"val"`` or ``"test"``; labels without a split count as test. All
            where None.
        plain: Whether the text is the ASCII one.

    Raises:
        ParseError: If a label breaks the format or its picture cannot be read.
    """
    for label in _chosen(folder, "line", split):
        image = LineImage(_open(label))
        text = label.plain if plain else label.text
        yield Sample(image=image, text=text, writer=label.writer, id=label.id)


def load_folder_paragraphs(
    folder: Path, split: str | None = None, *, plain: bool = True
) -> Iterator[ParagraphSample]:
    """Paragraphs of a folder, one at a time; arguments as in :func:`load_folder`."""
    for label in _chosen(folder, "paragraph", split):
        image = PageImage(_open(label))
        text = label.plain if plain else label.text
        yield ParagraphSample(image=image, text=text, writer=label.writer, id=label.id)


def _chosen(folder: Path, kind: str, split: str | None) -> Iterator[Label]:
    for label in read_labels(folder):
        if label.kind == kind and split in (None, label.split or "test"):
            yield label


def _open(label: Label) -> NDArray[np.uint8]:
    try:
        return PageImage.open(label.image).pixels
    except ImageError as error:
        raise ParseError(
            f"every label needs a picture that can be read; {label.id!r} in {LABELS}: {error}"
        ) from error
