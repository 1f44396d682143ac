"""Page to lines: find the written lines of a page and cut each out, level and alone.

The page is flattened to ink, sheared level, cleared of rules and specks; each line's middle is
traced as a curve; strokes are given to lines whole where possible; and each line is cut out along
its curve with all other ink turned to paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.core.images import Box, LineImage, PageImage
from text_recognizer.data.assign import assign_strokes
from text_recognizer.data.furniture import Strokes, find_strokes
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.ridges import trace_ridges
from text_recognizer.data.skew import find_slope, shear

#: A page with more pixels is scaled down before anything else is done.
WORK_PIXELS = 3_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """One written line of a page.

    Attributes:
        image: the line alone, straightened: black on white, other lines' ink removed.
        box: the smallest upright box on the page around the line's ink, in page pixels.
    """

    image: LineImage
    box: Box


@dataclass(frozen=True, kw_only=True, eq=False)
class LineMap:
    """Which pixel belongs to which line, on the levelled page.

    Attributes:
        ink: (H, W) ink in 0..1, sheared so that lines lie level.
        labels: (H, W) number of the line from the top, 1..n; 0 on paper.
        curves: (n, W) row of the middle of each line.
        body: height of small letters in pixels.
        slope: slope taken out, in pixels down per pixel right.
        offset: a page point (x, y) lies at row y - slope * x + offset here.
    """

    ink: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int32]
    curves: npt.NDArray[np.float64]
    body: float
    slope: float
    offset: float


def find_lines(page: PageImage | npt.NDArray[np.uint8]) -> list[Line]:
    """Find the written lines of a page, a paragraph or a line.

    Args:
        page: the image, or (H, W) grey pixels 0..255.

    Returns:
        The lines from the top down; empty on a page without writing.

    Raises:
        ImageError: if an array is not uint8 of shape (H, W), or is empty.

    Example:
        >>> find_lines(np.full((100, 300), 255, dtype=np.uint8))
        []
    """
    pixels = page.pixels if isinstance(page, PageImage) else PageImage(page).pixels
    height, width = pixels.shape
    scale = min(1.0, (WORK_PIXELS / (height * width)) ** 0.5)
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    line_map = map_lines(Preprocess().ink(pixels))
    found = []
    for number, left, top, right, bottom in _extents(line_map.labels):
        image = _cut_out(line_map, number, left, right)
        box = _page_box(line_map, number, (left, top, right, bottom), pixels.shape, (height, width))
        found.append(Line(image=image, box=box))
    return found


def map_lines(ink: npt.NDArray[np.float32]) -> LineMap:
    """Give every written pixel of an ink map to a line.

    Args:
        ink: (H, W) ink in 0..1, 0 = paper.

    Returns:
        The levelled ink and its line numbers.
    """
    slope = find_slope(ink > 0.35)
    level, offset = shear(ink, slope)
    level = np.asarray(level, dtype=np.float32)
    strokes = find_strokes(level)
    if strokes.body == 0.0:
        empty = np.zeros(level.shape, dtype=np.int32)
        none = np.zeros((0, level.shape[1]))
        return LineMap(ink=level, labels=empty, curves=none, body=0.0, slope=slope, offset=offset)
    curves = np.array(trace_ridges(strokes.mask, strokes.body)).reshape(-1, level.shape[1])
    labels = assign_strokes(strokes, curves)
    curves, labels = _drop_squeezed(strokes, curves, labels)
    return LineMap(
        ink=level, labels=labels, curves=curves, body=strokes.body, slope=slope, offset=offset
    )


def _drop_squeezed(
    strokes: Strokes, curves: npt.NDArray[np.float64], labels: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Dissolve lines that hold little ink and stand too close to a fuller one."""
    while len(curves) > 1:
        ink = np.bincount(labels.ravel(), minlength=len(curves) + 1)[1:].astype(np.float64)
        columns = [np.nonzero((labels == k + 1).any(axis=0))[0] for k in range(len(curves))]
        pitch = float(np.median(np.diff(curves, axis=0).mean(axis=1)))
        worst, weakest = -1, np.inf
        for k, xs in enumerate(columns):
            near = [j for j in (k - 1, k + 1) if 0 <= j < len(curves)]
            if not xs.size:
                worst, weakest = k, -1.0
                break
            for j in near:
                gap = float(np.abs(curves[k, xs] - curves[j, xs]).mean())
                limit = max(0.6 * pitch, 1.1 * strokes.body)
                if gap < limit and ink[k] < 0.4 * ink[j] and ink[k] < weakest:
                    worst, weakest = k, ink[k]
        if worst < 0:
            break
        curves = np.delete(curves, worst, axis=0)
        labels = assign_strokes(strokes, curves)
    return curves, labels


def _extents(labels: npt.NDArray[np.int32]) -> list[tuple[int, int, int, int, int]]:
    """(number, left, top, right, bottom) of the ink of each line that has any."""
    result = []
    for number in range(1, int(labels.max(initial=0)) + 1):
        mine = labels == number
        rows, columns = np.nonzero(mine.any(axis=1))[0], np.nonzero(mine.any(axis=0))[0]
        if rows.size:
            result.append(
                (number, int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
            )
    return result


def _cut_out(line_map: LineMap, number: int, left: int, right: int) -> LineImage:
    """Straighten one line along its curve, alone on white."""
    ink, labels = line_map.ink, line_map.labels
    pad = max(2, round(0.3 * line_map.body))
    left, right = max(0, left - pad), min(ink.shape[1], right + pad)
    curve = line_map.curves[number - 1, left:right]
    mine = (labels[:, left:right] == number).astype(np.uint8)
    # The soft edge of a stroke is ink below the threshold: it belongs to the stroke beside it.
    halo = cv2.dilate(mine, np.ones((5, 5), np.uint8))
    others = (labels[:, left:right] != number) & (labels[:, left:right] > 0)
    alone = np.where((halo > 0) & ~others, ink[:, left:right], np.float32(0))
    rows, columns = np.nonzero(mine)
    shifts = curve - curve.mean()
    level = rows - shifts[columns]
    top, bottom = int(np.floor(level.min())) - pad, int(np.ceil(level.max())) + pad + 1
    grid_x = np.broadcast_to(
        np.arange(right - left, dtype=np.float32), (bottom - top, right - left)
    )
    grid_y = (np.arange(top, bottom, dtype=np.float32)[:, None] + shifts).astype(np.float32)
    straight = cv2.remap(
        alone, np.ascontiguousarray(grid_x), grid_y, cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(0,),
    )
    return LineImage(np.rint(255.0 * (1.0 - np.clip(straight, 0.0, 1.0))).astype(np.uint8))


def _page_box(
    line_map: LineMap, number: int, extent: tuple[int, int, int, int],
    work: tuple[int, ...], page: tuple[int, int],
) -> Box:
    """Upright box on the page around the ink of one line."""
    left, top, right, bottom = extent
    rows, columns = np.nonzero(line_map.labels[top:bottom, left:right] == number)
    y = rows + top + line_map.slope * (columns + left) - line_map.offset
    fy, fx = page[0] / work[0], page[1] / work[1]
    x0 = min(page[1] - 1, int(np.floor(left * fx)))
    y0 = int(np.clip(np.floor(y.min() * fy), 0, page[0] - 1))
    x1 = int(np.clip(np.ceil(right * fx), x0 + 1, page[1]))
    y1 = int(np.clip(np.ceil((y.max() + 1) * fy), y0 + 1, page[0]))
    return Box(x0, y0, x1, y1)
