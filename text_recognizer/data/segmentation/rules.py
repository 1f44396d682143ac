"""Removal of what is ruled rather than written: printed lines, margins, page edges."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from text_recognizer.data.segmentation.skew import added_rows, shear

Mask = npt.NDArray[np.uint8]

#: Part of a run that must be ink for it to count as a rule: rules break in print and in shadow,
#: and a line of joined writing covers about half of any row.
_COVERAGE = 0.8
#: Columns that are looked at together.
_BLOCK = 8
#: A rule is at least so many times longer than thick; the stem of a letter or a dash is not.
_SLENDER = 36


def remove_rules(ink: Mask, *, lean: float = 0.0, share: float = 0.2, shortest: int = 80) -> Mask:
    """Take long straight lines out of an ink mask, and leave the strokes that cross them.

    A rule is ink that runs on over a large part of the page, thin, and within about a degree of
    level (or of plumb). Where a stroke crosses it the ink is thicker than the rule, and stays.

    Args:
        ink: (H, W) mask, nonzero on ink.
        lean: how upright rules lean, in pixels right per pixel down.
        share: part of the page's width that a level rule covers in one run, 0..0.4; an upright
            rule covers two and a half times this part of its height.
        shortest: shortest rule in pixels.

    Returns:
        (H, W) mask of 0 and 1 without the rules.

    Example:
        >>> page = np.zeros((60, 400), dtype=np.uint8)
        >>> page[30, :] = 1
        >>> int(remove_rules(page).sum())
        0
    """
    mask = (ink > 0).astype(np.uint8)
    height, width = mask.shape
    level = max(shortest, int(share * width))
    if width > level:
        mask = _remove_level(mask, level)
    # Margins run down most of a page, and no letter does, except in a picture of one word.
    plumb = max(shortest, int(2.5 * share * height), int(0.1 * width))
    if height > plumb:
        # On a tall strip the shear would cost more memory than it could ever find rules.
        leans = {0.0, lean if added_rows(height, lean) <= width else 0.0}
        for each in sorted(leans):
            sheared, offset = shear(np.ascontiguousarray(mask.T), each, smooth=False)
            found = np.where(_remove_level(sheared, plumb) > 0, 0, sheared).astype(np.uint8)
            if found.any():
                mask[_unshear(found, each, offset, (height, width)).T > 0] = 0
    return np.ascontiguousarray(mask)


def _unshear(found: Mask, slope: float, offset: float, shape: tuple[int, int]) -> Mask:
    """Bring pixels found on a sheared, transposed mask back, (W, H)."""
    height, width = shape
    back = np.array([[1.0, 0.0, 0.0], [slope, 1.0, -offset]])
    moved = cv2.warpAffine(found, back, (height, width), flags=cv2.INTER_NEAREST)
    # Rounding to whole pixels twice may leave an edge of the rule behind.
    grown = cv2.dilate(moved, np.ones((2, 1), np.uint8)) if slope else moved
    return np.asarray(grown, dtype=np.uint8)


def _remove_level(mask: Mask, length: int) -> Mask:
    """Remove nearly level rules of at least `length` pixels from a 0/1 mask."""
    # One row of slack above and below lets a rule that steps every few pixels pass as one run.
    slack = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    # Runs are long: blocks of eight columns show them as well, at an eighth of the cost.
    height, width = mask.shape
    blocks = -(-width // _BLOCK)
    slack = cv2.copyMakeBorder(slack, 0, 0, 0, blocks * _BLOCK - width, cv2.BORDER_REPLICATE)
    coarse = cv2.resize(slack * np.float32(1), (blocks, height), interpolation=cv2.INTER_AREA)
    window = (max(1, length // _BLOCK), 1)
    run = cv2.boxFilter(coarse, cv2.CV_32F, window, borderType=cv2.BORDER_REPLICATE)
    dense = (run >= _COVERAGE).astype(np.uint8)
    if not dense.any():
        return mask
    spread = cv2.boxFilter(
        dense, cv2.CV_32F, window, normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    runs = (spread > 0.5).astype(np.uint8).repeat(_BLOCK, axis=1)[:, :width] & mask
    thickness = _typical_run(runs)
    if thickness > max(6, mask.shape[0] // 60):
        return mask  # a band this thick is a shape, not a rule
    if length < _SLENDER * thickness:
        return _remove_level(mask, _SLENDER * thickness) if mask.shape[1] > length else mask
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickness + 3, 1), np.uint8))
    return np.where((runs > 0) & (tall == 0), 0, mask).astype(np.uint8)


def _typical_run(mask: Mask) -> int:
    """Median height in pixels of the vertical runs of a 0/1 mask."""
    padded = np.pad(mask, ((1, 1), (0, 0))).astype(np.int8)
    steps = np.diff(padded, axis=0).T
    starts = np.nonzero(steps == 1)[1]
    ends = np.nonzero(steps == -1)[1]
    return int(np.median(ends - starts)) if starts.size else 0
