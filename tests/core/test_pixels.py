"""Files and Pillow images of every kind become the right grey pixels."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.core.pixels import load_grey

INK = np.linspace(0, 255, 24 * 16).astype(np.uint8).reshape(16, 24)


def encoded(image: Image.Image | np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    """An image as the bytes of a file."""
    stream = io.BytesIO()
    image = Image.fromarray(image) if isinstance(image, np.ndarray) else image
    image.save(stream, kind, **options)
    return stream.getvalue()


# ---------------------------------------------------------------- the ways in


def test_every_way_in_gives_the_same_pixels(tmp_path: Path):
    content = encoded(INK)
    path = tmp_path / "ünï code.png"
    path.write_bytes(content)
    with path.open("rb") as file:
        ways = [
            path,
            str(path),
            file,
            content,
            bytearray(content),
            memoryview(content),
            io.BytesIO(content),
            Image.open(path),
            Image.fromarray(INK),
            INK,
            next(os.scandir(tmp_path)),
        ]
        for way in ways:
            grey = load_grey(way)
            assert grey.dtype == np.uint8
            assert np.array_equal(grey, INK), type(way)
            assert grey.flags.writeable
            assert not np.shares_memory(grey, INK)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM", "GIF"])
def test_lossless_formats_are_exact(kind):
    assert np.array_equal(load_grey(encoded(INK, kind)), INK)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "JPEG2000"])
def test_lossy_formats_are_close(kind):
    smooth = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
    assert np.abs(load_grey(encoded(smooth, kind)).astype(int) - smooth).mean() < 4


# ---------------------------------------------------------------- modes


def transparent(mode: str) -> Image.Image:
    """Left half black and opaque, right half black and transparent."""
    alpha = np.full((4, 8), 255, np.uint8)
    alpha[:, 4:] = 0
    ink = Image.new("L", (8, 4), 0)
    image = Image.merge("LA", (ink, Image.fromarray(alpha)))
    if mode in ("RGBA", "LA"):
        return image.convert(mode)
    if mode in ("RGBa", "La"):
        return image.convert("RGBA" if mode == "RGBa" else "LA").convert(mode)
    raise ValueError(mode)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "La", "RGBa"])
def test_transparency_is_white_paper(mode):
    grey = load_grey(transparent(mode))
    assert (grey[:, :4] == 0).all()
    assert (grey[:, 4:] == 255).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_a_transparent_colour_is_white_paper(mode):
    image = Image.new("L", (8, 4), 0)
    image.paste(255, (4, 0, 8, 4))
    image = image.convert(mode)
    black = image.getpixel((0, 0))  # declared transparent: then all of it is white
    grey = load_grey(encoded(image, transparency=black))
    assert (grey == 255).all()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I"])
@pytest.mark.parametrize("level", [0, 255])
def test_black_is_black_and_white_is_white_in_every_mode(mode, level):
    if mode == "LAB":
        image = Image.new("LAB", (5, 3), (level, 128, 128))
    else:
        image = Image.new(
            "RGB" if mode != "I" else "L", (5, 3), (level,) * 3 if mode != "I" else level
        )
        image = image.convert(mode)
    assert (load_grey(image) == level).all()


def test_16_bits_are_scaled():
    deep = INK.astype(np.uint16) * 257
    for kind in ("PNG", "TIFF"):
        assert np.array_equal(load_grey(encoded(deep, kind)), INK)
    assert np.array_equal(load_grey(Image.fromarray(deep)), INK)


def test_float_tiff():
    assert np.array_equal(load_grey(encoded(INK.astype(np.float32), "TIFF")), INK)


def test_cmyk_jpeg():
    image = Image.new("RGB", (16, 16), "white")
    image.paste((0, 0, 0), (0, 0, 8, 16))
    grey = load_grey(encoded(image.convert("CMYK"), "JPEG"))
    assert grey[:, :6].max() < 40
    assert grey[:, 10:].min() > 215


def test_colour_weighs_as_in_pillow():
    colours = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    expected = np.array(Image.fromarray(colours).convert("L"))
    assert np.array_equal(load_grey(colours), expected)
    assert np.array_equal(load_grey(encoded(colours)), expected)


# ---------------------------------------------------------------- orientation, animation


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "place"),
    [
        (1, (0, 0)),
        (2, (0, 1)),
        (3, (1, 1)),
        (4, (1, 0)),
        (5, (0, 0)),
        (6, (0, 1)),
        (7, (1, 1)),
        (8, (1, 0)),
    ],
)
def test_exif_orientation_is_applied(kind, orientation, place):
    image = Image.new("L", (64, 32), 255)
    image.paste(0, (0, 0, 16, 16))  # a dark corner, top left as stored
    exif = Image.Exif()
    exif[0x0112] = orientation
    grey = load_grey(encoded(image, kind, exif=exif))
    assert grey.shape == ((32, 64) if orientation < 5 else (64, 32))
    corners = grey[4 :: grey.shape[0] - 9, 4 :: grey.shape[1] - 9][:2, :2]
    assert tuple(np.argwhere(corners < 128)[0]) == place
    assert (corners < 128).sum() == 1


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_leaves_the_pixels_as_they_are_stored():
    content = encoded(INK, exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")
    assert np.array_equal(load_grey(content), INK)


def test_first_frame_of_an_animation():
    frames = [Image.fromarray(INK), Image.new("L", INK.shape[::-1], 0)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.array_equal(load_grey(content), INK)


def test_an_image_already_opened_keeps_its_mode_and_frame():
    image = Image.fromarray(INK).convert("RGB")
    load_grey(image)
    assert image.mode == "RGB"
