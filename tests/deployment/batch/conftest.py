"""A folder of small lines, and the settings of the tiny reader."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from text_recognizer.deployment.batch import ReaderSettings


def png(seed: int) -> bytes:
    """A line of strokes that no other seed gives."""
    rng = np.random.default_rng(seed)
    pixels = np.full((40, 120 + 4 * seed), 255, np.uint8)
    for left in range(10, pixels.shape[1] - 16, 14):
        top, wide = rng.integers(6, 20), rng.integers(2, 9)
        pixels[top : top + 16, left : left + wide] = 20
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="session")
def scans(tmp_path_factory):
    """Twelve lines; the fifth is cut off. Tests must not change it."""
    folder = tmp_path_factory.mktemp("scans")
    for number in range(12):
        content = png(number)
        (folder / f"{number:02}.png").write_bytes(content[:60] if number == 4 else content)
    return folder


@pytest.fixture(scope="session")
def settings(tiny_bundle):
    return ReaderSettings.of(str(tiny_bundle), lines=True)
