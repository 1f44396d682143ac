"""Folders of handwriting with a ``labels.jsonl``: the one place where that file is read.

Each line is one JSON object for one picture::

    {"image": "lines/01.png", "text": "Dear Sir", "kind": "line", "writer": "w01"}

``image`` is a path within the folder. Optional: ``kind`` (``line`` or ``paragraph``, whose text has
a newline between lines; line where absent), ``writer`` (else ``page``, else the picture itself
stands for its writer), ``split``, and ``text_ascii``, which is preferred over ``text``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ImageError, ParseError
from text_recognizer.core.images import LineImage, PageImage, Sample
from text_recognizer.sources.samples import ParagraphSample

LABELS = "labels.jsonl"
KINDS = ("line", "paragraph")
SPLITS = ("train", "val", "test")


@dataclass(frozen=True, kw_only=True)
class Label:
    """One line of ``labels.jsonl``.

    Args:
        folder: The folder that holds the file.
        path: The picture's path within the folder.
        text: Transcription as published.
        text_ascii: The published transcription in ASCII; ``text`` where there is none.
        kind: ``"line"`` or ``"paragraph"``.
        writer: Who wrote it; the page where the file names no writer, else the picture's path.
        split: As written, or empty where the label names none.
        origin: File and line number, for messages.

    Example:
        >>> label = Label(folder=Path("notes"), path="a/1.png", text="h\u00e9", text_ascii="he",
        ...               kind="line", writer="w", split="", origin="notes/labels.jsonl, line 1")
        >>> label.id, label.plain
        ('a/1', 'he')
    """

    folder: Path
    path: str
    text: str
    text_ascii: str
    kind: str
    writer: str
    split: str
    origin: str

    @property
    def image(self) -> Path:
        """The picture's file."""
        return self.folder / self.path

    @property
    def id(self) -> str:
        """The picture's path within the folder, without its ending."""
        return PurePosixPath(self.path).with_suffix("").as_posix()

    @property
    def plain(self) -> str:
        """The transcription in printable ASCII, line breaks kept."""
        charset = Charset.english()
        return "\n".join(charset.normalize(part) for part in self.text_ascii.split("\n"))


def read_labels(folder: Path, *, splits: Sequence[str] | None = SPLITS) -> list[Label]:
    """All labels of a folder, in file order; pictures are not opened.

    Args:
        folder: Folder that holds ``labels.jsonl``.
        splits: Names that a split may have; any where None.

    Raises:
        ParseError: If the file is missing or a line breaks the format; the message quotes file,
            line number and what was found. Its cause is an OSError if the file cannot be opened.
    """
    path = folder / LABELS
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ParseError(
            f"a folder of handwriting needs a {LABELS}; {path}: {error.strerror or error}; "
            'write one JSON object per picture: {"image": "lines/1.png", "text": "..."}'
        ) from error
    return [
        _label(line, folder, f"{path}, line {number}", splits)
        for number, line in enumerate(content.splitlines(), start=1)
        if line.strip()
    ]


def _label(line: bytes, folder: Path, where: str, splits: Sequence[str] | None) -> Label:
    try:
        row = json.loads(line)
    except ValueError as error:  # bad JSON and bad UTF-8 alike
        raise ParseError(
            f"each line of {LABELS} is one JSON object; {where}: {type(error).__name__}: {error}; "
            f"received {line[:80]!r}; write it with json.dumps"
        ) from error
    if not isinstance(row, dict):
        raise ParseError(
            f"each line of {LABELS} is one JSON object; {where}: received {row!r}; use {{...}}"
        )
    _check_fields(row, where)
    kind, split = row.get("kind", "line"), row.get("split") or ""
    for field, value, known in (("kind", kind, KINDS), ("split", split, ("", *(splits or ())))):
        if value not in known and (field == "kind" or splits is not None):
            raise ParseError(
                f"{field!r} is one of {', '.join(filter(None, known))}; {where}: "
                f"received {value!r}; correct it"
            )
    ascii_text = row.get("text_ascii")
    return Label(
        folder=folder,
        path=row["image"],
        text=row["text"],
        text_ascii=row["text"] if ascii_text is None else ascii_text,
        kind=kind,
        writer=row.get("writer") or str(row.get("page") or row["image"]),
        split=split,
        origin=where,
    )


def _check_fields(row: dict[str, Any], where: str) -> None:
    """Texts are texts, and the picture lies within the folder."""
    for field in ("image", "text", "kind", "writer", "split", "text_ascii"):
        value, needed = row.get(field), field in ("image", "text")
        given = field in row if field == "kind" else value is not None
        if (needed or given) and (not isinstance(value, str) or (field == "image" and not value)):
            raise ParseError(
                f"{field!r} must be a string; {where}: received {value!r}; "
                f"{'add' if needed else 'correct'} it"
            )
    image = Path(row["image"])
    if image.is_absolute() or ".." in image.parts:
        raise ParseError(
            f"'image' is a path within the folder; {where}: received {row['image']!r}; "
            "copy the picture into the folder"
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
