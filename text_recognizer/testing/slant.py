"""How far a line of handwriting leans, measured from its image."""

from __future__ import annotations

import cv2
import numpy as np

from text_recognizer.core.images import LineImage
from text_recognizer.data.preprocess import Preprocess

#: Tried angles, degrees; positive leans to the right.
ANGLES = range(-45, 61, 3)


def slant_of(image: LineImage, preprocess: Preprocess | None = None) -> float:
    """The slant of a line: the angle at which its strokes, set upright, stand out most.

    The line is sheared by each angle and its ink summed by column. Upright strokes fill few
    columns with much ink, so the sum of the squares is largest there.

    Args:
        image: A line.
        preprocess: What finds the ink; by default that of the reader.

    Returns:
        Degrees from the vertical, -45..60 in steps of 3, positive to the right; 0 for a blank
        image.

    Source:
        After Vinciarelli & Luettin (2001), "A new normalization technique for cursive
        handwritten words", Pattern Recognition Letters 22(9).

    Example:
        >>> strokes = np.full((60, 200), 255, np.uint8)
        >>> for left in range(20, 180, 20):
        ...     _ = cv2.line(strokes, (left, 50), (left + 23, 10), 0, 2)  # 23 in 40: 30 degrees
        >>> slant_of(LineImage(strokes))
        30.0
    """
    ink = (preprocess or Preprocess()).prepare(image).pixels.astype(np.float32)
    if not ink.any():
        return 0.0
    height, width = ink.shape
    scores = []
    for angle in ANGLES:
        shear = float(np.tan(np.radians(angle)))
        # Row y moves left by shear * (middle - y); the margins keep all ink inside.
        reach = abs(shear) * height / 2
        matrix = np.array([[1, shear, reach - shear * height / 2], [0, 1, 0]], np.float32)
        upright = cv2.warpAffine(ink, matrix, (width + int(2 * reach) + 1, height))
        scores.append(float((np.asarray(upright).sum(axis=0) ** 2).sum()))
    return float(ANGLES[int(np.argmax(scores))])
