"""What a photo adds to a sheet: the dark table around it is painted over, soft shadows lifted."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

#: Longest side of the coarse copy on which the sheet is looked for.
_COARSE = 256
#: The sheet is this many times brighter than what lies right outside its edge.
_RATIO = 1.7
#: Shadows are looked for on a copy thinned so many times, on images of at least so many pixels.
_THIN, _SMALLEST = 4, 160


def clear_surroundings(grey: Grey) -> Grey:
    """Paint over what lies around a bright sheet of paper on a dark ground.

    Nothing is changed unless one bright, compact sheet ends at a sharp edge against a much darker
    surrounding that reaches the sides of the photo: a shadow across a page fades, and stays.

    Args:
        grey: (H, W) grey pixels, 0..255.

    Returns:
        The photo with only the sheet, its paper carried on to the sides; the same array if
        there is no such sheet.

    Example:
        >>> photo = np.full((200, 300), 40, np.uint8)
        >>> photo[30:170, 40:260] = 220
        >>> int(clear_surroundings(photo).min())
        220
    """
    height, width = grey.shape
    step = max(height, width) / _COARSE
    if min(height, width) / max(step, 1.0) < 24:
        return grey
    step = max(step, 1.0)
    size = (round(width / step), round(height / step))
    coarse = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    sheet = _find_sheet(np.asarray(coarse, dtype=np.uint8))
    if sheet is None:
        return grey
    inner = cv2.erode(sheet, np.ones((5, 5), np.uint8), borderValue=(1,)).astype(np.float32)
    # Paper carried outwards: the mean of the sheet's own light, weighted by nearness.
    light = cv2.GaussianBlur(coarse * inner, (0, 0), 20.0)
    weight = cv2.GaussianBlur(inner, (0, 0), 20.0)
    mean = float((coarse * inner).sum() / inner.sum())
    paper = (light + 1e-3 * mean) / (weight + 1e-3)
    full = (width, height)
    alpha = cv2.resize(inner, full, interpolation=cv2.INTER_LINEAR)
    outside = cv2.resize(paper.astype(np.float32), full, interpolation=cv2.INTER_LINEAR)
    mixed = np.where(alpha > 0.5, grey, outside)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), dtype=np.uint8)


def lift_shadows(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Take out of an ink map whatever is much wider than a pen stroke.

    Args:
        ink: (H, W) ink in 0..1.

    Returns:
        (H, W) ink in 0..1; the same array if it holds nothing wide, or is too small to tell.

    Example:
        >>> shadow = np.full((400, 400), 0.5, np.float32)
        >>> float(lift_shadows(shadow).max())
        0.0
    """
    height, width = ink.shape
    if min(height, width) < _SMALLEST:
        return ink
    size = (width // _THIN, height // _THIN)
    coarse = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    side = int(np.clip(min(height, width) / 16, 16, 60)) // _THIN
    wide = cv2.morphologyEx(coarse, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if float(wide.max()) < 0.1:
        return ink
    wide = cv2.resize(cv2.blur(wide, (3, 3)), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(ink - wide, 0.0, 1.0), dtype=np.float32)


def _find_sheet(coarse: Grey) -> Grey | None:
    """0/1 mask of the one bright sheet on a coarse picture, or None."""
    _, bright = cv2.threshold(coarse, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    share = float(bright.mean())
    if not 0.2 < share < 0.97:
        return None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if count > 1 else 0
    if largest == 0 or stats[largest, cv2.CC_STAT_AREA] < 0.2 * coarse.size:
        return None
    outlines, _ = cv2.findContours(
        (labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    hull = cv2.convexHull(max(outlines, key=len))
    sheet = np.zeros(coarse.shape, np.uint8)
    cv2.fillConvexPoly(sheet, hull, (1,))
    if stats[largest, cv2.CC_STAT_AREA] < 0.9 * sheet.sum():
        return None  # not compact: light between dark things, not a sheet
    return sheet if _has_sharp_edge(coarse, sheet) else None


def _has_sharp_edge(coarse: Grey, sheet: Grey) -> bool:
    """Whether the light falls steeply all along the sheet's edge within the picture."""
    reach = np.ones((7, 7), np.uint8)
    around = cv2.dilate(sheet, reach) - cv2.dilate(sheet, np.ones((3, 3), np.uint8))
    inside = cv2.erode(sheet, np.ones((3, 3), np.uint8), borderValue=(1,))
    local = cv2.dilate(
        np.where(inside > 0, coarse, 0).astype(np.uint8), np.ones((15, 15), np.uint8)
    )
    ring = around > 0
    if int(ring.sum()) < 40 or not _reaches_sides(sheet):
        return False
    steep = local[ring].astype(np.float32) > _RATIO * np.maximum(coarse[ring], 1)
    return float(steep.mean()) > 0.85


def _reaches_sides(sheet: Grey) -> bool:
    """Whether the surroundings touch at least an eighth of the picture's rim."""
    rim = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    return float((rim == 0).mean()) > 0.125
