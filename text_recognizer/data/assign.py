"""Which stroke belongs to which line: whole pieces by where their body lies, ties cut at a seam."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from text_recognizer.data.furniture import Strokes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Share of the way down to the next line at which a dot or comma changes hands. Dots and accents
#: stand higher above their line than commas hang below theirs.
_DOT_SHARE = 0.45


def assign_strokes(strokes: Strokes, curves: Floats) -> npt.NDArray[np.int32]:
    """Give every written pixel to a line.

    Args:
        strokes: the writing of a page.
        curves: (n, W) row of the middle of each line, top line first.

    Returns:
        (H, W) number of the line, 1..n, and 0 on paper.
    """
    result = np.zeros(strokes.labels.shape, dtype=np.int32)
    if not len(curves):
        return result
    rows, columns = np.nonzero(strokes.labels)
    pieces = strokes.labels[rows, columns].astype(np.int64)
    middles = 0.5 * (curves[:-1] + curves[1:])
    zones = np.zeros(len(rows), dtype=np.int64)
    for middle in middles:
        zones += rows > middle[columns]
    count, n = len(strokes.boxes), len(curves)
    body = np.abs(rows - curves[zones, columns]) <= 0.6 * strokes.body
    cells = pieces * n + zones
    ink = np.bincount(cells, minlength=count * n).reshape(count, n)
    core = np.bincount(cells[body], minlength=count * n).reshape(count, n)
    owner = np.argmax(ink + 2 * core, axis=1)
    _place_dots(owner, strokes, core, curves)
    lines = owner[pieces]
    for piece in _spanning(strokes, core, curves):
        here = np.nonzero(pieces == piece)[0]
        lines[here] = _cut(rows[here], columns[here], zones[here], body[here], curves, strokes)
    result[rows, columns] = lines + 1
    return result


def _place_dots(owner: Ints, strokes: Strokes, core: Ints, curves: Floats) -> None:
    """Move small pieces that touch no body to the line they were written for, in place."""
    if len(curves) < 2:
        return
    boxes = strokes.boxes
    small = (boxes[:, 3] < 0.9 * strokes.body) & (core.sum(axis=1) < 0.5 * boxes[:, 4])
    small[0] = False
    for piece in np.nonzero(small)[0]:
        left, top, width, height, _ = boxes[piece]
        row, column = top + height / 2.0, min(int(left + width / 2), curves.shape[1] - 1)
        below = int(np.searchsorted(curves[:, column], row))
        if 0 < below < len(curves):
            upper, lower = curves[below - 1, column], curves[below, column]
            share = (row - upper) / max(1e-6, lower - upper)
            owner[piece] = below - 1 if share < _DOT_SHARE else below


def _spanning(strokes: Strokes, core: Ints, curves: Floats) -> list[int]:
    """Pieces tall enough, and with enough body ink in two lines, to be writing of both."""
    if len(curves) < 2:
        return []
    pitch = float(np.median(np.diff(curves, axis=0)))
    enough = core > 2.0 * strokes.pen * strokes.body * 0.5
    tall = strokes.boxes[:, 3] > 0.7 * pitch
    tall[0] = False
    return [int(k) for k in np.nonzero(tall & (enough.sum(axis=1) > 1))[0]]


def _cut(
    rows: Ints, columns: Ints, zones: Ints, body: npt.NDArray[np.bool_], curves: Floats,
    strokes: Strokes,
) -> Ints:
    """Lines of the pixels of one piece that may span several lines."""
    left, width = int(columns.min()), int(columns.max() - columns.min()) + 1
    held = []
    for line in np.unique(zones):
        letters = np.unique(columns[body & (zones == line)]).size
        if letters >= 1.1 * strokes.body or letters >= 0.8 * width:
            held.append(int(line))
    if len(held) < 2:
        ink = np.bincount(zones, minlength=len(curves)) + 2 * np.bincount(
            zones[body], minlength=len(curves)
        )
        return np.full(len(rows), int(np.argmax(ink)), dtype=np.int64)
    result = np.full(len(rows), held[0], dtype=np.int64)
    for upper, lower in zip(held[:-1], held[1:], strict=True):
        seam = _seam(rows, columns - left, width, curves[[upper, lower], left : left + width])
        result[rows > seam[columns - left]] = lower
    return result


def _seam(rows: Ints, columns: Ints, width: int, pair: Floats) -> Floats:
    """Path of least ink from side to side between two line middles: its row in each column."""
    top = int(np.floor(pair[0].min()))
    depth = max(2, int(np.ceil(pair[1].max())) - top + 1)
    cost = np.zeros((depth, width))
    inside = (rows >= top) & (rows < top + depth)
    cost[rows[inside] - top, columns[inside]] = 1.0
    level = (np.arange(depth)[:, None] + top - pair[0]) / np.maximum(1.0, pair[1] - pair[0])
    cost += 0.6 * (level - 0.5) ** 2
    cost[(level < 0.05) | (level > 0.95)] = 4.0
    total = cost.copy()
    for x in range(1, width):
        before = total[:, x - 1]
        best = before.copy()
        np.minimum(best[1:], before[:-1], out=best[1:])
        np.minimum(best[:-1], before[1:], out=best[:-1])
        total[:, x] += best
    path = np.empty(width)
    y = int(np.argmin(total[:, -1]))
    for x in range(width - 1, -1, -1):
        path[x] = y
        if x:
            low, high = max(0, y - 1), min(depth, y + 2)
            y = low + int(np.argmin(total[low:high, x - 1]))
    return path + top
