from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from lab_utils import figures
from lab_utils.figures.pixels import fit, grey, text_and_confidence
from lab_utils.figures.show import describe, render

pytest.importorskip("matplotlib")


def reading(text, confidence):
    return SimpleNamespace(text=text, confidence=confidence)


def handwriting(height=40, width=300):
    image = np.full((height, width), 255, np.uint8)
    image[height // 2, 10:-10] = 0
    return image


def test_lines_with_readings_and_errors():
    images = [handwriting()] * 3
    readings = [reading("helo $x$", 0.9), reading("", 0.0), "plain text"]
    figure = figures.lines(images, readings, references=["hello", "a", "plain text"])
    assert describe(figure) == "Figure: 3 lines, confidence 0.00 to 0.90"
    assert len(render(figure)) < 60_000
    shown = [text.get_text() for text in figure.axes[0].texts]
    assert "nothing read" in shown
    assert "0.90" in shown


def test_long_readings_are_cut_and_columns_hold():
    figure = figures.lines([handwriting()] * 4, ["w" * 500] * 4, columns=3)
    longest = max(len(text.get_text()) for text in figure.axes[0].texts)
    assert 10 < longest < 100
    assert describe(figure) == "Figure: 4 lines"


@pytest.mark.parametrize(
    ("count", "readings", "options", "words"),
    [
        pytest.param(0, 0, {}, "1 to 16 lines", id="none"),
        pytest.param(17, 17, {}, "1 to 16 lines", id="too many"),
        pytest.param(2, 2, {"columns": 5}, "1 to 3 columns", id="columns"),
        pytest.param(2, 1, {}, "needs one reading", id="reading lost"),
        pytest.param(2, 2, {"references": ["a"]}, "1 references", id="reference lost"),
    ],
)
def test_lists_that_do_not_fit_are_refused(count, readings, options, words):
    with pytest.raises(ValueError, match=words):
        figures.lines([handwriting()] * count, ["a"] * readings, **options)


@pytest.mark.parametrize("pitch", [100, 8], ids=["apart", "crowded"])
def test_a_page_with_boxes_and_readings(pitch):
    page = handwriting(900, 700)
    boxes = [
        SimpleNamespace(left=20, top=n * pitch, right=600, bottom=n * pitch + 7) for n in range(5)
    ]
    figure = figures.page(page, boxes, [reading(f"line {n}", 0.5) for n in range(5)])
    facts = "Figure: page of 900 x 700 pixels, 5 boxes, confidence 0.50 to 0.50"
    assert describe(figure) == facts
    assert len(figure.axes[0].patches) == 5
    assert describe(figures.page(page, boxes[:1])) == "Figure: page of 900 x 700 pixels, 1 box"
    with pytest.raises(ValueError, match="5 boxes needs one reading, got 1"):
        figures.page(page, boxes, ["a"])


def test_a_page_makes_room_for_long_readings():
    box = SimpleNamespace(left=20, top=5, right=600, bottom=60)
    texts = {}
    for length in (10, 44, 200):
        figure = figures.page(handwriting(300, 700), [box], [reading("w" * length, 0.9)])
        texts[length] = max((text.get_text() for text in figure.axes[0].texts), key=len)
    assert [len(texts[length]) for length in (10, 44)] == [10, 44], "read in full"
    assert texts[200].rstrip().endswith("…")


def test_one_image():
    figure = figures.image(handwriting(), caption="A line")
    assert describe(figure) == "Figure: image of 40 x 300 pixels"
    assert render(figure)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(np.zeros((3, 4), np.uint8), id="bytes"),
        pytest.param(np.zeros((3, 4)), id="floats"),
        pytest.param(np.zeros((3, 4), bool), id="bools"),
        pytest.param(Image.new("RGB", (4, 3)), id="PIL"),
        pytest.param(SimpleNamespace(pixels=np.zeros((3, 4), np.uint8)), id="LineImage"),
        pytest.param(
            SimpleNamespace(image=SimpleNamespace(pixels=np.zeros((3, 4), np.uint8))), id="Sample"
        ),
    ],
)
def test_images_of_all_kinds(source):
    pixels = grey(source)
    assert (pixels.shape, pixels.dtype, pixels.max()) == ((3, 4), np.uint8, 0)


def test_floats_from_zero_to_one_become_grey():
    assert grey(np.array([[0.0, 0.5, 1.0, np.nan]])).tolist() == [[0, 128, 255, 0]]
    assert grey(np.array([[True, False]])).tolist() == [[255, 0]]


@pytest.mark.parametrize("source", [np.zeros((2, 3, 4)), np.zeros((0, 4)), np.array([["a"]])])
def test_what_is_no_image_is_refused(source):
    with pytest.raises(ValueError, match="array \\(height, width\\)"):
        grey(source)


def test_fitting_keeps_proportions():
    assert fit(handwriting(40, 300), 150, 100).shape == (20, 150)
    assert fit(handwriting(1, 3000), 100, 100).shape == (1, 100)


def test_text_has_no_confidence():
    assert text_and_confidence("a") == ("a", None)
    assert text_and_confidence(reading("a", 1)) == ("a", 1.0)
