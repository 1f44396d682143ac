"""A reader that measures pictures, and behaviours whose failures are known."""

from __future__ import annotations

import numpy as np

from text_recognizer.core import LineImage, Reading
from text_recognizer.testing.behaviour.cases import Behaviour, Case, WrittenLine, unchanged


class Meter:
    """Reads as many letters as the picture has hundreds of columns; counts what it reads."""

    def __init__(self):
        self.seen = 0

    def read(self, image):
        raise NotImplementedError

    def read_lines(self, images):
        self.seen += len(images)
        texts = ["a" * (image.width // 100) for image in images]
        return [Reading(text, 0.9 if text else 0.0) for text in texts]


def picture(width, grey=255):
    return LineImage(np.full((9, width), grey, np.uint8))


LINES = [
    WrittenLine(image=picture(1000 + k), text="a" * 10, writer=f"w{k % 3}", id=str(k))
    for k in range(12)
]


def behaviour(name="test", kind="INV", step=0, wide=0, capability="width", judge=unchanged):
    """One that widens the first ``wide`` lines by 500 columns."""

    def make(lines, rng):
        return [
            Case(
                id=line.id,
                writer=line.writer,
                images=(line.image, picture(line.image.width + 500 * (k < wide), 254)),
                expected=line.text,
            )
            for k, line in enumerate(lines)
        ]

    return Behaviour(name=name, capability=capability, kind=kind, make=make, judge=judge, step=step)
