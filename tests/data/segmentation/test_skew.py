from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.skew import MAX_SLOPE, added_rows, find_slope, shear

from .written_pages import WORDS, write_page


@pytest.mark.parametrize("slope", [0.0, 0.02, -0.02, 0.07, -0.07, 0.15, -0.15])
def test_slope_of_a_page_is_found(slope: float) -> None:
    page, _ = write_page(slope=slope)
    assert find_slope(page < 128) == pytest.approx(slope, abs=0.008)


@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(np.zeros((50, 50), bool), id="no ink"),
        pytest.param(np.eye(1, dtype=bool), id="one pixel"),
        pytest.param(np.ones((60, 60), bool), id="all ink"),
        pytest.param(np.ones((1, 500), bool), id="one row"),
        pytest.param(np.ones((500, 1), bool), id="one column"),
    ],
)
def test_slope_is_small_where_there_is_none_to_see(mask: np.ndarray) -> None:
    assert abs(find_slope(mask)) <= MAX_SLOPE


def test_slope_stays_within_its_limit_and_the_image() -> None:
    page, _ = write_page(slope=0.15)
    assert abs(find_slope(page < 128, limit=0.05)) <= 0.05
    # A strip of 20 rows cannot hold a line that falls by a fifth of 3,000 columns.
    strip = np.random.default_rng(0).random((20, 3000)) < 0.3
    assert abs(find_slope(strip)) <= 2 * 20 / 3000


def test_slope_of_a_crowded_page_is_repeatable() -> None:
    mask = np.random.default_rng(1).random((600, 600)) < 0.3
    assert find_slope(mask) == find_slope(mask)


@pytest.mark.parametrize("slope", [0.1, -0.1])
def test_shear_levels_a_page_and_says_where_points_went(slope: float) -> None:
    page, _ = write_page(WORDS[:3], slope=slope)
    ink = ((255 - page) / 255.0).astype(np.float32)
    level, offset = shear(ink, slope)
    assert level.shape == (ink.shape[0] + added_rows(ink.shape[1], slope), ink.shape[1])
    assert abs(find_slope(level > 0.5)) < 0.01
    assert level.sum() == pytest.approx(ink.sum(), rel=0.02)
    row, column = np.argwhere(ink > 0.8)[7]
    landed = level[round(row - slope * column + offset), column]
    assert landed > 0.4


@pytest.mark.parametrize("slope", [0.0, 1e-9])
def test_no_slope_leaves_the_image_as_it_is(slope: float) -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    level, offset = shear(image, slope)
    assert offset == 0.0
    assert (level == image).all()


def test_shear_keeps_the_kind_of_number() -> None:
    for kind in (np.uint8, np.float32):
        assert shear(np.ones((9, 9), kind), 0.5)[0].dtype == kind
    moved, _ = shear(np.ones((9, 9), np.uint8), 0.3, smooth=False)
    assert set(np.unique(moved)) == {0, 1}
