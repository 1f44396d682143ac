"""The embedded sample: rendered lines and paragraphs that every lab works on, no font needed.

``data/sample/lines.parquet`` and ``paragraphs.parquet`` are held against ``manifest.json`` once per
process. Within a split the rows are shuffled already, so a few of them are read from a few row
groups, in milliseconds.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ImageError, InputError, ManifestError, require
from text_recognizer.core.images import Box, LineImage, PageImage, Sample
from text_recognizer.data.manifest import SPLITS, Manifest
from text_recognizer.sources.paths import data_dir
from text_recognizer.sources.samples import ParagraphSample

__all__ = [
    "ParagraphSample",
    "load_centres",
    "load_lines",
    "load_paragraphs",
    "sample_dir",
    "sample_manifest",
]

LINES, PARAGRAPHS = "lines.parquet", "paragraphs.parquet"
_COLUMNS = ("id", "image", "text", "writer", "split")
LINE_COLUMNS = (*_COLUMNS, "centres")
PARAGRAPH_COLUMNS = (*_COLUMNS, "lines", "boxes")


def sample_dir() -> Path:
    """The folder of the embedded sample, ``data/sample``."""
    return data_dir() / "sample"


def sample_manifest() -> Manifest:
    """The embedded sample's manifest: seed, renderer version, writers by split, checksums.

    Raises:
        ManifestError: If it is missing or damaged.

    Example:
        >>> sorted(sample_manifest().writers)
        ['test', 'train', 'val']
    """
    return Manifest.load(sample_dir() / "manifest.json")


def load_lines(split: str = "test", limit: int | None = None, seed: int = 0) -> list[Sample]:
    """Lines of the embedded sample, by hands that no other split contains.

    Args:
        split: ``"train"``, ``"val"`` or ``"test"``.
        limit: At most so many; all where None.
        seed: Which of them, where ``limit`` leaves a choice; the same seed gives the same lines.

    Returns:
        Samples in the order of the file, starting where ``seed`` says.

    Raises:
        InputError: If split, limit or seed breaks its rule.
        ManifestError: If the sample is missing or does not match its manifest.
        MissingExtraError: If pyarrow is not installed.

    Example:
        >>> len(load_lines("test", limit=3))
        3
    """
    return [
        Sample(image=LineImage(_pixels(row)), text=row["text"], writer=row["writer"], id=row["id"])
        for row in _rows(sample_dir(), LINES, split, limit, seed)
    ]


def load_centres(
    split: str = "test", limit: int | None = None, seed: int = 0
) -> list[tuple[float, ...]]:
    """Where the renderer put each character of the lines that :func:`load_lines` gives.

    Only rendered lines know this; it serves readers that learn from single glyphs.

    Args:
        split: As for :func:`load_lines`, like all arguments.
        limit: At most so many; all where None.
        seed: Which of them.

    Returns:
        For each line, in the same order, the column of the middle of each character of its text,
        spaces included, px of its image.

    Raises:
        InputError, ManifestError, MissingExtraError: As :func:`load_lines`.

    Example:
        >>> line, centres = load_lines("test", limit=1)[0], load_centres("test", limit=1)[0]
        >>> len(centres) == len(line.text)
        True
    """
    return [tuple(row["centres"]) for row in _rows(sample_dir(), LINES, split, limit, seed)]


def load_paragraphs(
    split: str = "test", limit: int | None = None, seed: int = 0
) -> list[ParagraphSample]:
    """Paragraphs of the embedded sample, with a box per line; arguments as in :func:`load_lines`.

    Example:
        >>> paragraph = load_paragraphs("test", limit=1)[0]
        >>> len(paragraph.boxes) == len(paragraph.lines)
        True
    """
    return [
        ParagraphSample(
            image=PageImage(_pixels(row)),
            text="\n".join(row["lines"]),
            writer=row["writer"],
            id=row["id"],
            boxes=tuple(Box(*sides) for sides in row["boxes"]),
        )
        for row in _rows(sample_dir(), PARAGRAPHS, split, limit, seed)
    ]


def _rows(
    folder: Path, name: str, split: str, limit: int | None, seed: int
) -> list[dict[str, Any]]:
    """The chosen rows of one file, reading only the row groups they stand in."""
    if split not in SPLITS:
        raise InputError(f"split is one of {', '.join(SPLITS)}; received {split!r}")
    if limit is not None and (isinstance(limit, bool) or limit < 0):
        raise InputError(f"limit is a number of samples, or None for all; received {limit!r}")
    if seed < 0:
        raise InputError(f"seed is an integer from 0; received {seed}")
    path = folder / name
    _verify_once(folder, name)
    require("pyarrow", extra="data")
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path, memory_map=True) as table:
            splits = table.read(columns=["split"]).column("split").to_pylist()
            places = [index for index, value in enumerate(splits) if value == split]
            count = len(places) if limit is None else min(limit, len(places))
            # Consecutive rows touch few row groups; the stride spreads seeds over the split.
            start = (seed * 7919) % len(places) if places and count < len(places) else 0
            chosen = [places[(start + step) % len(places)] for step in range(count)]
            found: dict[int, dict[str, Any]] = {}
            offset = 0
            for group in range(table.num_row_groups):
                size = table.metadata.row_group(group).num_rows
                inside = {index for index in chosen if offset <= index < offset + size}
                if inside:
                    rows = table.read_row_group(group)
                    for index in inside:
                        found[index] = rows.slice(index - offset, 1).to_pylist()[0]
                offset += size
    except (OSError, pyarrow.ArrowException) as error:
        raise ManifestError(
            f"the embedded sample is Parquet; {path}: {error}; restore it with git checkout"
        ) from error
    return [found[index] for index in chosen]


def _verify_once(folder: Path, name: str) -> None:
    """Check a file against the manifest the first time it is used, and when it changes."""
    try:
        state = (folder / name).stat()
    except OSError:
        state = None
    _verified(folder, name, (state.st_size, state.st_mtime_ns) if state else None)


@lru_cache(maxsize=32)
def _verified(folder: Path, name: str, state: tuple[int, int] | None) -> None:
    Manifest.load(folder / "manifest.json").verify_file(folder, name)


def _pixels(row: dict[str, Any]) -> Any:
    try:
        return LineImage.open(row["image"]).pixels
    except ImageError as error:
        raise ManifestError(
            f"every row of the sample has a picture; {row['id']}: {error}; restore the file with "
            "git checkout"
        ) from error
