"""What one process does: load the reader once, and turn a chunk of images into rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import BundleError, InputError
from text_recognizer.core.images import LineImage, PageImage
from text_recognizer.core.readings import Reader
from text_recognizer.deployment.batch.items import Picture
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.recognizer import TextRecognizer

_LOADING = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was read from one image: a line of the output.

    Args:
        id: Of the item.
        text: What was read; the lines of a page are parted by newlines.
        confidence: 0..1, as ``core.readings`` defines it, to six digits.
        error: Why it could not be read, else None.
        reader: Who read it, see :attr:`ReaderSettings.label`.
    """

    id: str
    text: str
    confidence: float
    error: str | None
    reader: str

    def to_json(self) -> str:
        """The row as one line of ASCII, without a line break.

        Example:
            >>> Row(id="a", text="hi", confidence=0.5, error=None, reader="r").to_json()
            '{"id": "a", "text": "hi", "confidence": 0.5, "error": null, "reader": "r"}'
        """
        return json.dumps(asdict(self))


@dataclass(frozen=True, kw_only=True)
class ReaderSettings:
    """Everything that decides what a worker reads; it travels with each chunk.

    Args:
        bundle: Folder of the bundle where the worker runs; empty for the one that ships.
        digest: Of the client's bundle; a worker that finds another refuses to read.
        backend: ``"onnx"``, ``"torch"`` or another that the reader knows.
        decoder: ``"greedy"`` or ``"beam"``.
        threads: Of the ONNX backend, for each process.
        lines: Whether an image is one line; else a page.

    Example:
        >>> ReaderSettings(digest="0123456789abcdef", lines=True).label
        '0123456789ab greedy lines'
    """

    bundle: str = ""
    digest: str
    backend: str = "onnx"
    decoder: str = "greedy"
    threads: int = 1
    lines: bool = False

    @classmethod
    def of(cls, bundle: str | None = None, **settings: Any) -> ReaderSettings:
        """The settings for a bundle, its digest taken from it.

        Args:
            bundle: Its folder; the one that ships if None.
            **settings: The other fields.

        Raises:
            BundleError: If it is missing or damaged.
        """
        folder = str(Path(bundle).resolve()) if bundle else ""
        return cls(bundle=folder, digest=Bundle.load(bundle or None).digest, **settings)

    @property
    def label(self) -> str:
        """Who reads, in each row: rows of two readers do not belong in one file."""
        # These two give the same text; others, such as int8, do not.
        backend = [] if self.backend in ("onnx", "torch") else [self.backend]
        kind = "lines" if self.lines else "pages"
        return " ".join([self.digest[:12], *backend, self.decoder, kind])


#: Turns chunks into their rows, chunk by chunk, in the same order.
Rows = Generator[list[Row], None, None]
Runner = Callable[[Iterable[list[Picture]]], Rows]


def in_process(settings: ReaderSettings) -> Runner:
    """A runner that reads in this process, one chunk after the other.

    Args:
        settings: Of the reader.

    Raises:
        BundleError: If the bundle is missing, damaged or another.
        ConfigError: If a setting is out of range.
    """
    load_reader(settings)

    def run(chunks: Iterable[list[Picture]]) -> Rows:
        for chunk in chunks:
            yield read_chunk(settings, chunk)

    return run


def load_reader(settings: ReaderSettings) -> TextRecognizer:
    """The reader of these settings, loaded once in a process.

    Args:
        settings: Of the reader.

    Raises:
        BundleError: If the bundle is missing, damaged, or not the one whose digest is asked for.
        ConfigError: If a setting is out of range.
    """
    with _LOADING:  # two threads of a worker would load it twice
        return _load(settings)


@lru_cache(maxsize=2)
def _load(settings: ReaderSettings) -> TextRecognizer:
    reader = TextRecognizer.load(
        settings.bundle or None,
        backend=settings.backend,
        decoder=settings.decoder,
        threads=settings.threads,
    )
    if reader.bundle.digest != settings.digest:
        raise BundleError(
            f"all processes of a batch read with one bundle; {str(reader.bundle.folder)!r} has the "
            f"digest {reader.bundle.digest[:12]} where this process runs, the batch was started "
            f"with {settings.digest[:12]}; bring the same bundle to every machine"
        )
    return reader


def read_chunk(settings: ReaderSettings, chunk: Sequence[Picture]) -> list[Row]:
    """Read the images of a chunk; one that cannot be read does not stop the others.

    Args:
        settings: Of the reader.
        chunk: The encoded images.

    Returns:
        A row for each, in the same order.

    Raises:
        BundleError: As :func:`load_reader`.
    """
    return read_pictures(load_reader(settings), chunk, lines=settings.lines, label=settings.label)


def read_pictures(
    reader: Reader, chunk: Sequence[Picture], *, lines: bool, label: str
) -> list[Row]:
    """What :func:`read_chunk` does, with any reader.

    Args:
        reader: Who reads.
        chunk: The encoded images.
        lines: Whether an image is one line; these go through the network together.
        label: Of the rows.

    Returns:
        A row for each, in the same order.
    """
    opened = [_open(picture, lines=lines) for picture in chunk]
    good = [image for image in opened if not isinstance(image, str)]
    found = iter(
        _read_lines(reader, good) if lines else [_read(reader.read, each) for each in good]
    )
    rows = []
    for picture, image in zip(chunk, opened, strict=True):
        result = image if isinstance(image, str) else next(found)
        text, confidence, error = ("", 0.0, result) if isinstance(result, str) else (*result, None)
        rows.append(
            Row(
                id=picture.id,
                text=text,
                confidence=round(confidence, 6),
                error=None if error is None else " ".join(error.split()),
                reader=label,
            )
        )
    return rows


_Result = tuple[str, float] | str


def _open(picture: Picture, *, lines: bool) -> LineImage | PageImage | str:
    """The decoded image, or what is wrong with it."""
    try:
        if picture.error:
            return picture.error
        return (LineImage if lines else PageImage).open(picture.content)
    except InputError as error:
        return str(error)


def _read_lines(reader: Reader, images: Sequence[Any]) -> list[_Result]:
    """Together where that goes, else one by one, to find out which cannot be read."""
    try:
        return [(each.text, each.confidence) for each in reader.read_lines(images)]
    except InputError:
        return [_read(lambda one: reader.read_lines([one])[0], image) for image in images]


def _read(read: Callable[[Any], Any], image: Any) -> _Result:
    try:
        reading = read(image)
        return reading.text, reading.confidence
    except InputError as error:
        return str(error)
