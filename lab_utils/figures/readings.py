"""Handwriting with what was read: one image, a grid of lines, a page with its boxes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lab_utils.figures.alignment import GAP, align
from lab_utils.figures.pixels import fit, grey, text_and_confidence
from lab_utils.figures.style import (
    COLORS,
    DPI,
    GRID,
    INK,
    PALE,
    WIDTH,
    confidence_color,
    new_figure,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["image", "lines", "page"]

_MARGIN = 14
_IMAGE = 44
_TEXT = 26
_GAP = 16
_MONO: dict[str, Any] = {"family": "DejaVu Sans Mono", "parse_math": False, "va": "center"}
#: Room at the right of a reading for its confidence.
_METER = 92


def image(source: Any, *, caption: str = "", width: float = WIDTH) -> Figure:
    """Show one image as it is.

    Args:
        source: A `LineImage`, `PageImage`, `Sample`, PIL image or array (H, W).
        caption: One line below.
        width: Width of the figure in inches; a small image is enlarged a little.
    """
    pixels = grey(source)
    room = int(width * DPI) - 2 * _MARGIN
    shown = fit(pixels, min(room, 3 * pixels.shape[1]), max(120, min(640, pixels.shape[0])))
    height = shown.shape[0] + 2 * _MARGIN + (_TEXT if caption else 0)
    with style():
        figure, axes = _canvas(int(width * DPI), height)
        _place(axes, shown, _MARGIN, _MARGIN)
        if caption:
            axes.text(_MARGIN, height - _TEXT / 2 - 4, caption, color=PALE, va="center")
    figure.set_label(f"image of {pixels.shape[0]} x {pixels.shape[1]} pixels")
    return figure


def lines(
    images: Sequence[Any],
    readings: Sequence[Any],
    *,
    references: Sequence[str] | None = None,
    columns: int = 1,
) -> Figure:
    """Show lines of handwriting, each with its reading below and its confidence beside it.

    Args:
        images: Line images, at most 16.
        readings: A `Reading` or plain text for each image.
        references: The right texts. Characters that differ are then coloured and underlined, and
            lost ones stand as a gap.
        columns: 1 to 3.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: The lists differ in length, or there are too many images.
    """
    if not 0 < len(images) <= 16 or columns not in (1, 2, 3):
        raise ValueError(
            f"A figure holds 1 to 16 lines in 1 to 3 columns, got {len(images)} lines in "
            f"{columns}. Show fewer."
        )
    if len(readings) != len(images) or (references and len(references) != len(images)):
        raise ValueError(
            f"Each of the {len(images)} images needs one reading and, if references are given, "
            f"one reference; got {len(readings)} readings and {len(references or ())} references."
        )
    rows = -(-len(images) // columns)
    pitch = _IMAGE + _TEXT + _GAP
    total = int(WIDTH * DPI)
    width = (total - _MARGIN * (columns + 1)) // columns
    size = _size([text_and_confidence(reading)[0] for reading in readings], width - _METER)
    with style():
        figure, axes = _canvas(total, rows * pitch + _MARGIN)
        for index, (source, reading) in enumerate(zip(images, readings, strict=True)):
            left = _MARGIN + (index % columns) * (width + _MARGIN)
            top = _MARGIN + (index // columns) * pitch
            _place(axes, fit(grey(source), width, _IMAGE), left, top)
            reference = references[index] if references else None
            _caption(axes, reading, reference, (left, top + _IMAGE + _TEXT / 2 + 1), width, size)
            if index // columns < rows - 1:
                rule = top + pitch - _GAP / 2 - 1
                axes.plot([left, left + width], [rule, rule], color=GRID, linewidth=0.8)
    figure.set_label(_facts(len(images), "line", readings))
    return figure


def page(source: Any, boxes: Sequence[Any], readings: Sequence[Any] = ()) -> Figure:
    """Show a page with numbered boxes, and the readings beside it.

    Args:
        source: A page image.
        boxes: Objects with `left`, `top`, `right`, `bottom` in pixels of the page.
        readings: A `Reading` or plain text for each box, or nothing.

    Returns:
        A figure to hand to `figures.show`.

    Raises:
        ValueError: There are readings, but not one for each box.
    """
    if readings and len(readings) != len(boxes):
        raise ValueError(
            f"Each of the {len(boxes)} boxes needs one reading, got {len(readings)}. Pass the "
            "readings in the order of the boxes, or none."
        )
    pixels = grey(source)
    total = int(WIDTH * DPI)
    texts = [text_and_confidence(reading)[0] for reading in readings]
    shown = fit(pixels, _page_room(total, texts), 620)
    scale = shown.shape[1] / pixels.shape[1]
    height = max(shown.shape[0] + 2 * _MARGIN, 2 * _MARGIN + 22 * len(readings))
    with style():
        figure, axes = _canvas(total, height)
        _place(axes, shown, _MARGIN + 14, _MARGIN)
        for index, box in enumerate(boxes):
            _box(axes, box, scale, index + 1)
        left = _MARGIN + 14 + shown.shape[1] + 22
        room = total - left - 22 - _MARGIN
        size = _size(texts, room - _METER)
        for index, reading in enumerate(readings):
            top = _height_of(boxes, index, scale, len(readings), height)
            axes.text(left, top, str(index + 1), color=COLORS["blue"], va="center", weight="bold")
            _caption(axes, reading, None, (left + 22, top), room, size)
    size = f"page of {pixels.shape[0]} x {pixels.shape[1]} pixels"
    figure.set_label(f"{size}, {_facts(len(boxes), 'box', readings)}")
    return figure


def _page_room(total: int, texts: Sequence[str]) -> int:
    """Give a page half of the width, or less where its readings would not fit beside it."""
    if not texts:
        return total - 3 * _MARGIN
    text = max(map(len, texts)) * _advance(8.5) + _METER + 44 + 2 * _MARGIN
    return int(min(0.5 * total, max(0.36 * total, total - text))) - _MARGIN


def _canvas(width: int, height: int) -> tuple[Figure, Axes]:
    """Make axes whose units are pixels, with (0, 0) at the top left."""
    figure = new_figure(width / DPI, height / DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return figure, axes


def _place(axes: Axes, pixels: Any, left: float, top: float) -> None:
    height, width = pixels.shape
    extent = (left, left + width, top + height, top)
    axes.imshow(
        pixels, cmap="gray", vmin=0, vmax=255, extent=extent, interpolation="none", aspect="auto"
    )
    axes.set_xlim(0, axes.figure.get_figwidth() * DPI)
    axes.set_ylim(axes.figure.get_figheight() * DPI, 0)


def _size(texts: Sequence[str], room: float) -> float:
    """Choose one font size for all captions, so that the longest fits if it can."""
    longest = max(map(len, texts), default=1) or 1
    return max(7.5, min(11.0, room / (longest * _advance(11.0)) * 11.0 - 0.2))


def _caption(
    axes: Axes,
    reading: Any,
    reference: str | None,
    at: tuple[float, float],
    width: float,
    size: float,
) -> None:
    """Write a reading, cut where it is too long, and its confidence at the right."""
    text, confidence = text_and_confidence(reading)
    left, middle = at
    pairs = [(c, c) for c in text] if reference is None else align(reference, text)
    most = int((width - _METER) / _advance(size))
    if len(pairs) > most:
        pairs = [*pairs[: most - 1], ("…", "…")]
    _write(axes, pairs, left, middle, size)
    if not text:
        axes.text(left, middle, "nothing read", color=PALE, va="center", size=9, style="italic")
    if confidence is not None:
        _meter(axes, confidence, left + width - _METER + 12, middle)


@lru_cache(maxsize=64)
def _advance(size: float) -> float:
    """Measure how many pixels a fixed-width character of this size takes, hinting included."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.font_manager import FontProperties

    renderer = FigureCanvasAgg(new_figure(1, 1)).get_renderer()
    font = FontProperties(family=_MONO["family"], size=size)
    short, long = (
        renderer.get_text_width_height_descent("m" * count, font, False)[0] for count in (10, 110)
    )
    return (long - short) / 100


