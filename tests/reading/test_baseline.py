"""The simpler reader: right where it should be, a Reader like any other, and easily beaten."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import ConfigError, ImageError
from text_recognizer.core.images import LineImage, Sample
from text_recognizer.core.readings import Reader
from text_recognizer.core.scores import count_errors
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_centres, load_lines, load_paragraphs
from text_recognizer.reading.baseline import NearestGlyphReader

LETTERS = {"i": (0, 3), "o": (2, 8), "u": (5, 8), "x": (8, 3)}
"""Toy letters: two blocks each, at these quarters of the height."""


def draw(text: str, *, seed: int = 0) -> tuple[LineImage, list[float]]:
    """A line of toy letters with a little jitter, and the centres of its characters."""
    rng = np.random.default_rng(seed)
    pixels = np.full((64, 22 * len(text) + 30), 255, np.uint8)
    centres = []
    for place, letter in enumerate(text):
        left = 15 + 22 * place + int(rng.integers(0, 3))
        centres.append(left + 7.0)
        for side, at in enumerate(LETTERS.get(letter, ())):
            top = 8 + 4 * at
            pixels[top : top + 12, left + 7 * side : left + 7 * side + 8] = 20
    return LineImage(pixels), centres


def reader(neighbours: int = 3) -> NearestGlyphReader:
    texts = ["iou x", "xo iu", "uxio", "oo ii", "xu ux", "io xu"]
    drawn = [draw(text, seed=seed) for seed, text in enumerate(texts)]
    samples = [
        Sample(image, text, writer="w", id=text)
        for (image, _), text in zip(drawn, texts, strict=True)
    ]
    return NearestGlyphReader.fit(samples, [centres for _, centres in drawn], neighbours=neighbours)


@pytest.fixture(scope="module")
def trained() -> NearestGlyphReader:
    train = load_lines("train", 120), load_centres("train", 120)
    return NearestGlyphReader.fit(*train, preprocess=Preprocess())


def test_it_reads_what_it_has_seen_the_likes_of() -> None:
    texts = ["ox iu", "xiou", "xi oo ui", "iouxiouxioux"]
    images = [draw(text, seed=99)[0] for text in texts]
    readings = reader().read_lines(images)
    assert [each.text for each in readings] == texts
    assert all(0.9 < each.confidence <= 1 for each in readings)


def test_spans_are_columns_of_the_image() -> None:
    image, centres = draw("ox iu", seed=7)
    (reading,) = reader().read_lines([image])
    middles = [(span.start + span.end) / 2 for span in reading.characters]
    assert middles == pytest.approx(centres, abs=6)
    assert [span.start for span in reading.characters] == sorted(
        span.start for span in reading.characters
    )


def test_it_is_a_reader_and_reads_pages(trained: NearestGlyphReader) -> None:
    assert isinstance(trained, Reader)
    page = load_paragraphs("test", 1)[0]
    reading = trained.read(page.image)
    assert len(reading.lines) == len(reading.boxes) == len(page.lines)
    assert reading.boxes[0].bottom < reading.boxes[-1].top
    assert 0 < reading.confidence < 1


@pytest.mark.parametrize("level", [0, 255], ids=["black", "white"])
def test_nothing_written_is_an_empty_reading(level: int) -> None:
    blank = np.full((60, 200), level, np.uint8)
    simple = reader()
    (reading,) = simple.read_lines([blank])
    assert (reading.text, reading.confidence) == ("", 0.0)
    assert simple.read(blank).lines == ()
    assert simple.read_lines([]) == []


def test_one_vote_or_many() -> None:
    image, _ = draw("iox", seed=3)
    (one,) = reader(neighbours=1).read_lines([image])
    assert one.confidence == 1.0
    (many,) = reader(neighbours=20).read_lines([image])
    assert many.confidence < 0.9, "more votes than glyphs of a letter cannot all agree"


@pytest.mark.parametrize("neighbours", [0, -1, 1000])
def test_neighbours_out_of_range_are_refused(neighbours: int) -> None:
    with pytest.raises(ConfigError, match=f"received {neighbours}"):
        reader(neighbours=neighbours)


def test_bad_images_are_refused() -> None:
    with pytest.raises(ImageError):
        reader().read_lines([b"no image"])
    with pytest.raises(ImageError):
        reader().read(np.zeros((0, 5), np.uint8))


def test_a_line_reads_the_same_alone_and_among_others() -> None:
    images = [draw(text, seed=50 + k)[0] for k, text in enumerate(("ox", "xu io", "i" * 12))]
    simple = reader()
    together = simple.read_lines(images)
    assert together == [simple.read_lines([image])[0] for image in images]


def test_on_unseen_hands_it_is_poor_but_no_fool(trained: NearestGlyphReader) -> None:
    """Better than saying nothing (CER 1), far from good: what a simple reader is for."""
    lines = load_lines("test", 20)
    readings = trained.read_lines([line.image for line in lines])
    errors = count_errors([line.text for line in lines], [each.text for each in readings])
    assert 0.3 < errors.cer < 0.9
