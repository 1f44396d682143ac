"""The right scale for tracing: if lines found run close through letters, letters are larger."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from text_recognizer.data.segmentation.furniture import Mask, Strokes
from text_recognizer.data.segmentation.ridges import trace_ridges

Floats = npt.NDArray[np.float64]

#: Letters are tried this many times larger, at most so often.
_STEP, _TRIES = 1.6, 3
#: Ink between lines, against ink in their middles, below which a tracing is taken as it is.
_CLEAN = 0.1


def trace_lines(strokes: Strokes) -> tuple[Strokes, Floats]:
    """Trace the lines of a page at the scale that cuts fewest letters.

    Broken strokes (hairlines, dry pens) make letters look smaller than they are, and lines found
    at too small a scale run through tops and bottoms of letters: much ink then lies half way
    between two lines. A larger scale is taken where that halves this ink.

    Args:
        strokes: the writing of a page, `body` > 0.

    Returns:
        The strokes, with `body` corrected, and the (n, W) row of the middle of each line.
    """
    mask = strokes.mask
    body, curves = strokes.body, _trace(mask, strokes.body)
    share = ink_between(mask, curves, body)
    for _ in range(_TRIES):
        if share < _CLEAN:
            break
        larger = _trace(mask, body * _STEP)
        less = ink_between(mask, larger, body)
        if less > 0.5 * share or not len(larger):
            break
        body, curves, share = body * _STEP, larger, less
    return replace(strokes, body=body), curves


def _trace(mask: Mask, body: float) -> Floats:
    return np.array(trace_ridges(mask, body)).reshape(-1, mask.shape[1])


def ink_between(mask: Mask, curves: Floats, body: float) -> float:
    """Ink half way between lines as a share of the ink in their middles.

    Args:
        mask: (H, W) mask of 0 and 1.
        curves: (n, W) row of the middle of each line, top line first.
        body: height of small letters in pixels.

    Returns:
        0.0 where lines are clear of each other, near 1.0 where they run through one text.

    Example:
        >>> ink_between(np.ones((40, 9), np.uint8), np.array([[10.0] * 9, [30.0] * 9]), 8.0)
        0.5
    """
    middles = _ink_along(mask, curves, 0.4 * body)
    if len(curves) < 2 or middles == 0.0:
        return 0.0
    return _ink_along(mask, 0.5 * (curves[:-1] + curves[1:]), 0.2 * body) / middles


def _ink_along(mask: Mask, curves: Floats, reach: float) -> float:
    """Mean ink on five parallels of each curve, summed over the curves."""
    columns = np.arange(mask.shape[1])
    total = 0.0
    for shift in np.linspace(-reach, reach, 5):
        rows = np.clip(np.rint(curves + shift), 0, mask.shape[0] - 1).astype(np.int64)
        total += float(mask[rows, columns].mean(axis=1).sum()) / 5.0
    return total
