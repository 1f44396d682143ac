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
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.segmentation.assign import assign_strokes
from text_recognizer.data.segmentation.furniture import INK, find_strokes
from text_recognizer.data.segmentation.paper import clear_surroundings, lift_shadows
from text_recognizer.data.segmentation.scale import trace_lines
from text_recognizer.data.segmentation.skew import added_rows, find_slope, shear

#: Pages of more pixels are scaled down first; fine writing is then looked at again, larger.
WORK_PIXELS = 1_100_000
FINE_PIXELS = 6_000_000
#: Small letters lower than this, in pixels, count as fine writing.
_FINE_BODY = 14.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """One written line of a page.

    Attributes:
        image: the line alone, straightened: black on white, other lines' ink removed.
        box: the smallest upright box on the page around the line's ink, in page pixels.
        left: column of the page at which the image starts.
        scale: columns of the page per column of the image, > 0.
    """

    image: LineImage
    box: Box
    left: float
    scale: float

    def to_page(self, column: float) -> float:
        """The column of the page under a column of the image, not left of the page."""
        return max(0.0, self.left + column * self.scale)


@dataclass(frozen=True, kw_only=True, eq=False)
class LineMap:
    """Which pixel belongs to which line, on the levelled page.

    Attributes:
        ink: (H, W) ink in 0..1, sheared so that lines lie level.
        labels: (H, W) number of the line from the top, 1..n; 0 on paper.
        curves: (n, W) row of the middle of each line.
        body: height of small letters in pixels; 0.0 on a blank page.
        slope: slope taken out, in pixels down per pixel right.
        offset: a page point (x, y) lies at row y - slope * x + offset here.
    """

    ink: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int32]
    curves: npt.NDArray[np.float64]
    body: float
    slope: float
    offset: float

    def page_labels(self) -> npt.NDArray[np.int32]:
        """The line numbers on the page as it was before levelling, (H, W)."""
        height = self.labels.shape[0] - added_rows(self.labels.shape[1], self.slope)
        columns = np.arange(self.labels.shape[1])
        rows = np.arange(height)[:, None] - self.slope * columns + self.offset
        inside = np.clip(np.rint(rows), 0, self.labels.shape[0] - 1).astype(np.int64)
        return np.asarray(np.take_along_axis(self.labels, inside, axis=0))


