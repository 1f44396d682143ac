"""Labelled images to evaluate on: a folder with ``labels.jsonl``, or the embedded sample.

Each line of ``labels.jsonl`` is one JSON object::

    {"image": "lines/01.png", "text": "Dear Sir", "kind": "line", "writer": "w01"}

``image`` is a path within the folder, ``kind`` is ``line`` or ``paragraph`` (its text has a
newline between lines). Optional: ``writer`` (else ``page``, else the image itself is what the
intervals resample), ``split``, and ``text_ascii``, which is preferred over ``text``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from text_recognizer.core.errors import ImageError, InputError, ParseError
from text_recognizer.core.images import LineImage, PageImage

LABELS = "labels.jsonl"
KINDS = ("line", "paragraph")
_Item = TypeVar("_Item")


@dataclass(frozen=True, eq=False)
class LabelledItem:
    """One labelled image, not yet opened if ``image`` is a path.

    Args:
        image: Path of an image, a LineImage or a PageImage.
        text: What is written on it.
        kind: ``"line"`` or ``"paragraph"``.
        writer: Whom it counts for when intervals are made.
        id: A name for reports.
        origin: Where the label stands, for messages.

    Raises:
        InputError: If ``kind`` is another.

    Example:
        >>> LabelledItem("a.png", "hi", kind="line", writer="w1", id="a.png").kind
        'line'
    """

    image: Any
    text: str
    kind: str
    writer: str
    id: str
    origin: str = ""

    def __post_init__(self) -> None:
        """Check the kind at birth."""
        _check_kind(self.kind)

    def open(self) -> LineImage | PageImage:
        """The image, decoded.

        Raises:
            ParseError: If it cannot be read; the message names the line of the labels.
        """
        noun = LineImage if self.kind == "line" else PageImage
        try:
            return noun.open(self.image)
        except ImageError as error:
            if not self.origin:
                raise
            raise ParseError(f"{self.origin}: {error}") from error


def read_folder(
    folder: str | Path,
    *,
    split: str | None = None,
    kind: str | None = None,
    limit: int | None = None,
) -> list[LabelledItem]:
    """Read the labels of a folder; the images stay closed.

    Args:
        folder: A folder with ``labels.jsonl``.
        split: Keep only labels of this split; all if None.
        kind: Keep only ``"line"`` or ``"paragraph"``; both if None.
        limit: Keep at most so many of each kind, spread evenly over the file so that no writer
            is favoured for standing first.

    Returns:
        The items in file order.

    Raises:
        InputError: If the folder is none, nothing is left after filtering, or a setting is out
            of range.
        ParseError: If a label is ill-formed; the message quotes its line number.
    """
    _check_kind(kind)
    base = Path(folder)
    labels = base / LABELS
    try:
        content = labels.read_bytes()
    except OSError as error:
        raise InputError(
            f"evaluate takes a folder with {LABELS}, or the word 'sample'; {str(folder)!r}: "
            f"{error.strerror or error}; check the path"
        ) from error
    rows = []
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            rows.append(_parse(line, base, f"{labels} line {number}"))
    if not rows:
        raise ParseError(f"{labels} has no labels; received an empty file; write one per line")
    splits = sorted({row_split or "(none)" for _, row_split in rows})
    items = [
        item for item, row_split in rows if split in (None, row_split) and kind in (None, item.kind)
    ]
    if not items:
        raise InputError(
            f"a filter must leave samples; split={split!r} and kind={kind!r} leave none of "
            f"{len(rows)} in {labels}, whose splits are {', '.join(splits)} and whose kinds are "
            f"{', '.join(sorted({item.kind for item, _ in rows}))}; choose among these"
        )
    return [
        item
        for each in KINDS
        for item in spread([item for item in items if item.kind == each], limit)
    ]


def read_sample(
    *, split: str | None = "test", kind: str | None = None, limit: int | None = None
) -> list[LabelledItem]:
    """The embedded sample as labelled items; the writer is the font family.

    Args:
        split: ``"test"`` unless another is asked for.
        kind: ``"line"``, ``"paragraph"`` or None for both.
        limit: Keep at most so many of each kind, spread evenly.

    Returns:
        The items.

    Raises:
        DataError: If the sample is missing or differs from its manifest.
    """
    from text_recognizer.data.sample import load_lines, load_paragraphs

    _check_kind(kind)
    items = []
    if kind in (None, "line"):
        for line in spread(load_lines(split=split or "test"), limit):
            items.append(
                LabelledItem(line.image, line.text, kind="line", writer=line.writer, id=line.id)
            )
    if kind in (None, "paragraph"):
        for page in spread(load_paragraphs(split=split or "test"), limit):
            items.append(
                LabelledItem(
                    page.image, page.text, kind="paragraph", writer=page.writer, id=page.id
                )
            )
    return items


def spread(items: Sequence[_Item], limit: int | None) -> list[_Item]:
    """At most ``limit`` items, evenly spread, in order.

    Args:
        items: Any sequence.
        limit: At least 1, or None for all.

    Returns:
        The items kept.

    Raises:
        InputError: If ``limit`` is below 1.

    Example:
        >>> spread("abcdefghij", 5)
        ['a', 'c', 'e', 'g', 'i']
    """
    if limit is not None and limit < 1:
        raise InputError(f"limit is at least 1; received {limit!r}; leave it out to take all")
    if limit is None or limit >= len(items):
        return list(items)
    return [items[i * len(items) // limit] for i in range(limit)]


def _check_kind(kind: str | None) -> None:
    if kind is not None and kind not in KINDS:
        raise InputError(f"kind is one of {', '.join(KINDS)}; received {kind!r}; choose one")


def _parse(line: bytes, base: Path, origin: str) -> tuple[LabelledItem, str | None]:
    """One label and its split."""
    try:
        row = json.loads(line)
    except ValueError as error:  # bad JSON and bad UTF-8 alike
        raise ParseError(
            f"{origin}: each line is one JSON object; received {line[:60]!r} ({error}); "
            "write it with json.dumps"
        ) from error
    if not isinstance(row, dict):
        raise ParseError(f"{origin}: each line is one JSON object; received {row!r}; use {{...}}")
    for field, required in (("image", True), ("text", True), ("kind", True), ("writer", False)):
        value = row.get(field)
        if not isinstance(value, str) and (required or value is not None):
            raise ParseError(
                f"{origin}: {field!r} must be a string; received {value!r}; add it to the label"
            )
    if row["kind"] not in KINDS:
        raise ParseError(
            f"{origin}: 'kind' is one of {', '.join(KINDS)}; received {row['kind']!r}; correct it"
        )
    if Path(row["image"]).is_absolute() or ".." in Path(row["image"]).parts:
        raise ParseError(
            f"{origin}: 'image' is a path within the folder; received {row['image']!r}; "
            "copy the image into the folder"
        )
    text = row.get("text_ascii")
    item = LabelledItem(
        base / row["image"],
        text if isinstance(text, str) else row["text"],
        kind=row["kind"],
        writer=row.get("writer") or str(row.get("page") or row["image"]),
        id=row["image"],
        origin=origin,
    )
    split = row.get("split")
    return item, split if isinstance(split, str) else None
