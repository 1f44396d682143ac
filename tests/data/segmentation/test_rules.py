from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.rules import remove_rules

from .written_pages import rule_page, write_page


def paper(height: int = 400, width: int = 600) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def test_level_and_upright_rules_go() -> None:
    mask = paper()
    mask[100:102], mask[200:203], mask[:, 50:52] = 1, 1, 1
    assert remove_rules(mask).sum() == 0


@pytest.mark.parametrize(
    ("rise", "gap"),
    [
        pytest.param(0.004, 0, id="a quarter of a degree off: steps down one row now and then"),
        pytest.param(0.0, 7, id="broken: one pixel in seven is missing"),
    ],
)
def test_imperfect_rules_go(rise: float, gap: int) -> None:
    mask = paper()
    columns = np.arange(600)
    rows = np.rint(200 + rise * columns).astype(int)
    mask[rows, columns] = mask[rows + 1, columns] = 1
    if gap:
        mask[:, ::gap] = 0
    assert remove_rules(mask).sum() < 60


def test_leaning_margin_goes_where_the_lean_is_told() -> None:
    mask = paper()
    rows = np.arange(400)
    columns = np.rint(90 + 0.1 * rows).astype(int)
    mask[rows, columns] = mask[rows, columns + 1] = 1
    assert remove_rules(mask, lean=0.1).sum() < 40
    assert remove_rules(mask).sum() > 0.8 * mask.sum()


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        pytest.param(slice(100, 102), slice(100, 170), id="a dash, shorter than any rule"),
        pytest.param(slice(60, 340), slice(50, 550), id="a patch, thicker than any rule"),
        pytest.param(slice(100, 150), slice(100, 104), id="the stem of a letter"),
    ],
)
def test_other_ink_stays(rows: slice, columns: slice) -> None:
    mask = paper()
    mask[rows, columns] = 1
    assert (remove_rules(mask) == mask).all()


def test_strokes_across_a_rule_stay_whole() -> None:
    mask = paper()
    mask[180:220, 300:304] = 1
    stroke = mask.copy()
    mask[200:202] = 1
    assert (remove_rules(mask) == stroke).all()


def test_written_lines_stay_on_a_ruled_page() -> None:
    page, truth = write_page(margin=70)
    left = remove_rules((rule_page(page) < 190).astype(np.uint8))
    assert left[truth > 0].mean() > 0.93
    assert left[truth == 0].sum() < 0.1 * left.sum()


def test_input_is_not_changed() -> None:
    mask = paper()
    mask[100], mask[:, 80] = 1, 1
    before = mask.copy()
    remove_rules(mask)
    assert (mask == before).all()


def test_a_tall_strip_is_no_trouble() -> None:
    strip = np.random.default_rng(0).integers(0, 2, (20_000, 60)).astype(np.uint8)
    assert remove_rules(strip, lean=0.2).shape == strip.shape
