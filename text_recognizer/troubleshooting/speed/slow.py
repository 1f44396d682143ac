"""A pipeline that reads lines rightly and far too slowly, for reasons that nobody planned.

Each reason stands in a line of its own and looks harmless: what does not change is made again for
every line, every file is decoded for every line, pixels are looked at one by one, and the reader is
asked twice. :func:`time_lines` says which of them costs how much.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import Reader
from text_recognizer.data.sample import load_lines

Pixels = NDArray[np.uint8]
LoadReader = Callable[[], Reader]

BLANK = 24
"""Grey levels between the darkest and the lightest pixel below which a line is blank."""

_SCALE = 3
_WIDEST = 400


def read_slowly(load_reader: LoadReader, files: Sequence[bytes]) -> list[str]:
    """Read files to texts, one for each, in their order.

    Args:
        load_reader: makes a reader, as ``TextRecognizer.load`` does.
        files: images of lines, encoded, as PNG.

    Returns:
        The texts; ``""`` for a blank line.

    Raises:
        ImageError: if a file is no image.

    Example:
        >>> from text_recognizer.core.readings import EchoReader
        >>> read_slowly(lambda: EchoReader(["hi", "hi"]), line_files(1, blanks=0))
        ['hi']
    """
    texts = []
    for number in range(len(files)):
        reader = load_reader()
        images = [decode(file) for file in files]
        if contrast(images[number]) < BLANK:
            texts.append("")
        elif reader.read_lines([images[number]])[0].confidence > 0:
            texts.append(reader.read_lines([images[number]])[0].text)
        else:
            texts.append("")
    return texts


def decode(file: bytes) -> Pixels:
    """The grey pixels of an encoded image, (H, W) uint8, 0 black to 255 white.

    Args:
        file: as PNG.

    Raises:
        ImageError: if it is no image.

    Example:
        >>> decode(line_files(1)[0]).ndim
        2
    """
    return LineImage.open(file).pixels


def contrast(pixels: Pixels) -> int:
    """Grey levels between the darkest and the lightest pixel, looked at one by one.

    Args:
        pixels: (H, W) grey levels.

    Example:
        >>> contrast(np.array([[3, 9], [5, 4]], np.uint8))
        6
    """
    darkest, lightest = 255, 0
    for row in pixels:
        for value in row:
            darkest, lightest = min(darkest, int(value)), max(lightest, int(value))
    return lightest - darkest


def line_files(count: int, *, seed: int = 0, blanks: int = 1) -> list[bytes]:
    """Short lines of the embedded sample as PNG files, scanned at three times their size.

    Args:
        count: files, 1 to 60.
        seed: which lines, from 0, and where the blank ones stand.
        blanks: how many of the files show nothing, 0 to ``count``.

    Raises:
        InputError: if a number is out of its range.
        ManifestError: if the sample is missing or damaged.

    Example:
        >>> len(line_files(3))
        3
    """
    if not 1 <= count <= 60 or not 0 <= blanks <= count or seed < 0:
        raise InputError(
            "count is 1 to 60, blanks 0 to count, seed at least 0; received "
            f"{count!r}, {blanks!r} and {seed!r}"
        )
    images: list[Any] = []
    for sample in load_lines("test", limit=8 * count + 40, seed=seed):
        if len(images) < count - blanks and sample.image.pixels.shape[1] <= _WIDEST:
            images.append(sample.image.pixels)
    random = np.random.default_rng(seed)
    for _ in range(count - len(images)):
        images.insert(int(random.integers(len(images) + 1)), np.full((60, 300), 240, np.uint8))
    return [_encoded(image) for image in images]


def _encoded(pixels: Pixels) -> bytes:
    image = LineImage(pixels).to_pil()
    stream = io.BytesIO()
    image.resize((image.width * _SCALE, image.height * _SCALE)).save(stream, format="PNG")
    return stream.getvalue()
