"""EMNIST in its published form: gzip-compressed IDX files inside a zip.

IDX (Y. LeCun, http://yann.lecun.com/exdb/mnist) is a magic number (0, 0, type, axes), the sizes as
big-endian 32-bit integers, then the values. EMNIST stores pictures white on black and transposed
(G. Cohen et al., arXiv:1702.05373, section II); here they come out upright and dark on paper.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.core.images import LineImage, Sample

VARIANTS = ("balanced", "byclass", "bymerge", "digits", "letters", "mnist")
_UNSIGNED_BYTE = 0x08
_MAX_VALUES = 1 << 32
_VAL_EVERY = 10


def load_emnist(folder: Path, split: str, *, variant: str = "byclass") -> Iterator[Sample]:
    """Characters of one split, read one at a time.

    Args:
        folder: Folder somewhere below which ``emnist-<variant>-...`` files lie.
        split: ``"train"``, ``"val"`` (every tenth published training character) or ``"test"``.
        variant: One of the published groupings of classes, see :data:`VARIANTS`.

    Yields:
        28 x 28 pictures with one character of text; the writer is ``"unknown"``.

    Raises:
        InputError: If the variant is unknown.
        ParseError: If a file is missing, truncated or disagrees with another.
    """
    if variant not in VARIANTS:
        raise InputError(f"variant is one of {', '.join(VARIANTS)}; received {variant!r}")
    part = "test" if split == "test" else "train"
    stem = f"emnist-{variant}-{part}"
    names = read_mapping(_find(folder, f"emnist-{variant}-mapping.txt"))
    labels = read_idx(_find(folder, f"{stem}-labels-idx1-ubyte*"))
    path = _find(folder, f"{stem}-images-idx3-ubyte*")
    with _opened(path) as stream:
        shape = _header(stream, path, axes=3)
        if shape[0] != len(labels):
            raise ParseError(
                f"there is one label per picture; {path} has {shape[0]} pictures and "
                f"{len(labels)} labels; download both files again"
            )
        for index in range(shape[0]):
            values = _values(stream, path, shape[1] * shape[2])
            if split != "test" and (index % _VAL_EVERY == 0) != (split == "val"):
                continue
            label = int(labels[index])
            if label not in names:
                raise ParseError(
                    f"a label stands in the mapping; {path}, picture {index} has label {label}; "
                    "download the mapping again"
                )
            pixels = 255 - values.reshape(shape[1:]).T
            yield Sample(
                image=LineImage(np.ascontiguousarray(pixels)),
                text=names[label],
                writer="unknown",
                id=f"{stem}-{index:06d}",
            )


def read_idx(path: Path) -> NDArray[np.uint8]:
    """A whole IDX file of unsigned bytes, gzip-compressed or not.

    Raises:
        ParseError: If magic number, sizes and length do not agree.
    """
    with _opened(path) as stream:
        shape = _header(stream, path)
        values = _values(stream, path, int(np.prod(shape)))
        if stream.read(1):
            raise ParseError(
                f"an IDX file ends after its values; {path} goes on after {shape}; "
                "download it again"
            )
    return values.reshape(shape)


def read_mapping(path: Path) -> dict[int, str]:
    """A mapping file: a class and the code of its character per line (a second code is ignored).

    Raises:
        ParseError: If a line is anything else; the message quotes file, line and content.
    """
    names: dict[int, str] = {}
    text = path.read_text(encoding="ascii", errors="replace")
    for index, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        try:
            names[int(words[0])] = chr(int(words[1]))
        except (ValueError, IndexError, OverflowError) as error:
            raise ParseError(
                f"a mapping has a class and a character code per line; {path}, line {index}: "
                f"received {line[:60]!r}; download it again"
            ) from error
    return names


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's content, decompressed where it is gzip; damage becomes a ParseError."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as stream:
            yield stream  # type: ignore[misc]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ParseError(
            f"an IDX file must be whole; {path}: {error}; delete it and download it again"
        ) from error


def _header(stream: IO[bytes], path: Path, axes: int | None = None) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:3] != bytes((0, 0, _UNSIGNED_BYTE)) or not 1 <= magic[3] <= 4:
        raise ParseError(
            f"an IDX file of bytes begins with 00 00 08 and its number of axes; {path} begins "
            f"with {magic.hex(' ') or '(nothing)'}; download it again"
        )
    if axes is not None and magic[3] != axes:
        raise ParseError(f"{path} needs {axes} axes; it has {magic[3]}; download it again")
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise ParseError(f"an IDX file states its sizes; {path} ends before; download it again")
    shape = struct.unpack(f">{magic[3]}I", sizes)
    count = 1
    for size in shape:
        count *= size
    if count > _MAX_VALUES:
        raise ParseError(
            f"an IDX file has at most {_MAX_VALUES} values; {path} claims {shape}; "
            "check where it came from"
        )
    return shape


def _values(stream: IO[bytes], path: Path, count: int) -> NDArray[np.uint8]:
    content = stream.read(count)
    if len(content) < count:
        raise ParseError(
            f"an IDX file holds all the values it states; {path} ends {count - len(content)} "
            "values early; delete it and download it again"
        )
    return np.frombuffer(content, np.uint8)


def _find(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        raise ParseError(
            f"EMNIST needs {pattern}; nothing below {folder} matches; run: "
            "python -m text_recognizer.sources.download emnist"
        )
    return found[0]