def find_lines(page: PageImage | npt.NDArray[np.uint8]) -> list[Line]:
    """Find the written lines of a page, a paragraph or a line.

    One column of writing is assumed, upright to about ten degrees.

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
    scale = min(1.0, (WORK_PIXELS / pixels.size) ** 0.5)
    line_map = map_lines(_ink(pixels, scale))
    if scale < 1.0 and 0.0 < line_map.body < _FINE_BODY:
        wanted = scale * _FINE_BODY / line_map.body
        scale = min(1.0, wanted, (FINE_PIXELS / pixels.size) ** 0.5)
        line_map = map_lines(_ink(pixels, scale))
    return _lines(line_map, (pixels.shape[0], pixels.shape[1]))


def map_lines(ink: npt.NDArray[np.float32]) -> LineMap:
    """Give every written pixel of an ink map to a line.

    Args:
        ink: (H, W) ink in 0..1, 0 = paper.

    Returns:
        The levelled ink and its line numbers.

    Example:
        >>> map_lines(np.zeros((40, 90), np.float32)).labels.max()
        np.int32(0)
    """
    slope = find_slope(ink > INK)
    level, offset = shear(ink, slope)
    strokes = find_strokes(level, lean=-slope)
    labels = np.zeros(level.shape, dtype=np.int32)
    curves = np.zeros((0, level.shape[1]))
    if strokes.body > 0.0:
        strokes, curves = trace_lines(strokes)
    if len(curves):
        owners = assign_strokes(strokes, curves)
        curves = owners.curves
        labels[owners.rows, owners.columns] = owners.lines + 1
    return LineMap(
        ink=level, labels=labels, curves=curves, body=strokes.body, slope=slope, offset=offset
    )


def _ink(pixels: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.float32]:
    return lift_shadows(Preprocess().ink(clear_surroundings(_scaled(pixels, scale))))


def _scaled(pixels: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    if scale >= 1.0:
        return pixels
    height, width = pixels.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _lines(line_map: LineMap, page: tuple[int, int]) -> list[Line]:
    """Cut every line out of its map."""
    flat = np.flatnonzero(line_map.labels)
    if not flat.size:
        return []
    rows, columns = np.divmod(flat, line_map.labels.shape[1])
    numbers = line_map.labels.ravel()[flat]
    order = np.argsort(numbers, kind="stable")
    rows, columns, numbers = rows[order], columns[order], numbers[order]
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    found = []
    for y, x, k in zip(
        np.split(rows, cuts), np.split(columns, cuts), np.split(numbers, cuts), strict=True
    ):
        image, left = _cut_out(line_map, int(k[0]), y, x)
        box = _page_box(line_map, y, x, page)
        scale = page[1] / line_map.ink.shape[1]
        found.append(Line(image=image, box=box, left=left * scale, scale=scale))
    return found


def _cut_out(
    line_map: LineMap, number: int, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
) -> tuple[LineImage, int]:
    """One line straightened along its curve, alone on white; and its first column."""
    pad = max(2, round(0.3 * line_map.body))
    height, width = line_map.ink.shape
    left, right = max(0, int(columns.min()) - pad), min(width, int(columns.max()) + pad + 1)
    top, bottom = max(0, int(rows.min()) - pad), min(height, int(rows.max()) + pad + 1)
    window = (slice(top, bottom), slice(left, right))
    labels = line_map.labels[window]
    # The soft edge of a stroke is ink below the threshold: it belongs to the stroke beside it.
    halo = cv2.dilate((labels == number).astype(np.uint8), np.ones((5, 5), np.uint8))
    keep = (halo > 0) & ((labels == number) | (labels == 0))
    alone = np.where(keep, line_map.ink[window], np.float32(0))
    shifts = smooth_curve(line_map.curves[number - 1, left:right], line_map.body)
    shifts = shifts - shifts[columns - left].mean()
    level = rows - shifts[columns - left]
    first, last = int(np.floor(level.min())) - pad, int(np.ceil(level.max())) + pad + 1
    across = np.arange(right - left, dtype=np.float32)[None, :].repeat(last - first, axis=0)
    down = np.arange(first - top, last - top)[:, None] + shifts
    straight = cv2.remap(
        alone, across, down.astype(np.float32), cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(0,),
    )  # fmt: skip
    pixels = np.rint(255.0 * (1.0 - np.clip(straight, 0.0, 1.0))).astype(np.uint8)
    return LineImage(pixels), left


def smooth_curve(curve: npt.NDArray[np.float64], body: float) -> npt.NDArray[np.float64]:
    """Replace a traced middle by a polynomial, which bends with the line but not with a letter.

    Args:
        curve: (W,) rows.
        body: height of small letters in pixels, > 0.

    Returns:
        (W,) rows, of degree 1 for some words up to degree 3 for a long line.
    """
    if len(curve) < 3:
        return curve
    degree = int(np.clip(1 + len(curve) // (20.0 * body), 1, 3))
    x = np.linspace(-1.0, 1.0, len(curve))
    step = max(1, len(curve) // 200)
    return np.asarray(np.polyval(np.polyfit(x[::step], curve[::step], degree), x))


def _page_box(
    line_map: LineMap, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64],
    page: tuple[int, int],
) -> Box:  # fmt: skip
    """Upright box on the page around the ink of one line."""
    y = rows + line_map.slope * columns - line_map.offset
    work_height = line_map.ink.shape[0] - added_rows(line_map.ink.shape[1], line_map.slope)
    fy, fx = page[0] / work_height, page[1] / line_map.ink.shape[1]
    x0 = min(page[1] - 1, int(columns.min() * fx))
    y0 = int(np.clip(np.floor(y.min() * fy), 0, page[0] - 1))
    x1 = int(np.clip(np.ceil((columns.max() + 1) * fx), x0 + 1, page[1]))
    y1 = int(np.clip(np.ceil((y.max() + 1) * fy), y0 + 1, page[0]))
    return Box(x0, y0, x1, y1)
