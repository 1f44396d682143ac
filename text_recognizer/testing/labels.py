"""Labelled images to evaluate on: a folder with ``labels.jsonl``, or the embedded sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from text_recognizer.core.errors import ImageError, InputError, ParseError
from text_recognizer.core.images import LineImage, PageImage
from text_recognizer.sources.folder import KINDS, LABELS, Label, read_labels

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
    try:
        labels = read_labels(base, splits=None)
    except ParseError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise InputError(
            f"evaluate takes a folder with {LABELS}, or the word 'sample'; {str(folder)!r}: "
            f"{error.__cause__.strerror or error.__cause__}; check the path"
        ) from error
    if not labels:
        raise ParseError(
            f"{base / LABELS} has no labels; received an empty file; write one per line"
        )
    kept = [
        label for label in labels if split in (None, label.split) and kind in (None, label.kind)
    ]
    if not kept:
        raise InputError(
            f"a filter must leave samples; split={split!r} and kind={kind!r} leave none of "
            f"{len(labels)} in {base / LABELS}, whose splits are "
            f"{', '.join(sorted({label.split or '(none)' for label in labels}))} and whose kinds "
            f"are {', '.join(sorted({label.kind for label in labels}))}; choose among these"
        )
    return [
        _item(label)
        for each in KINDS
        for label in spread([label for label in kept if label.kind == each], limit)
    ]


def read_sample(
    *, split: str | None = "test", kind: str | None = None, limit: int | None = None
) -> list[LabelledItem]:
    """The embedded sample as labelled items; the writer is the font family.

    Args:
        split: ``"test"`` unless another is asked for.
        kind: ``"line"``, ``"paragraph"`` or None for both.
        limit: Keep at most so many of each kind. The rows of a split are shuffled and its hands
            take turns, so that the first ones are by all of them.

    Returns:
        The items.

    Raises:
        DataError: If the sample is missing or differs from its manifest.
    """
    from text_recognizer.data.sample import load_lines, load_paragraphs

    _check_kind(kind)
    items = []
    if kind in (None, "line"):
        for line in load_lines(split or "test", _checked(limit)):
            items.append(
                LabelledItem(line.image, line.text, kind="line", writer=line.writer, id=line.id)
            )
    if kind in (None, "paragraph"):
        for page in load_paragraphs(split or "test", _checked(limit)):
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
    kept = _checked(limit)
    if kept is None or kept >= len(items):
        return list(items)
    return [items[i * len(items) // kept] for i in range(kept)]


def _checked(limit: int | None) -> int | None:
    if limit is not None and limit < 1:
        raise InputError(f"limit is at least 1; received {limit!r}; leave it out to take all")
    return limit


def _check_kind(kind: str | None) -> None:
    if kind is not None and kind not in KINDS:
        raise InputError(f"kind is one of {', '.join(KINDS)}; received {kind!r}; choose one")


def _item(label: Label) -> LabelledItem:
    return LabelledItem(
        label.image,
        label.text_ascii,
        kind=label.kind,
        writer=label.writer,
        id=label.path,
        origin=label.origin,
    )
