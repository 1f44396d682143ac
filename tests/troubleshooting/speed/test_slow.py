"""The slow pipeline reads rightly, and wastes what it is said to waste."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reading
from text_recognizer.troubleshooting.speed.slow import (
    BLANK,
    contrast,
    decode,
    line_files,
    read_slowly,
)


class Counting:
    """A reader that says how dark an image is, and counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def read(self, image):
        raise NotImplementedError

    def read_lines(self, images):
        self.asked += len(images)
        return [Reading(f"mean {image.mean():.1f}", 0.9) for image in images]


def test_each_line_is_loaded_for_and_asked_about_twice():
    made = []

    def load():
        made.append(Counting())
        return made[-1]

    files = line_files(4, seed=2)
    texts = read_slowly(load, files)
    assert len(made) == 4
    assert sum(reader.asked for reader in made) == 2 * 3
    assert texts.count("") == 1
    written = [f"mean {decode(file).mean():.1f}" for file in files]
    assert [text for text in texts if text] == [
        text for text, said in zip(written, texts, strict=True) if said
    ]


def test_files_are_those_of_the_seed():
    assert line_files(3, seed=1) == line_files(3, seed=1)
    assert line_files(3, seed=1) != line_files(3, seed=2)
    assert len(set(line_files(6, blanks=0))) == 6


def test_a_blank_file_has_no_contrast():
    spans = [contrast(decode(file)) for file in line_files(3)]
    assert sum(span < BLANK for span in spans) == 1
    pixels = decode(line_files(1, blanks=0)[0])
    assert contrast(pixels) == int(np.ptp(pixels))


@pytest.mark.parametrize(
    ("count", "options"),
    [
        pytest.param(0, {}, id="no file"),
        pytest.param(99, {}, id="too many"),
        pytest.param(2, {"blanks": 3}, id="more blanks than files"),
        pytest.param(2, {"seed": -1}, id="negative seed"),
    ],
)
def test_wrong_input_is_named(count, options):
    with pytest.raises(InputError, match="received"):
        line_files(count, **options)
