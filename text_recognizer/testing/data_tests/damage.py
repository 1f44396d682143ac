"""How labelled lines get broken: single changes of a text, of a picture, or of a row."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.core.pixels import load_grey
from text_recognizer.data.expectations.table import Row

Pixels = npt.NDArray[np.uint8]
_CURLY = str.maketrans({"'": "\u2019", '"': "\u201d", "-": "\u2013"})
_NEIGHBOURS = dict(zip("etaoinshrdlu", "wrsipbadefki", strict=True))


def emptied(text: str) -> str:
    """No text at all.

    Example:
        >>> emptied("a line")
        ''
    """
    return text[:0]


def truncated(text: str) -> str:
    """The first third of a text, as a field of too few characters keeps it.

    Example:
        >>> truncated("a dozen brown eggs")
        'a doze'
    """
    return text[: max(1, len(text) // 3)]


def escaped(text: str) -> str:
    """The text as a page of HTML holds it.

    Example:
        >>> escaped("salt & pepper")
        'salt&nbsp;&amp;&nbsp;pepper'
    """
    return html.escape(text).replace(" ", "&nbsp;")


def misdecoded(text: str) -> str:
    r"""Hard spaces and curly quotes stored as UTF-8 and opened as Windows-1252.

    Example:
        >>> ascii(misdecoded("it's so"))
        "'it\\xe2\\u20ac\\u2122s\\xc2\\xa0so'"
    """
    typographic = text.translate(_CURLY).replace(" ", "\u00a0")
    return typographic.encode("utf-8").decode("cp1252", errors="replace")


def curled(text: str) -> str:
    r"""Quotes and dashes as a word processor sets them.

    Example:
        >>> ascii(curled("it's"))
        "'it\\u2019s'"
    """
    return text.translate(_CURLY)


def misspelt(text: str) -> str:
    """One letter, the middle one, replaced by another.

    Example:
        >>> misspelt("seven")
        'sewen'
    """
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    place = places[len(places) // 2]
    other = _NEIGHBOURS.get(text[place], "w" if text[place] != "w" else "v")
    return text[:place] + other + text[place + 1 :]


def inverted(picture: Any) -> Pixels:
    """White on black."""
    return np.asarray(255 - load_grey(picture), np.uint8)


def blank(picture: Any) -> Pixels:
    """The paper without the writing."""
    grey = load_grey(picture)
    return np.full_like(grey, int(np.median(grey)))


def cropped(picture: Any) -> Pixels:
    """The left third of a line, the rest cut off."""
    grey = load_grey(picture)
    return np.asarray(grey[:, : max(1, grey.shape[1] // 3)], np.uint8)


def upside_down(picture: Any) -> Pixels:
    """Turned by 180 degrees, as by a scanner that was fed from the other end."""
    return np.ascontiguousarray(load_grey(picture)[::-1, ::-1])


def mirrored(picture: Any) -> Pixels:
    """Left and right swapped, as by an augmentation meant for photos."""
    return np.ascontiguousarray(load_grey(picture)[:, ::-1])


def sideways(picture: Any) -> Pixels:
    """Turned by 90 degrees, as where the rotation noted by a camera is not applied."""
    return np.ascontiguousarray(np.rot90(load_grey(picture)))


def thumbnail(picture: Any) -> Pixels:
    """A quarter of the height and width, as a preview is."""
    grey = load_grey(picture)
    size = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def blurred(picture: Any) -> Pixels:
    """Enlarged from a thumbnail: the size is right, the strokes are gone soft."""
    grey = load_grey(picture)
    size = (grey.shape[1], grey.shape[0])
    return np.asarray(cv2.resize(thumbnail(grey), size, interpolation=cv2.INTER_LINEAR), np.uint8)


def faint(picture: Any) -> Pixels:
    """An eighth of the contrast."""
    grey = load_grey(picture).astype(np.float32)
    paper = float(np.median(grey))
    return np.asarray(np.clip(paper + (grey - paper) / 8, 0, 255).round(), np.uint8)


def jpeg_ruined(picture: Any) -> Pixels:
    """Compressed as JPEG of quality 2, which leaves blocks."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 2]
    encoded = cv2.imencode(".jpg", load_grey(picture), quality)[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


def cut_off(picture: Any) -> bytes:
    """The first half of the bytes of a PNG file, as a broken upload leaves it."""
    encoded = bytes(cv2.imencode(".png", load_grey(picture))[1])
    return encoded[: len(encoded) // 2]


def with_text(change: Any) -> Any:
    """A change of rows out of a change of texts.

    Example:
        >>> from text_recognizer.data.expectations import read_rows
        >>> with_text(truncated)(read_rows(["test"], limit=1)[0]).text
        'was bettin'
    """
    return partial(_with_text, change)


def _with_text(change: Any, row: Row) -> Row:
    return replace(row, text=change(row.text))


def with_picture(change: Any) -> Any:
    """A change of rows out of a change of pictures.

    Example:
        >>> from text_recognizer.data.expectations import read_rows
        >>> row = read_rows(["test"], limit=1)[0]
        >>> with_picture(cut_off)(row).picture.measures.decodes
        False
    """
    return partial(_with_picture, change)


def _with_picture(change: Any, row: Row) -> Row:
    return replace(row, picture=row.picture.changed(change))
