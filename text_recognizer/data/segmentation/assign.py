"""Which stroke belongs to which line: whole pieces by where their body lies, ties cut at a seam."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from text_recognizer.data.segmentation.dots import place_dots
from text_recognizer.data.segmentation.furniture import Strokes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: A page with more pieces over several lines than this is no page of writing: none is cut.
_MOST_CUTS = 200


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """The written pixels of a page, and how each piece of writing is spread over the lines.

    Attributes:
        rows: (p,) row of each written pixel.
        columns: (p,) its column.
        pieces: (p,) number of its connected piece.
        zones: (p,) the line whose middle is nearest, from 0.
        core: (p,) whether it lies within the body of that line.
        piece_ink: (pieces, n) pixels of each piece in each zone.
        piece_core: (pieces, n) the same, body pixels only.
    """

    rows: Ints
    columns: Ints
    pieces: Ints
    zones: Ints
    core: npt.NDArray[np.bool_]
    piece_ink: Ints
    piece_core: Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Owners:
    """The line of every written pixel.

    Attributes:
        curves: (n, W) row of the middle of each line, top line first.
        rows: (p,) row of each written pixel.
        columns: (p,) its column.
        lines: (p,) its line, from 0.
    """

    curves: Floats
    rows: Ints
    columns: Ints
    lines: Ints


def assign_strokes(strokes: Strokes, curves: Floats) -> Owners:
    """Give every written pixel to a line, and dissolve lines that are only parts of others.

    Args:
        strokes: the writing of a page.
        curves: (n, W) row of the middle of each line, top line first; n >= 1.

    Returns:
        The line of each pixel, and the curves that were kept.
    """
    flat = np.flatnonzero(strokes.labels)
    rows, columns = np.divmod(flat, strokes.labels.shape[1])
    pieces = strokes.labels.ravel()[flat].astype(np.int64)
    while True:
        shares = _share(strokes, curves, rows, columns, pieces)
        lines = _owners(strokes, curves, shares)
        doomed = _false_lines(strokes, curves, shares, lines)
        if not doomed:
            break
        curves = np.delete(curves, doomed, axis=0)
    written = [k for k in range(len(curves)) if not _is_rule(rows, columns, lines == k, strokes)]
    kept = np.isin(lines, written)
    return Owners(
        curves=curves[written],
        rows=rows[kept],
        columns=columns[kept],
        lines=np.searchsorted(written, lines[kept]),
    )


def _is_rule(rows: Ints, columns: Ints, mine: npt.NDArray[np.bool_], strokes: Strokes) -> bool:
    """Whether all ink of a line lies on one long thin curve: what is left of a broken rule."""
    y, x = rows[mine].astype(np.float64), columns[mine].astype(np.float64)
    length = np.ptp(x) if x.size else 0.0
    if length < 6.0 * strokes.body:
        return False
    x = (x - x.mean()) / length
    step = max(1, len(x) // 2000)
    rest = y - np.polyval(np.polyfit(x[::step], y[::step], 2), x)
    return bool(rest.std() < min(0.5 * strokes.pen, 0.2 * strokes.body))


def _share(strokes: Strokes, curves: Floats, rows: Ints, columns: Ints, pieces: Ints) -> Shares:
    """Count the ink of every piece in every line."""
    count, n = len(strokes.boxes), len(curves)
    zones = np.zeros(len(rows), dtype=np.int64)
    for middle in 0.5 * (curves[:-1] + curves[1:]):
        zones += rows > middle[columns]
    core = np.abs(rows - curves[zones, columns]) <= 0.6 * strokes.body
    cells = pieces * n + zones
    return Shares(
        rows=rows, columns=columns, pieces=pieces, zones=zones, core=core,
        piece_ink=np.bincount(cells, minlength=count * n).reshape(count, n),
        piece_core=np.bincount(cells[core], minlength=count * n).reshape(count, n),
    )  # fmt: skip


def _owners(strokes: Strokes, curves: Floats, shares: Shares) -> Ints:
    """The line of every pixel: that of its piece, unless the piece is writing of two lines."""
    owner: Ints = np.argmax(shares.piece_ink + 2 * shares.piece_core, axis=1)
    owner = place_dots(owner, strokes, shares.piece_core, curves)
    lines: Ints = owner[shares.pieces]
    spanning = _spanning(strokes, shares.piece_core, curves)
    if 0 < len(spanning) <= _MOST_CUTS:
        chosen = np.flatnonzero(np.isin(shares.pieces, spanning))
        chosen = chosen[np.argsort(shares.pieces[chosen], kind="stable")]
        cuts = np.flatnonzero(np.diff(shares.pieces[chosen])) + 1
        for piece, here in zip(spanning, np.split(chosen, cuts), strict=True):
            lines[here] = _cut(shares, here, curves, strokes, int(owner[piece]))
    return lines


def _false_lines(strokes: Strokes, curves: Floats, shares: Shares, lines: Ints) -> list[int]:
    """Lines, no two of them neighbours, that are only loops, dots or serifs of a neighbour."""
    n = len(curves)
    if n < 2:
        return []
    ink = np.bincount(lines, minlength=n)
    if not ink.all():
        return [int(k) for k in np.flatnonzero(ink == 0)]
    body = strokes.body
    pitch = float(np.median(np.diff(curves, axis=0).mean(axis=1)))
    # Ink of a line in pieces that lie mostly in it: a loop of a neighbour's letter has none.
    most = shares.piece_core.max(axis=1)
    mostly = most > 0.6 * shares.piece_core.sum(axis=1)
    best = np.argmax(shares.piece_core, axis=1)
    own = np.bincount(best[mostly], weights=most[mostly], minlength=n)
    letters = mostly & (strokes.boxes[:, 3] > 0.8 * body)
    tall = np.bincount(best[letters], weights=most[letters], minlength=n)
    total = shares.piece_core.sum(axis=0)
    doomed: list[int] = []
    for k in np.argsort(ink)[: max(1, n // 2)].tolist():
        support = np.unique(shares.columns[lines == k])
        narrow = support.size < 3.0 * body
        borrowed = own[k] < 0.3 * total[k] or tall[k] < 0.3 * total[k]
        limit = max(0.6 * pitch, 1.1 * body, 1.6 * body * narrow, 2.6 * body * borrowed)
        for j in (k - 1, k + 1):
            if not 0 <= j < n or ink[k] >= 0.4 * ink[j] or {k - 1, k + 1} & set(doomed):
                continue
            if float(np.abs(curves[k, support] - curves[j, support]).mean()) < limit:
                doomed.append(k)
                break
    return doomed


def _spanning(strokes: Strokes, core: Ints, curves: Floats) -> list[int]:
    """Pieces tall enough, and with enough body ink in two lines, to be writing of both."""
    if len(curves) < 2:
        return []
    pitch = float(np.median(np.diff(curves, axis=0)))
    enough = core > 0.7 * strokes.pen * strokes.body
    tall = strokes.boxes[:, 3] > 0.7 * pitch
    tall[0] = False
    return [int(k) for k in np.flatnonzero(tall & (enough.sum(axis=1) > 1))]


def _cut(shares: Shares, here: Ints, curves: Floats, strokes: Strokes, owner: int) -> Ints:
    """Lines of the pixels of one piece that may be writing of several lines."""
    rows, columns, zones = shares.rows[here], shares.columns[here], shares.zones[here]
    core = shares.core[here]
    left, width = int(columns.min()), int(columns.max() - columns.min()) + 1
    held = []
    for line in np.unique(zones).tolist():
        mine = core & (zones == line)
        if not mine.any():
            continue
        # A letter fills the body from top to foot; the tail or the stem of another line's letter
        # comes in from one side and stops short of the other.
        level = (rows[mine] - curves[line, columns[mine]]) / strokes.body
        whole = level.min() < -0.3 and level.max() > 0.3
        wide = np.unique(columns[mine]).size >= 1.6 * strokes.body
        if whole or wide:
            held.append(int(line))
    if len(held) < 2:
        return np.full(len(rows), owner, dtype=np.int64)
    result = np.full(len(rows), held[0], dtype=np.int64)
    for upper, lower in pairwise(held):
        seam = _seam(rows, columns - left, width, curves[[upper, lower], left : left + width])
        result[rows > seam[columns - left]] = lower
    return result


def _seam(rows: Ints, columns: Ints, width: int, pair: Floats) -> Floats:
    """Path of least ink from side to side between two line middles: its row in each column."""
    top = int(np.floor(pair[0].min()))
    depth = max(2, int(np.ceil(pair[1].max())) - top + 1)
    cost = np.zeros((width, depth))
    inside = (rows >= top) & (rows < top + depth)
    cost[columns[inside], rows[inside] - top] = 1.0
    span = np.maximum(1.0, pair[1] - pair[0])[:, None]
    level = (np.arange(depth) + top - pair[0][:, None]) / span
    cost += 0.6 * (level - 0.5) ** 2
    cost[(level < 0.05) | (level > 0.95)] = 4.0
    for x in range(1, width):
        before = cost[x - 1]
        best = before.copy()
        np.minimum(best[1:], before[:-1], out=best[1:])
        np.minimum(best[:-1], before[1:], out=best[:-1])
        cost[x] += best
    path = np.empty(width)
    y = int(np.argmin(cost[-1]))
    for x in range(width - 1, -1, -1):
        path[x] = y
        if x:
            low = max(0, y - 1)
            y = low + int(np.argmin(cost[x - 1, low : y + 2]))
    return path + top
