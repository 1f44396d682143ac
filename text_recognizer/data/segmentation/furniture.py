"""Ink that is not writing: specks, punched holes, dark edges; and how tall the letters are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.data.segmentation.rules import remove_rules

Mask = npt.NDArray[np.uint8]

#: Ink from which a pixel counts as written: hairlines of a broad pen are faint.
INK = 0.25
#: Ink that every piece of writing reaches somewhere.
_FIRM = 0.45
#: More pieces than a few, and lower than can be read, are grain (so is even one on a large page);
#: and so are many that lie too close.
_FEW, _READABLE = 12, 4.0
_MANY = 200
#: A pen so thin cannot ink so large a share of an image of more than so many pixels by writing.
_HATCH, _LARGE = (3.5, 0.33), 40_000
#: Pieces per pixel that no writing large enough to be read comes in.
_PIECES = 0.006


@dataclass(frozen=True, kw_only=True, eq=False)
class Strokes:
    """The written ink of a page, in connected pieces.

    Attributes:
        labels: (H, W) number of the piece that a pixel belongs to, 0 for paper.
        boxes: (n + 1, 5) left, top, width, height and ink of each piece; row 0 is the paper.
        body: height of small letters in pixels; 0.0 on a blank page.
        pen: width of a stroke in pixels; 0.0 on a blank page.
    """

    labels: npt.NDArray[np.int32]
    boxes: npt.NDArray[np.int32]
    body: float
    pen: float

    @property
    def mask(self) -> Mask:
        """(H, W) mask of 0 and 1."""
        return (self.labels > 0).astype(np.uint8)


def find_strokes(ink: npt.NDArray[np.float32], *, lean: float = 0.0) -> Strokes:
    """Take the writing out of an ink map, and leave rules, specks, holes and shadows.

    Args:
        ink: (H, W) ink in 0..1, lines nearly level.
        lean: how margins lean, in pixels right per pixel down.

    Returns:
        The pieces that may be writing; none where all ink is grain, as in a picture of noise.

    Example:
        >>> find_strokes(np.zeros((9, 9), np.float32)).body
        0.0
    """
    for threshold in (INK, _FIRM):
        # Grain that is fainter than the writing disappears at the firmer threshold.
        strokes = _strokes_above(ink, threshold, lean)
        if strokes is not None:
            return strokes
    nothing = np.zeros(ink.shape, dtype=np.int32)
    return Strokes(labels=nothing, boxes=np.zeros((1, 5), np.int32), body=0.0, pen=0.0)


def _strokes_above(ink: npt.NDArray[np.float32], threshold: float, lean: float) -> Strokes | None:
    """The pieces of ink above a threshold that may be writing; None if they are grain."""
    mask = remove_rules(peel_borders((ink > threshold).astype(np.uint8)), lean=lean)
    count, names, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels, boxes = np.asarray(names, dtype=np.int32), np.asarray(stats, dtype=np.int32)
    pen = pen_width(mask)
    if _is_grain(mask, count, pen):
        return None
    firm = np.bincount(labels[ink > _FIRM], minlength=count)
    drop = _specks(boxes, pen) | _frames(labels, boxes) | (firm == 0)
    body = letter_body(boxes[~drop], pen)
    drop |= _blobs(boxes, body, pen, mask.size) | _borders(boxes, body, mask.shape)
    drop[0] = False
    if drop.any():
        renamed = (np.cumsum(~drop) - 1).astype(np.int32)
        renamed[drop] = 0
        labels, boxes = renamed[labels], boxes[~drop]
    body = letter_body(boxes, pen)
    small = (len(boxes) > _FEW or mask.size > _LARGE) and body < _READABLE
    if small or (len(boxes) > _MANY and mask.size < 2.0 * body**2 * len(boxes)):
        return None
    return Strokes(labels=labels, boxes=boxes, body=body, pen=pen)


def _is_grain(mask: Mask, count: int, pen: float) -> bool:
    """Whether a mask is hatching or noise: too dense for so thin a pen, or in too many pieces."""
    dense = mask.size > _LARGE and pen < _HATCH[0] and float(mask.mean()) > _HATCH[1]
    return dense or (count > _MANY and count > _PIECES * mask.size)


def peel_borders(mask: Mask, *, deepest: float = 0.12) -> Mask:
    """Clear the rows and columns at the sides that are mostly ink: dark edges of a photo or scan.

    Args:
        mask: (H, W) mask of 0 and 1.
        deepest: share of the height (or width) that may be cleared at each side, 0..0.5.

    Returns:
        A copy of the mask without its dark edges.

    Example:
        >>> edge = np.zeros((50, 50), np.uint8); edge[:3] = 1; edge[20, 20] = 1
        >>> int(peel_borders(edge).sum())
        1
    """
    peeled: Mask = mask.copy()
    for axis in (0, 1):
        dark = mask.mean(axis=1 - axis) > 0.6
        limit = int(deepest * len(dark))
        for side in (dark, dark[::-1]):
            bright = np.flatnonzero(~side)
            depth = int(bright[0]) if bright.size else len(dark)
            if 0 < depth <= limit:
                # The edge of a shadow is ragged: two more rows go with it.
                cut = slice(0, depth + 2) if side is dark else slice(-depth - 2, None)
                peeled[(cut, slice(None)) if axis == 0 else (slice(None), cut)] = 0
    return peeled


def pen_width(mask: Mask) -> float:
    """Typical width of a stroke in pixels: twice the ink over the length of its outline."""
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT)
    ink, edge = int(mask.sum()), int(mask.sum()) - int(inner.sum())
    return 2.0 * ink / edge if edge else 0.0


def letter_body(boxes: npt.NDArray[np.int32], pen: float) -> float:
    """Height of small letters, from the heights of the pieces weighted by their ink.

    Words of joined letters are taller than their small letters by an ascender or a descender,
    and so are the capitals and digits of print: 0.58 of the median height fits both.
    """
    heights = boxes[1:, cv2.CC_STAT_HEIGHT].astype(np.float64)
    weights = boxes[1:, cv2.CC_STAT_AREA].astype(np.float64)
    if not heights.size:
        return 0.0
    order = np.argsort(heights)
    total = np.cumsum(weights[order])
    median = heights[order][int(np.searchsorted(total, total[-1] / 2.0))]
    return float(max(0.58 * median, 1.5 * pen, 3.0))


def _specks(boxes: npt.NDArray[np.int32], pen: float) -> npt.NDArray[np.bool_]:
    """Pieces much smaller than a full stop written with this pen."""
    size = np.maximum(boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT])
    return np.asarray((size < max(0.6 * pen, 2.5)) | (boxes[:, cv2.CC_STAT_AREA] < 0.3 * pen**2))


def _blobs(
    boxes: npt.NDArray[np.int32], body: float, pen: float, size: int
) -> npt.NDArray[np.bool_]:
    """Solid patches far thicker than the pen: punched holes, stains, thumbs."""
    width, height = boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT]
    fill = boxes[:, cv2.CC_STAT_AREA] / np.maximum(1, width * height)
    thin = np.minimum(width, height)
    # One solid shape over a quarter of a picture makes a pen as thick as itself.
    huge = (thin.astype(np.int64) ** 2 > size // 4) & (size > _LARGE)
    return np.asarray((fill > 0.62) & ((thin > 3.0 * pen) & (thin > 1.25 * body) | huge))


def _borders(
    boxes: npt.NDArray[np.int32], body: float, shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """Pieces that hug a side of the page, or are far too large for writing."""
    left, top, width, height = (boxes[:, k] for k in range(4))
    rows, columns = shape
    near = max(1, round(0.02 * min(rows, columns)))
    hugs_x = (left <= near) | (left + width >= columns - near)
    hugs_y = (top <= near) | (top + height >= rows - near)
    letter = body / 0.58
    tall = (height > 5.0 * letter) & (height > 2.0 * width)
    slender = (height > 2.5 * letter) & (height > 6.0 * width)
    upright = hugs_x & (tall | slender)
    lying = hugs_y & (width > 12.0 * letter) & (height < 0.5 * letter)
    return np.asarray(upright | lying)


def _frames(labels: npt.NDArray[np.int32], boxes: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Pieces that run along most of a side of the page and hold hardly any ink inside it."""
    rows, columns = labels.shape
    frames = np.zeros(len(boxes), dtype=bool)
    margin = max(2, round(0.06 * min(rows, columns)))
    left, top, width, height, _ = boxes.T
    touches = (left <= 1) | (top <= 1) | (left + width >= columns - 1) | (top + height >= rows - 1)
    large = (width > 0.5 * columns) | (height > 0.5 * rows)
    large[0] = False
    for piece in np.flatnonzero(touches & large):
        inside = labels[margin : rows - margin, margin : columns - margin] == piece
        frames[piece] = int(inside.sum()) < 0.2 * boxes[piece, 4]
    return frames
