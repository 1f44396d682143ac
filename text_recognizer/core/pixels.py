"""Any image in, grey pixels out: the one place where hostile input is met.

Files are decoded only after their header has been checked, only by formats on a short list (no
format that starts another program), and every failure is an ImageError.
"""

from __future__ import annotations

import io
import os
import stat
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import ImageError
from text_recognizer.core.levels import MAX_PIXELS, array_to_grey, check_size

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 600_000_000
FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "PPM", "JPEG2000", "AVIF")

# What else people hand in: the first bytes, what it is, what to do.
_SIGNATURES = (
    (b"%PDF", "a PDF document", "export the page as PNG first"),
    (b"%!PS", "a PostScript document", "export the page as PNG first"),
    (b"PK\x03\x04", "a zip archive or an office document", "unpack it or export it as PNG first"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"<!doc", "an HTML document", "save the image, not the page that shows it"),
    (b"<html", "an HTML document", "save the image, not the page that shows it"),
    (b"<svg", "a vector drawing (SVG)", "export it as PNG first"),
    (b"<?xml", "an XML or SVG document", "export it as PNG first"),
    (b"data:image", "a data URL", "decode its base64 part first"),
    (b"\x93NUMPY", "a numpy file", "pass numpy.load(path)"),
)
_IMAGE_SIGNATURES = (b"\x89PNG", b"\xff\xd8", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"RIFF")


def load_grey(source: Any) -> NDArray[np.uint8]:
    """Turn any image into grey pixels.

    Pillow images and files: the EXIF rotation is applied, transparency is laid on white paper,
    palettes, CMYK and 16 bits are converted; of an animation the first frame is taken.
    Arrays: (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA; bool (True = white), uint8,
    uint16 (0..65535), other integers in 0..255 or 0..65535, floats in 0..1 or 0..255 (an array
    whose largest value is at most 1 is taken as 0..1).

    Args:
        source: Path, bytes, binary file, Pillow image, array, or a LineImage or PageImage.

    Returns:
        A new uint8 array (H, W), 0 = black, 255 = white, of at most ``MAX_PIXELS`` pixels.

    Raises:
        ImageError: For anything else: empty, truncated, not an image, too large, NaN, unreadable.

    Example:
        >>> load_grey(np.array([[0.0, 0.5, 1.0]]))
        array([[  0, 128, 255]], dtype=uint8)
    """
    from PIL import Image

    if isinstance(source, np.ndarray):
        return array_to_grey(source)
    if isinstance(source, Image.Image):
        return _from_pil(source, "the Pillow image")
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(source), "the byte string")
    if isinstance(source, (str, os.PathLike)):
        return _from_path(source)
    if isinstance(getattr(source, "pixels", None), np.ndarray):
        return array_to_grey(source.pixels)
    if callable(getattr(source, "read", None)):
        return _from_stream(source)
    if hasattr(source, "__array__"):
        return _from_foreign_array(source)
    raise ImageError(
        "an image is a path, bytes, a binary file, a Pillow image or a numpy array; received "
        f"{_shown(source)} ({type(source).__name__}); convert it to one of these"
    )


def _shown(value: object) -> str:
    """A short repr for messages."""
    text = repr(value)
    # Both ends: the start says what it is, and a path ends in the name of the file.
    return text if len(text) <= 160 else f"{text[:60]}...{text[-97:]}"


