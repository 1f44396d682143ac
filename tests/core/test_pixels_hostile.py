"""Hostile and damaged input: a typed error that says what to do, never a crash or half a page."""

from __future__ import annotations

import io
import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from text_recognizer.core.errors import ImageError
from text_recognizer.core.levels import MAX_PIXELS
from text_recognizer.core.pixels import load_grey

INK = np.linspace(0, 255, 24 * 16).astype(np.uint8).reshape(16, 24)


def encoded(image: Image.Image | np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    """An image as the bytes of a file."""
    stream = io.BytesIO()
    image = Image.fromarray(image) if isinstance(image, np.ndarray) else image
    image.save(stream, kind, **options)
    return stream.getvalue()


def check_message(error: ImageError) -> None:
    """Rule, value and cure are parted by semicolons."""
    assert ";" in str(error)


def png_header(width: int, height: int) -> bytes:
    """The start of a PNG: the size it declares."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, height: int) -> bytes:
    """A small, complete PNG file that unpacks to width x height white pixels."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" + b"\xff" * width) for _ in range(height)) + rows.flush()
    chunks = png_header(width, height)
    for name, data in ((b"IDAT", packed), (b"IEND", b"")):
        checksum = struct.pack(">I", zlib.crc32(name + data))
        chunks += struct.pack(">I", len(data)) + name + data + checksum
    return chunks


def png_start(width: int, height: int) -> bytes:
    """A PNG that declares a size and breaks off with the first pixels."""
    return png_header(width, height) + struct.pack(">I", 100) + b"IDATx\x9c"


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "0 bytes", id="empty"),
        pytest.param(b"\0" * 64, "starts with", id="zero bytes"),
        pytest.param(b"%PDF-1.7 ...", "a PDF document; export", id="PDF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF", "PostScript", id="EPS: would start Ghostscript"),
        pytest.param(b"<!DOCTYPE html><html>", "HTML", id="html"),
        pytest.param(b"\n <html><body>", "HTML", id="html after white space"),
        pytest.param(b"<svg xmlns='x'>", "SVG", id="svg"),
        pytest.param(b"PK\x03\x04abcd", "zip archive", id="docx"),
        pytest.param(b"data:image/png;base64,iVBO", "data URL", id="data URL"),
        pytest.param(b"just some text", "starts with b'just some text'", id="text"),
        pytest.param(b"/home/me/line.png", "path is passed as str", id="a path as bytes"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC", id="photo of a phone"),
        pytest.param(png_start(30_000, 30_000), "at most 64,000,000", id="30,000 x 30,000"),
        pytest.param(png_start(10_000, 7_000), "70,000,000 pixels", id="just above the limit"),
        pytest.param(png_start(100_000, 1_000), "at most 64,000,000", id="where Pillow warns"),
        pytest.param(png_start(2**31 - 1, 2**31 - 1), "at most|decoded", id="largest declared"),
        pytest.param(png_start(0, 5), "damaged in its header|decoded|one pixel", id="no columns"),
        pytest.param(png_start(5, 5), "complete and undamaged", id="no pixels"),
        pytest.param(png_header(5, 5), "damaged in its header", id="header only"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_refuses_content_that_is_no_image(content, words, tmp_path):
    path = tmp_path / "file.png"
    path.write_bytes(content)
    for source in (content, path, io.BytesIO(content)):
        with pytest.raises(ImageError, match=words):
            load_grey(source)


@pytest.mark.filterwarnings("error")
def test_a_bomb_is_refused_where_warnings_are_errors():
    with pytest.raises(ImageError, match="64,000,000"):
        load_grey(png_start(100_000, 1_000))


def test_a_real_bomb_is_not_unpacked():
    bomb = png(20_000, 4_000)  # 80 million pixels in some 80 kB
    assert len(bomb) < 200_000
    with pytest.raises(ImageError, match="20000x4000 px, 80,000,000 pixels"):
        load_grey(bomb)


def test_a_page_just_below_the_limit_is_read():
    grey = load_grey(png(8_000, 8_000))
    assert grey.size == MAX_PIXELS
    assert grey.min() == 255


def test_pillow_images_are_measured_before_they_are_converted():
    image = Image.new("1", (9_000, 9_000))
    with pytest.raises(ImageError, match="81,000,000 pixels"):
        load_grey(image)
    with pytest.raises(ImageError, match="at least one pixel; the Pillow image is 0x5"):
        load_grey(Image.new("L", (0, 5)))


def test_a_closed_pillow_image_is_refused():
    image = Image.open(io.BytesIO(encoded(INK)))
    image.close()
    with pytest.raises(ImageError, match="cannot be decoded"):
        load_grey(image)


def test_paths_that_cannot_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a message shortens a long path
    with pytest.raises(ImageError, match=r"is a directory; name a file"):
        load_grey(".")
    with pytest.raises(ImageError, match=r"missing\.png.*No such file"):
        load_grey("missing.png")
    with pytest.raises(ImageError, match="null"):
        load_grey("a\0b.png")
    with pytest.raises(ImageError, match="readable file"):
        load_grey("iVBORw0KGgo" * 500)  # base64 text instead of a path
    with pytest.raises(ImageError, match="No such file"):
        load_grey("")


def test_a_pipe_is_refused_instead_of_waiting_for_ever(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImageError, match="pipe, socket or device"):
        load_grey(tmp_path / "pipe")
    with pytest.raises(ImageError, match="pipe, socket or device"):
        load_grey("/dev/zero")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(INK))
    path.chmod(0)
    with pytest.raises(ImageError, match="Permission denied"):
        load_grey(path)


def test_permission_errors_are_typed(tmp_path, monkeypatch):
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(INK))

    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ImageError, match="Permission denied; check the name and the permissions"):
        load_grey(path)


