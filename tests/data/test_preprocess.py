"""One transform for all images: what must not matter does not, and the columns map back."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from text_recognizer.core.errors import ConfigError, ImageError
from text_recognizer.core.images import LineImage
from text_recognizer.data.preprocess import Preprocess

PREPROCESS = Preprocess()


@pytest.fixture(scope="module")
def written(line):
    """Writing on white, (H, W), cropped near to its ink."""
    return line[20:110, :480]


def likeness(first, second):
    """Correlation of two prepared lines after the second is stretched onto the first."""
    same = cv2.resize(second, first.shape[::-1], interpolation=cv2.INTER_AREA)
    same, base = cv2.GaussianBlur(same, (0, 0), 1.5), cv2.GaussianBlur(first, (0, 0), 1.5)
    return float(np.corrcoef(base.ravel(), same.ravel())[0, 1])


@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.uint16, bool]),
        st.tuples(st.integers(1, 70), st.integers(1, 300)),
    )
)
def test_any_array_becomes_ink(pixels):
    line = PREPROCESS.prepare(pixels)
    assert line.pixels.dtype == np.float32
    assert line.pixels.shape[0] == 48
    assert 1 <= line.pixels.shape[1] <= PREPROCESS.longest
    assert np.isfinite(line.pixels).all()
    assert 0 <= line.pixels.min() <= line.pixels.max() <= 1
    assert np.isfinite(line.left)
    assert 0 < line.scale < np.inf


@given(seed=st.integers(0, 2**40), share=st.floats(0.001, 0.5))
def test_random_specks_become_ink(seed, share):
    rng = np.random.default_rng(seed)
    height, width = (int(n) for n in rng.integers((1, 1), (400, 900)))
    pixels = np.where(rng.random((height, width)) < share, 0, 255).astype(np.uint8)
    line = PREPROCESS(pixels)
    assert np.isfinite(line).all()
    assert line.shape[0] == 48


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 90))))
def test_ink_has_the_size_of_the_image(grey):
    ink = PREPROCESS.ink(grey)
    assert ink.shape == grey.shape
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() <= 1


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(np.full((60, 300), 255, np.uint8), id="white"),
        pytest.param(np.zeros((60, 300), np.uint8), id="black"),
        pytest.param(np.full((60, 300), 127, np.uint8), id="grey"),
        pytest.param(np.full((1, 1), 9, np.uint8), id="one pixel"),
        pytest.param(np.tile(np.linspace(255, 200, 300), (60, 1)), id="uneven light"),
        pytest.param(
            np.random.default_rng(0).normal(200, 3, (60, 300)).clip(0, 255).astype(np.uint8),
            id="grain",
        ),
    ],
)
def test_blank_paper_is_zeros(pixels):
    line = PREPROCESS(pixels)
    assert line.shape == (48, 48)
    assert not line.any()


@pytest.mark.parametrize(
    ("change", "least"),
    [
        pytest.param(lambda g: 255 - g, 0.99, id="white on black"),
        pytest.param(lambda g: g.astype(np.uint16) * 257, 0.999, id="16 bits"),
        pytest.param(lambda g: np.stack([g] * 3, axis=2), 0.999, id="colour"),
        pytest.param(lambda g: g / 255, 0.999, id="floats"),
        pytest.param(lambda g: (160 + g * 0.2).astype(np.uint8), 0.99, id="faint pencil"),
        pytest.param(lambda g: (g * 0.4).astype(np.uint8), 0.99, id="dark photo"),
        pytest.param(
            lambda g: (g * np.linspace(1, 0.4, g.shape[1])).astype(np.uint8), 0.98, id="shadow"
        ),
        pytest.param(
            lambda g: np.pad(g, ((0, 0), (100, 200)), constant_values=255), 0.97, id="margins"
        ),
        pytest.param(lambda g: cv2.resize(g, None, fx=2, fy=2), 0.97, id="twice the size"),
        pytest.param(
            lambda g: cv2.resize(g, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA),
            0.93,
            id="smaller",
        ),
        pytest.param(lambda g: cv2.resize(g, None, fx=9, fy=9), 0.95, id="huge"),
        pytest.param(lambda g: LineImage(g), 0.999, id="LineImage"),
    ],
)
def test_what_must_not_matter_does_not(change, least, written):
    expected, found = PREPROCESS(written), PREPROCESS(change(written))
    assert found.shape[1] == pytest.approx(expected.shape[1], rel=0.06, abs=8)
    assert likeness(expected, found) > least


def test_a_file_and_a_transparent_image_read_as_their_pixels(written, tmp_path):
    Image.fromarray(written).save(tmp_path / "line.png")
    clear = np.zeros((*written.shape, 4), np.uint8)
    clear[..., 3] = 255 - written
    file = io.BytesIO()
    Image.fromarray(clear, "RGBA").save(file, "PNG")
    expected = PREPROCESS(written)
    assert np.array_equal(PREPROCESS(tmp_path / "line.png"), expected)
    assert likeness(expected, PREPROCESS(file.getvalue())) > 0.99


@pytest.mark.parametrize("slope", [-0.08, -0.04, 0.04, 0.08])
def test_a_slope_is_levelled(slope, written):
    written = np.tile(written, (1, 2))
    height, width = written.shape
    lift = abs(slope) * width
    matrix = np.array([[1, 0, 0], [slope, 1, max(0, -slope * width)]], np.float32)
    size = (width, int(height + lift))
    tilted = cv2.warpAffine(written, matrix, size, borderValue=255)
    # The height of the image has a say in the scale, so the level line gets the same.
    level = np.pad(written, ((size[1] - height, 0), (0, 0)), constant_values=255)
    assert likeness(PREPROCESS(level), PREPROCESS(tilted)) > 0.8
    assert likeness(PREPROCESS(level), Preprocess(steepest=0.0)(tilted)) < 0.7


def test_a_ruled_line_does_not_change_the_scale(written):
    ruled = written.copy()
    ruled[70:72] = 60
    assert PREPROCESS(ruled).shape[1] == pytest.approx(PREPROCESS(written).shape[1], rel=0.15)


@pytest.mark.parametrize(
    ("height", "width", "column"),
    [
        pytest.param(60, 300, 150, id="usual"),
        pytest.param(30, 200, 21, id="low"),
        pytest.param(700, 1001, 640, id="reduced by a fraction"),
        pytest.param(2000, 300, 150, id="tall and narrow"),
    ],
)
def test_a_column_maps_back(height, width, column):
    page = np.full((height, width), 255, np.uint8)
    thick = max(2, height // 40)
    page[height // 4 : 3 * height // 4, column : column + thick] = 0
    page[height // 4 : 3 * height // 4, 2 : 2 + thick] = 0
    line = PREPROCESS.prepare(page)
    ink = line.pixels.sum(axis=0)
    ink[: int((column / 2 - line.left) * line.scale)] = 0
    found = line.to_source(float((ink * np.arange(len(ink))).sum() / ink.sum()))
    assert found == pytest.approx(column + thick / 2, abs=2 + 1.5 / line.scale)


@pytest.mark.parametrize("shape", [(40, 33_000), (12, 70_000), (33_000, 5), (1, 40_000)])
def test_sizes_that_opencv_cannot_warp(shape):
    pixels = np.full(shape, 255, np.uint8)
    pixels[:: max(2, shape[0] // 3), :: max(2, shape[1] // 50)] = 0
    line = PREPROCESS.prepare(pixels)
    assert line.pixels.shape[0] == 48
    assert line.to_source(line.pixels.shape[1]) <= 1.1 * shape[1] + 400


def test_the_longest_line_is_squeezed():
    pixels = np.full((20, 9_000), 255, np.uint8)
    pixels[5:15, ::12] = 0
    line = Preprocess(longest=900).prepare(pixels)
    assert line.pixels.shape == (48, 900)
    assert line.to_source(900) == pytest.approx(9_000, rel=0.02)


def test_the_image_given_is_not_changed(written):
    before = written.copy()
    PREPROCESS(written)
    assert np.array_equal(before, written)


@pytest.mark.parametrize("source", [b"", "no such file.png", np.zeros((0, 4)), None, [[1]]])
def test_no_image_is_an_image_error(source):
    with pytest.raises(ImageError):
        PREPROCESS(source)


@pytest.mark.parametrize("height", [16, 64, 100])
def test_the_height_is_the_one_asked_for(height, written):
    assert Preprocess(height=height)(written).shape[0] == height


def test_settings_go_through_a_dictionary():
    settings = Preprocess(height=64, contrast=30.0)
    assert Preprocess.from_dict(settings.to_dict()) == settings
    assert settings.digest == Preprocess.from_dict(settings.to_dict()).digest
    assert settings.digest != PREPROCESS.digest


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"height": 8}, "height must be 16 to 256.*8", id="low"),
        pytest.param({"height": 48.5}, r"whole pixels, got 48\.5", id="half a pixel"),
        pytest.param({"height": "48"}, "whole pixels, got '48'", id="text"),
        pytest.param({"deviations": 2.0}, "deviations must be 3 to 12.*2.0", id="cuts letters"),
        pytest.param({"steepest": 0.6}, "steepest must be 0 to 0.5.*0.6", id="steep"),
        pytest.param({"longest": 40}, r"at least height \(48\), got 40", id="short"),
        pytest.param({"contrast": 0.0}, "contrast must be 1 to 255.*0.0", id="no contrast"),
        pytest.param({"contrast": float("nan")}, "got nan", id="no number"),
        pytest.param({"hight": 48}, r"'hight': 48.*known names: \['contrast'", id="typo"),
        pytest.param({"contrast": None}, "do not fit", id="nothing"),
    ],
)
def test_bad_settings_are_named(values, words):
    with pytest.raises(ConfigError, match=words):
        Preprocess.from_dict(values)
