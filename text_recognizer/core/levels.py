"""Arrays of any common type to grey levels: what the numbers of an image array mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import ImageError

MAX_PIXELS = 64_000_000
# Colour is mixed in strips of so many pixels: a large scan must not take gigabytes.
_STRIP = 1_000_000


def check_size(height: int, width: int, what: str) -> None:
    """Refuse empty and huge images by their declared size, before any pixel is decoded.

    Args:
        height: Rows, px.
        width: Columns, px.
        what: The subject of the message, such as "the array".

    Raises:
        ImageError: If a side is below 1 or there are more than ``MAX_PIXELS`` pixels.

    Example:
        >>> check_size(48, 900, "the line")
    """
    if height < 1 or width < 1:
        raise ImageError(
            f"an image needs at least one pixel; {what} is {width}x{height} px (width x height); "
            "check the crop or the file"
        )
    if height * width > MAX_PIXELS:
        raise ImageError(
            f"an image may have at most {MAX_PIXELS:,} pixels; {what} is {width}x{height} px, "
            f"{height * width:,} pixels; scale it down or crop it"
        )


def array_to_grey(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Check the axes, bring the values to 0..255, then colour to grey, alpha on white.

    Args:
        array: (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA; the types and ranges of
            :func:`~text_recognizer.core.pixels.load_grey`.

    Returns:
        A new uint8 array (H, W).

    Raises:
        ImageError: For other shapes, types or values, NaN, and empty or huge arrays.

    Source:
        ITU-R BT.601 luma, in Pillow's fixed-point form.

    Example:
        >>> array_to_grey(np.array([[[255, 0, 0]]]))
        array([[76]], dtype=uint8)
    """
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ImageError(
            "an image array has shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4); received shape "
            f"{array.shape}; drop the batch axis and move the channels last"
        )
    check_size(array.shape[0], array.shape[1], "the array")
    levels = _to_levels(array)
    if levels.ndim == 2:
        return levels
    if levels.shape[2] == 1:
        grey_only: NDArray[np.uint8] = levels[:, :, 0].copy()
        return grey_only
    grey = np.empty(levels.shape[:2], dtype=np.uint8)
    rows = max(1, _STRIP // levels.shape[1])
    for top in range(0, len(levels), rows):
        grey[top : top + rows] = _mix(levels[top : top + rows])
    return grey


def _mix(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB or RGBA levels to grey levels, four bytes to a number while it lasts."""
    red, green, blue = (colours[:, :, channel].astype(np.uint32) for channel in range(3))
    # The fixed-point form that Pillow uses, so that files and arrays give equal pixels.
    grey = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16
    if colours.shape[2] == 4:
        alpha = colours[:, :, 3].astype(np.uint32)
        grey = (grey * alpha + 255 * (255 - alpha) + 127) // 255
    result: NDArray[np.uint8] = grey.astype(np.uint8)
    return result


def _to_levels(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Values of any accepted type as new uint8 levels."""
    kind = array.dtype.kind
    if kind == "b":
        return np.where(array, 255, 0).astype(np.uint8)
    if array.dtype == np.uint8:
        return np.array(array, order="C")
    if kind not in "iuf":
        raise ImageError(
            "an image array holds bool, integers or floats; received dtype "
            f"{array.dtype}; convert it with array.astype('uint8')"
        )
    if kind == "f" and not np.isfinite(array).all():
        bad = array[~np.isfinite(array)]
        raise ImageError(
            f"pixel values must be finite; received {bad.size} that are not, the first {bad[0]}; "
            "replace them, for instance with numpy.nan_to_num"
        )
    low, high = float(array.min()), float(array.max())
    # Resizing in floats overshoots a little: without slack 1.0000001 would turn a page black.
    unit = 1.0 + 1e-3
    limit = 65535.0 if kind in "iu" else 255.0 * unit
    if low < (0 if kind in "iu" else -255e-3 if high > unit else -1e-3) or high > limit:
        raise ImageError(
            "pixel values lie in 0..255 or 0..65535 (integers), in 0..1 or 0..255 (floats); "
            f"received {low:g} to {high:g} ({array.dtype}); rescale them"
        )
    levels: NDArray[np.uint8]
    if kind == "f":
        scale = 255.0 if high <= unit else 1.0
        levels = np.clip(np.rint(array.astype(np.float32) * scale), 0, 255).astype(np.uint8)
    elif array.dtype == np.uint16 or high > 255:
        levels = ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    else:
        levels = array.astype(np.uint8)
    return levels
