"""Pages of printed words with known lines, made with the font that Pillow carries."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Grey = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]

WORDS = (
    "happy early going",
    "fjord typing by night",
    "a quick glyph, jumped",
    "oxygen and hydrogen",
    "if you say my judgment",
    "no ink left; buy it",
    "they apply: forty-eight",
    "big dogs play daily",
    "the end of a page",
)


@lru_cache(maxsize=64)
def ink_of(text: str, size: int = 40) -> npt.NDArray[np.float32]:
    """(H, W) ink 0..1 of a text in Pillow's own font; every text has the same height."""
    font = ImageFont.load_default(size)
    right = round(font.getlength(text)) + 12
    image = Image.new("L", (right, round(1.5 * size)), 255)
    ImageDraw.Draw(image).text((6, 4), text, font=font, fill=0)
    return (1.0 - np.asarray(image, dtype=np.float32) / 255.0).astype(np.float32)


def write_page(
    texts: tuple[str, ...] = WORDS,
    *,
    pitch: float = 60.0,
    slope: float = 0.0,
    bend: float = 0.0,
    margin: int = 60,
    width: int = 0,
) -> tuple[Grey, Labels]:
    """A page of lines and the number of the line of every inked pixel.

    Args:
        texts: the lines.
        pitch: rows from one line to the next.
        slope: rows down per column right.
        bend: rows by which the middle of a line sags.
        margin: white columns and rows around.
        width: columns of the page; 0 for as many as needed.
    """
    inks = [ink_of(text) for text in texts]
    width = width or max((ink.shape[1] for ink in inks), default=0) + 2 * margin
    fall = abs(slope) * width
    height = round(pitch * max(0, len(inks) - 1) + 60 + 2 * margin + fall + abs(bend))
    page = np.zeros((height, width), np.float32)
    labels = np.zeros((height, width), np.int32)
    for number, ink in enumerate(inks, start=1):
        for x in range(ink.shape[1]):
            column = x + margin
            drop = slope * column + (fall if slope < 0 else 0.0)
            drop += bend * np.sin(np.pi * x / max(1, ink.shape[1]))
            top = round(margin + (number - 1) * pitch + drop)
            here = slice(top, top + ink.shape[0])
            better = ink[:, x] > page[here, column]
            labels[here, column][better & (ink[:, x] > 0.3)] = number
            page[here, column] = np.maximum(page[here, column], ink[:, x])
    return np.rint(245 - 215 * page).astype(np.uint8), labels


def rule_page(page: Grey, *, pitch: int = 60, first: int = 47, slope: float = 0.0) -> Grey:
    """The page with grey ruled lines and a margin line."""
    ruled = page.copy()
    columns = np.arange(page.shape[1])
    for row in range(first - 20 * pitch, page.shape[0] + 20 * pitch, pitch):
        rows = np.rint(row + slope * columns).astype(int)
        for each in (rows, rows + 1):
            inside = (each >= 0) & (each < page.shape[0])
            ruled[each[inside], columns[inside]] = np.minimum(
                ruled[each[inside], columns[inside]], 150
            )
    ruled[:, 30:32] = 150
    return ruled


def shade_page(page: Grey, *, seed: int = 0) -> Grey:
    """The page as a photo: light that falls off to one corner, and noise."""
    rows, columns = np.mgrid[: page.shape[0], : page.shape[1]]
    light = 0.45 + 0.55 * (0.6 * columns / page.shape[1] + 0.4 * rows / page.shape[0])
    noise = np.random.default_rng(seed).normal(0, 4, page.shape)
    return np.clip(page * light + noise, 0, 255).astype(np.uint8)


def punch_page(page: Grey) -> Grey:
    """The page with punched holes in its margin, and dust."""
    punched = page.copy()
    for share in (5, 2):
        cv2.circle(punched, (20, page.shape[0] // share), 14, (30,), -1)
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, page.shape[0], 60), rng.integers(0, page.shape[1], 60)
    punched[rows, columns] = 90
    return punched


def frame_page(page: Grey) -> Grey:
    """The page with the dark edges of a careless scan."""
    framed = page.copy()
    framed[:9], framed[:, :12], framed[:, -7:] = 40, 30, 60
    return framed


def lay_on_table(page: Grey) -> Grey:
    """A photo of the page lying a little crooked on a dark table."""
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + 90 + np.array([[0, 8], [12, 0], [0, 14], [9, 3]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    size = (width + 200, height + 200)
    photo = cv2.warpPerspective(page, matrix, size, borderValue=(45,))
    noise = np.random.default_rng(2).normal(0, 3, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)
