"""Make an array of grey values from whatever a lab holds: a line, a page, an array, a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["fit", "grey", "text_and_confidence"]


def grey(source: Any) -> NDArray[np.uint8]:
    """Take the grey pixels out of an image of any kind.

    Args:
        source: An object with `pixels` (`LineImage`, `PageImage`) or `image` (`Sample`), a PIL
            image, or an array (H, W): uint8, or float in 0 to 1.

    Returns:
        uint8 (H, W).

    Raises:
        ValueError: It is none of these, or it has no pixels.
    """
    for name in ("image", "pixels"):
        source = getattr(source, name, source)
    if isinstance(source, Image.Image):
        source = source.convert("L")
    pixels = np.asarray(source)
    if pixels.dtype.kind == "f":
        pixels = np.clip(np.nan_to_num(pixels) * 255, 0, 255).round()
    if pixels.ndim != 2 or not pixels.size or pixels.dtype.kind not in "fuib":
        raise ValueError(
            f"An image to show is an array (height, width) of numbers, got shape {pixels.shape} "
            f"of {pixels.dtype}. Pass one image, in grey."
        )
    return (pixels * 255 if pixels.dtype.kind == "b" else pixels).astype(np.uint8)


def fit(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Scale an image down or up so that it just fits, keeping its proportions.

    Args:
        pixels: uint8 (H, W).
        width: Largest width in pixels, at least 1.
        height: Largest height in pixels, at least 1.

    Returns:
        uint8 (h, w) with h <= height and w <= width.
    """
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    size = (max(1, int(pixels.shape[1] * scale)), max(1, int(pixels.shape[0] * scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def text_and_confidence(reading: Any) -> tuple[str, float | None]:
    """Take text and confidence out of a reading; plain text has no confidence."""
    if isinstance(reading, str):
        return reading, None
    return str(reading.text), float(reading.confidence)