def _write(
    axes: Axes, pairs: list[tuple[str, str]], left: float, middle: float, size: float
) -> None:
    advance = _advance(size)
    right = "".join(read if right == read else " " for right, read in pairs)
    axes.text(left, middle, right.rstrip(), size=size, color=INK, **_MONO)
    for index, (expected, read) in enumerate(pairs):
        if expected == read:
            continue
        start = left + index * advance
        color = COLORS["blue"] if read == GAP else COLORS["vermilion"]
        if read != GAP:
            axes.text(start, middle, read, size=size, color=color, weight="bold", **_MONO)
        low = middle + size * 0.95
        axes.plot([start + 0.5, start + advance - 0.5], [low, low], color=color, linewidth=1.8)


def _meter(axes: Axes, confidence: float, left: float, middle: float) -> None:
    axes.plot([left, left + 44], [middle, middle], color=GRID, linewidth=5, solid_capstyle="butt")
    filled = [left, left + 44 * min(1.0, max(0.0, confidence))]
    color = confidence_color(confidence)
    axes.plot(filled, [middle, middle], color=color, linewidth=5, solid_capstyle="butt")
    axes.text(left + 51, middle, f"{confidence:.2f}", color=PALE, size=9, va="center")


def _box(axes: Axes, box: Any, scale: float, label: int) -> None:
    from matplotlib.patches import Rectangle

    left, top = _MARGIN + 14 + box.left * scale, _MARGIN + box.top * scale
    width, height = (box.right - box.left) * scale, (box.bottom - box.top) * scale
    color = COLORS["blue"]
    axes.add_patch(
        Rectangle((left, top), width, height, edgecolor=color, facecolor=color + "14", lw=1.1)
    )
    at = (_MARGIN + 7, top + height / 2)
    axes.text(*at, str(label), color=color, size=9, ha="right", va="center", weight="bold")


def _height_of(boxes: Sequence[Any], index: int, scale: float, count: int, height: float) -> float:
    """Put a reading beside its box where the boxes leave room, else spread them evenly."""
    tops = [_MARGIN + (box.top + box.bottom) / 2 * scale for box in boxes]
    steps = [after - before for before, after in pairwise(tops)]
    if all(step >= 18 for step in steps):
        return tops[index]
    return _MARGIN + (index + 0.5) * (height - 2 * _MARGIN) / count


def _facts(count: int, noun: str, readings: Sequence[Any]) -> str:
    plural = {"box": "boxes", "line": "lines"}[noun] if count != 1 else noun
    text = f"{count} {plural}"
    found = [text_and_confidence(reading)[1] for reading in readings]
    known = [confidence for confidence in found if confidence is not None]
    if known:
        text += f", confidence {min(known):.2f} to {max(known):.2f}"
    return text
