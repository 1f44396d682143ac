"""Dots, accents, commas and full stops: small pieces between lines find the line they belong to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from text_recognizer.data.segmentation.furniture import Strokes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Shares of the way down to the next line: above the first a dot hangs from the upper line,
#: below the last it stands over the lower one; half way stands for no nearer letter at all.
_UPPER, _HALF, _LOWER = 0.25, 0.45, 0.7
#: How far around a dot letters are looked for, in letter bodies.
_REACH = 1.5
#: A page with more unclear dots than this is dust; the rest go by their height alone.
_MOST = 400


def place_dots(owner: Ints, strokes: Strokes, core: Ints, curves: Floats) -> Ints:
    """Move small pieces that touch no body to the line whose letters are nearest.

    A full stop stands close to the letter before it and a dot close to the stem under it, closer
    than to letters of the other line; so nearness decides where height alone does not.

    Args:
        owner: (pieces,) line of each piece, from 0.
        strokes: the writing of a page.
        core: (pieces, n) pixels of each piece within the body of each line.
        curves: (n, W) row of the middle of each line, top line first.

    Returns:
        (pieces,) line of each piece, with dots moved.
    """
    boxes = strokes.boxes
    small = (boxes[:, 3] < 0.9 * strokes.body) & (core.sum(axis=1) < 0.5 * boxes[:, 4])
    small[0] = False
    dots = np.flatnonzero(small)
    if len(curves) < 2 or not dots.size:
        return owner
    left, top, width, height, _ = boxes[dots].T.astype(np.float64)
    rows = top + height / 2.0
    columns = np.minimum((left + width / 2.0).astype(np.int64), curves.shape[1] - 1)
    below = (curves[:, columns] < rows).sum(axis=0)
    between = (below > 0) & (below < len(curves))
    dots, rows, columns, below = (v[between] for v in (dots, rows, columns, below))
    upper, lower = curves[below - 1, columns], curves[below, columns]
    share = (rows - upper) / np.maximum(lower - upper, 1.0)
    placed: Ints = owner.copy()
    placed[dots] = np.where(share < _HALF, below - 1, below)
    letters = np.where(small, -1, owner)
    letters[0] = -1
    unclear = np.flatnonzero((share > _UPPER) & (share < _LOWER))
    for k in unclear[:_MOST]:
        above, under = _distances(strokes, letters, int(dots[k]), int(below[k]))
        if above != under:
            placed[dots[k]] = below[k] - 1 if above < under else below[k]
    return placed


def _distances(strokes: Strokes, letters: Ints, dot: int, below: int) -> tuple[float, float]:
    """Pixels from a dot to the nearest letter of the line above and of the line below.

    A full stop stands beside its letter and a dot over its stem: steps down from a letter of the
    upper line, and steps aside from a letter of the lower one, count double.
    """
    left, top, width, height, _ = (int(v) for v in strokes.boxes[dot])
    reach = int(_REACH * strokes.body)
    y, x = max(0, top - reach), max(0, left - reach)
    window = letters[strokes.labels[y : top + height + reach, x : left + width + reach]]
    result = []
    for line, aside, over in ((below - 1, 1.0, 2.0), (below, 2.0, 1.0)):
        rows, columns = np.nonzero(window == line)
        down = np.maximum(np.maximum(top - y - rows, rows - (top - y + height - 1)), 0)
        across = np.maximum(np.maximum(left - x - columns, columns - (left - x + width - 1)), 0)
        result.append(float(np.hypot(over * down, aside * across).min()) if rows.size else np.inf)
    return result[0], result[1]