def _from_path(source: str | os.PathLike[Any]) -> NDArray[np.uint8]:
    """A regular file, checked before it is opened (a pipe or a device could block for ever)."""
    path = os.fsdecode(source)
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise ImageError(
                f"an image path must name a file; {_shown(path)} is a directory; name a file in it"
            )
        if not stat.S_ISREG(status.st_mode):
            raise ImageError(
                f"an image path must name a regular file; {_shown(path)} is a pipe, socket or "
                "device; copy its content to a file or pass the bytes"
            )
        with open(path, "rb") as file:
            return _from_file(file, status.st_size, f"the file {_shown(path)}")
    except (OSError, ValueError) as error:
        if isinstance(error, ImageError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise ImageError(
            f"an image path must name a readable file; {_shown(path)}: {reason}; "
            "check the name and the permissions (image content is passed as bytes, not as str)"
        ) from error


def _from_stream(stream: Any) -> NDArray[np.uint8]:
    """Anything with ``read``; at most MAX_BYTES are taken from it."""
    try:
        content = stream.read(MAX_BYTES + 1)
    except Exception as error:  # the object is the caller's: it may raise anything
        raise ImageError(
            f"an image file must be readable; reading {_shown(stream)} failed: {error}; "
            "open it with mode 'rb'"
        ) from error
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise ImageError(
            f"an image file must be opened in binary mode; {_shown(stream)} gave "
            f"{type(content).__name__}; open it with mode 'rb'"
        )
    return _from_bytes(bytes(content), "the file content")


def _from_bytes(content: bytes, what: str) -> NDArray[np.uint8]:
    """Encoded image content in memory."""
    return _from_file(io.BytesIO(content), len(content), what)


def _from_file(file: IO[bytes], size: int, what: str) -> NDArray[np.uint8]:
    """Open by header, check the declared size, only then decode."""
    from PIL import Image, UnidentifiedImageError

    if size == 0:
        raise ImageError(f"an image has content; {what} has 0 bytes; check how it was written")
    if size > MAX_BYTES:
        raise ImageError(
            f"an image file may have at most {MAX_BYTES:,} bytes; {what} has {size:,} or more; "
            "scale it down or crop it"
        )
    head = file.read(16)
    file.seek(0)
    try:
        with Image.open(file, formats=_known_formats()) as image:
            return _from_pil(image, what)
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(_not_an_image(head, what)) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(
            f"an image may have at most {MAX_PIXELS:,} pixels; {what} declares more ({error}); "
            "scale it down or crop it"
        ) from error
    except Exception as error:  # Pillow's decoders raise many types on damaged files
        raise ImageError(
            f"an image must be complete and undamaged; {what} cannot be decoded "
            f"({type(error).__name__}: {error}); fetch or save it again"
        ) from error


@lru_cache(maxsize=1)
def _known_formats() -> tuple[str, ...]:
    """The formats that this Pillow can open; it fails on names it lacks (AVIF came late).

    Only their plugins are loaded: all of Pillow's take 0.2 s of a first read.
    """
    from PIL import Image

    Image.preinit()
    for plugin in ("TiffImagePlugin", "WebPImagePlugin", "Jpeg2KImagePlugin", "AvifImagePlugin"):
        with suppress(ImportError):
            import_module(f"PIL.{plugin}")
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _not_an_image(head: bytes, what: str) -> str:
    """Say what the content is instead, where its first bytes tell."""
    for signature, name, cure in _SIGNATURES:
        if head.lstrip().lower().startswith(signature.lower()):
            return f"an image is expected; {what} is {name}; {cure}"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1"):
        return f"an image is expected; {what} is in the HEIC format; export it as JPEG or PNG"
    if head.startswith(_IMAGE_SIGNATURES):
        return (
            f"an image must be complete and undamaged; {what} breaks off or is damaged in its "
            f"header (it starts with {head!r}); fetch or save it again"
        )
    return (
        f"an image is expected, one of {', '.join(FORMATS)}; {what} starts with {head!r}, which "
        "is none of them; save it as PNG (a path is passed as str, not as bytes)"
    )


def _from_pil(image: Image.Image, what: str) -> NDArray[np.uint8]:
    """Decode, rotate by EXIF, flatten on white, convert to grey."""
    from PIL import ImageOps

    check_size(image.height, image.width, what)
    try:
        image.load()
        # Decoding may settle the size anew (TIFF and ICO do), so it is checked again.
        check_size(image.height, image.width, what)
        with suppress(Exception):  # damaged EXIF says nothing about the pixels as stored
            image = ImageOps.exif_transpose(image)
        mode = image.mode
        if mode.startswith("I") or mode == "F":
            return array_to_grey(np.asarray(image))
        if "transparency" in image.info or mode in ("P", "PA", "LA", "La", "RGBA", "RGBa"):
            if mode in ("La", "RGBa"):  # premultiplied; Pillow converts each only to its twin
                image = image.convert(mode.upper())
            return array_to_grey(np.asarray(image.convert("RGBA")))
        if mode == "LAB":
            return np.array(image.getchannel(0))
        if mode in ("CMYK", "HSV"):
            image = image.convert("RGB")
        return np.array(image.convert("L"))
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders raise many types on damaged files
        raise ImageError(
            f"an image must be complete and undamaged; {what} cannot be decoded "
            f"({type(error).__name__}: {error}); fetch or save it again"
        ) from error


def _from_foreign_array(source: Any) -> NDArray[np.uint8]:
    """A tensor of another library that knows how to become a numpy array."""
    try:
        array = np.asarray(source)
    except Exception as error:  # GPU tensors and lazy arrays raise errors of their own
        raise ImageError(
            f"an array must convert to numpy; {type(source).__name__} did not ({error}); "
            "pass source.detach().cpu().numpy()"
        ) from error
    return array_to_grey(array)
