"""Labelled lines as a table with one row a line: what data tests look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from text_recognizer.core.errors import InputError, require
from text_recognizer.core.images import Sample
from text_recognizer.data.expectations.pictures import Measures, Picture
from text_recognizer.data.manifest import SPLITS

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

_MEASURED = tuple(each.name for each in fields(Measures))
#: Columns of the table, in order.
COLUMNS = (
    *("id", "writer", "split", "text", "characters", "writer_splits"),
    *_MEASURED,
    "width_per_character",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A labelled line as a set stores it.

    Args:
        id: Unique within the set.
        writer: Whose hand.
        split: ``"train"``, ``"val"`` or ``"test"``, if the set is sound.
        text: The transcription.
        picture: What is to be read.
    """

    id: str
    writer: str
    split: str
    text: str
    picture: Picture

    @classmethod
    def of(cls, sample: Sample, split: str) -> Row:
        """A row of a sample of the package.

        Args:
            sample: A labelled line.
            split: Where it belongs.
        """
        pixels = sample.image.pixels
        picture = Picture(lambda: pixels)
        return cls(
            id=sample.id, writer=sample.writer, split=split, text=sample.text, picture=picture
        )


def read_rows(splits: Sequence[str] = SPLITS, limit: int | None = None) -> list[Row]:
    """Rows of the embedded sample.

    Args:
        splits: Which of them.
        limit: At most so many of each.

    Returns:
        Rows in the order of the file.

    Raises:
        InputError, ManifestError, MissingExtraError: As ``load_lines``.

    Example:
        >>> [row.split for row in read_rows(["val"], limit=2)]
        ['val', 'val']
    """
    from text_recognizer.data.sample import load_lines

    return [Row.of(sample, split) for split in splits for sample in load_lines(split, limit)]


def line_table(rows: Iterable[Row]) -> DataFrame:
    """The table of some rows, with every column of ``COLUMNS``.

    ``characters`` is the length of the text, ``writer_splits`` the number of splits in which the
    writer stands, ``width_per_character`` the columns of the picture per character; the others are
    those of the row and of :class:`Measures`.

    Args:
        rows: At least one.

    Returns:
        A pandas DataFrame, one row a line, in order.

    Raises:
        InputError: If there is no row.
        MissingExtraError: If pandas is not installed.

    Example:
        >>> table = line_table(read_rows(["test"], limit=3))
        >>> len(table), bool(table["decodes"].all()), int(table["characters"][0])
        (3, True, 31)
    """
    every = list(rows)
    if not every:
        raise InputError(f"a table has at least one row; received {every!r}; check what was read")
    pandas: Any = require("pandas", extra="data")
    homes: dict[str, set[str]] = defaultdict(set)
    for row in every:
        homes[row.writer].add(row.split)
    measured = [row.picture.measures for row in every]
    columns: dict[str, list[Any]] = {
        "id": [row.id for row in every],
        "writer": [row.writer for row in every],
        "split": [row.split for row in every],
        "text": [row.text for row in every],
        "characters": [len(row.text) for row in every],
        "writer_splits": [len(homes[row.writer]) for row in every],
        **{name: [getattr(each, name) for each in measured] for name in _MEASURED},
    }
    columns["width_per_character"] = [
        width / max(1, characters)
        for width, characters in zip(columns["width"], columns["characters"], strict=True)
    ]
    return pandas.DataFrame(columns)


def check_table(table: DataFrame, columns: Iterable[str] = COLUMNS) -> None:
    """Refuse what is no table of lines.

    Args:
        table: To be tested.
        columns: What it needs.

    Raises:
        InputError: If it is no DataFrame, has no row, or lacks a column; the message names those.

    Example:
        >>> check_table(line_table(read_rows(["test"], limit=1)))
    """
    if not hasattr(table, "columns") or not hasattr(table, "iloc"):
        raise InputError(
            f"data tests take a pandas DataFrame; received {type(table).__name__}; "
            "make one with line_table(rows)"
        )
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(
            f"a table of lines has the columns that its rules test; missing {', '.join(missing)}; "
            f"received {', '.join(map(str, table.columns))}; make it with line_table(rows)"
        )
    if not len(table):
        raise InputError(
            f"a table has at least one row, for an empty one would pass every test; received "
            f"{len(table)} rows; check what was read"
        )
