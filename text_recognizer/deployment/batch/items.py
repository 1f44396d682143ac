"""Which images a batch reads, and in which order: a folder, a list of paths, a Parquet file.

Nothing but names is held: contents are read one chunk at a time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.core.errors import ConfigError, DataError, ImageError, ParseError, require

SUFFIXES = (
    *(".avif", ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".pbm"),
    *(".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"),
)
#: Larger files are refused: a chunk travels to its worker in one message.
MAX_FILE_BYTES = 64_000_000
#: A chunk is closed at so many bytes, whatever the number of images.
CHUNK_BYTES = 8_000_000


@dataclass(frozen=True)
class Picture:
    """An image on its way to whoever reads it.

    Args:
        id: As in :class:`Item`.
        content: The encoded image.
        error: Why there is no content, else empty.
    """

    id: str
    content: bytes
    error: str = ""


@dataclass(frozen=True)
class Item:
    """One image of a batch.

    Args:
        id: What its row is called: the path below the folder, the path as listed, or the ``id`` of
            a Parquet row.
        source: Its path, or its encoded content.

    Example:
        >>> Item("a.png", b"").load()
        Picture(id='a.png', content=b'', error='')
    """

    id: str
    source: Path | bytes

    def load(self) -> Picture:
        """The encoded content, or why it cannot be had."""
        try:
            return Picture(self.id, self.source if isinstance(self.source, bytes) else self._read())
        except (OSError, ValueError) as error:
            if isinstance(error, ImageError):
                return Picture(self.id, b"", str(error))
            reason = getattr(error, "strerror", None) or str(error)
            return Picture(
                self.id,
                b"",
                f"an image must be a readable file; {str(self.source)!r}: {reason}; "
                "check the name and the permissions",
            )

    def _read(self) -> bytes:
        """A regular file of bounded size; a pipe or a device could block for ever."""
        path = Path(os.fspath(self.source))  # type: ignore[arg-type]
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
            kind = "a file" if stat.S_ISREG(status.st_mode) else "no regular file"
            raise ImageError(
                f"an image of a batch is a regular file of at most {MAX_FILE_BYTES:,} bytes; "
                f"{str(path)!r} is {kind} of {status.st_size:,}; scale it down or leave it out"
            )
        return path.read_bytes()


def find_items(source: str | os.PathLike[str]) -> Iterator[Item]:
    """The images of a batch, in an order that the same source always gives.

    Args:
        source: A folder (all images below it, by path), a ``.parquet`` file with the columns ``id``
            and ``image`` (encoded), or a text file with one path per line (relative to it; empty
            lines and those that start with # are passed over).

    Returns:
        The items, one by one; their contents are not read yet, except those of Parquet rows.

    Raises:
        DataError: If there is nothing there, or no image in it.
        ParseError: If a list is no text, or a Parquet file is damaged or lacks a column; while
            iterating.
        MissingExtraError: If pyarrow is needed and not installed.

    Example:
        >>> find_items("nowhere")
        Traceback (most recent call last):
        ...
        text_recognizer.core.errors.DataError: a batch is a folder, a .parquet file or a list ...
    """
    path = Path(source)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise DataError(
            f"a batch is a folder, a .parquet file or a list of paths; {str(path)!r} is none; "
            "check the name"
        )
    if path.suffix.lower() in SUFFIXES:
        return iter([Item(path.name, path)])
    return _parquet(path) if path.suffix == ".parquet" else _listed(path)


def _folder(folder: Path) -> Iterator[Item]:
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )
    if not names:
        raise DataError(
            f"a batch needs at least one image; {str(folder)!r} has no file that ends in "
            f"{', '.join(SUFFIXES)}; name another folder, or a list of paths"
        )
    return (Item(name, folder / name) for name in names)


def _listed(path: Path) -> Iterator[Item]:
    try:
        # Names of files need not be UTF-8.
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise ParseError(
            f"a list of paths must be readable; {str(path)!r}: {error}; check its permissions"
        ) from error
    if "\0" in text:
        raise ParseError(
            f"a list of paths is text with one path per line; {str(path)!r} holds zero bytes; "
            "name a folder, a .parquet file or a list"
        )
    names = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not names:
        raise DataError(f"a list of paths has at least one; {str(path)!r} has none; add one")
    return (Item(name, path.parent / name) for name in names)


def _parquet(path: Path) -> Iterator[Item]:
    require("pyarrow", extra="data")
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            for batch in table.iter_batches(batch_size=64, columns=["id", "image"]):
                for row in batch.to_pylist():
                    yield Item(str(row["id"]), bytes(row["image"] or b""))
    except (OSError, KeyError, TypeError, pyarrow.ArrowException) as error:
        reason = " ".join(str(error).split())[:200]
        raise ParseError(
            f"a Parquet file of a batch has the columns id and image; {str(path)!r}: {reason}; "
            "restore it or write it again"
        ) from error


def chunked(items: Iterable[Item], size: int) -> Iterator[list[Picture]]:
    """The images in chunks, each read from disk when it is asked for.

    The borders depend on the items alone: whoever reads the chunks, in whatever order, runs the
    same batches through the network.

    Args:
        items: What to read.
        size: Images of a chunk, at least 1; fewer where they are large.

    Raises:
        ConfigError: If ``size`` is below 1.

    Example:
        >>> [len(chunk) for chunk in chunked([Item(str(i), b"") for i in range(5)], 2)]
        [2, 2, 1]
    """
    if size < 1:
        raise ConfigError(f"a chunk has at least 1 image; received {size!r}; 64 is usual")
    chunk: list[Picture] = []
    total = 0
    for item in items:
        picture = item.load()
        if chunk and (len(chunk) == size or total + len(picture.content) > CHUNK_BYTES):
            yield chunk
            chunk, total = [], 0
        chunk.append(picture)
        total += len(picture.content)
    if chunk:
        yield chunk