class Stream:
    """A file-like object that answers ``read`` as it is told."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def read(self, size: int = -1) -> object:
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer == "endless":
            return b"\0" * size
        return self.answer


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(io.StringIO("text"), "binary mode", id="text file"),
        pytest.param(Stream(None), "gave NoneType", id="read gives None"),
        pytest.param(Stream(OSError("gone")), "gone; open it", id="read fails"),
        pytest.param(None, r"received None \(NoneType\)", id="None"),
        pytest.param([[0, 1]], r"\(list\)", id="list"),
        pytest.param(5, r"received 5 \(int\)", id="number"),
        pytest.param({"image": 1}, r"\(dict\)", id="dict"),
    ],
)
def test_refuses_other_objects(source, words):
    with pytest.raises(ImageError, match=words):
        load_grey(source)


def test_an_endless_stream_is_cut_off(monkeypatch):
    monkeypatch.setattr("text_recognizer.core.pixels.MAX_BYTES", 1000)
    with pytest.raises(ImageError, match="at most 1,000 bytes; the file content has 1,001"):
        load_grey(Stream("endless"))


def test_tensors_of_another_library():
    torch = pytest.importorskip("torch")
    assert np.array_equal(load_grey(torch.from_numpy(INK.copy())), INK)
    with pytest.raises(ImageError, match=r"detach\(\)"):
        load_grey(torch.zeros(3, 3, requires_grad=True))


# ---------------------------------------------------------------- damaged files

FILES = {
    kind: encoded(INK, kind, **options)
    for kind, options in {
        "PNG": {},
        "JPEG": {"quality": 95},
        "TIFF": {"compression": "tiff_lzw"},
        "GIF": {},
        "BMP": {},
        "WEBP": {"lossless": True},
        "PPM": {},
        "JPEG2000": {},
    }.items()
}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_truncated_file_is_refused_or_complete(kind):
    """At any cut, either an error or the very pixels of the whole file: never half a page."""
    content = FILES[kind]
    whole = load_grey(content)
    refused = 0
    for cut in range(0, len(content), max(1, len(content) // 60)):
        try:
            assert np.array_equal(load_grey(content[:cut]), whole), (kind, cut)
        except ImageError:
            refused += 1
    assert refused > 20


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_file_gives_pixels_or_a_typed_error(kind, changes):
    content = bytearray(FILES[kind])
    for place, value in changes:
        content[place % len(content)] = value
    try:
        grey = load_grey(bytes(content))
    except ImageError as error:
        check_message(error)
    else:
        assert grey.dtype == np.uint8
        assert 1 <= grey.size <= MAX_PIXELS


@pytest.mark.filterwarnings("ignore")
@given(st.binary(max_size=200))
def test_any_bytes_give_pixels_or_a_typed_error(content):
    try:
        load_grey(content)
    except ImageError as error:
        check_message(error)
