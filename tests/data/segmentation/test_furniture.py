from __future__ import annotations

import cv2
import numpy as np
import pytest

from text_recognizer.data.segmentation.furniture import (
    Strokes,
    find_strokes,
    letter_body,
    peel_borders,
    pen_width,
)

from .written_pages import ink_of, write_page


def ink_page() -> np.ndarray:
    return ((255 - write_page(margin=90)[0].astype(np.float32)) / 255.0).astype(np.float32)


def added(strokes: Strokes, clean: Strokes) -> int:
    return int((strokes.mask > clean.mask).sum())


@pytest.mark.parametrize("size", [20, 40, 80])
def test_body_and_pen_grow_with_the_letters(size: int) -> None:
    strokes = find_strokes(np.pad(ink_of("happy early going", size), 30))
    # In Pillow's font a small letter is half as tall as the font is large.
    assert strokes.body == pytest.approx(0.5 * size, rel=0.35)
    assert 0.04 * size < strokes.pen < 0.16 * size


def spots(page: np.ndarray) -> None:
    page[40:400:40, 30] = 1.0


def hole(page: np.ndarray) -> None:
    cv2.circle(page, (40, 200), 22, (1.0,), -1)


def edges(page: np.ndarray) -> None:
    page[:8], page[:, -9:] = 0.9, 0.8


def wedge(page: np.ndarray) -> None:
    corner = np.array([[0, 0], [20, 0], [0, page.shape[0] - 1]], np.int32)
    cv2.fillPoly(page, [corner], (0.9,))


def frame(page: np.ndarray) -> None:
    cv2.rectangle(page, (1, 1), (page.shape[1] - 2, page.shape[0] - 2), (1.0,), 3)


def mist(page: np.ndarray) -> None:
    page[300:380, 20:60] = np.maximum(page[300:380, 20:60], 0.35)


@pytest.mark.parametrize("spoil", [spots, hole, edges, wedge, frame, mist])
def test_furniture_is_left_out_and_writing_stays(spoil: object) -> None:
    page = ink_page()
    clean = find_strokes(page)
    spoilt = page.copy()
    spoil(spoilt)  # type: ignore[operator]
    strokes = find_strokes(spoilt)
    assert added(strokes, clean) < 0.01 * clean.mask.sum()
    assert strokes.mask[clean.mask > 0].mean() > 0.99
    assert strokes.body == pytest.approx(clean.body, rel=0.1)


def test_full_stops_and_dots_stay() -> None:
    strokes = find_strokes(np.pad(ink_of("i.j:;!"), 30))
    assert len(strokes.boxes) - 1 == 11


@pytest.mark.parametrize(
    "ink",
    [
        pytest.param(np.zeros((9, 9), np.float32), id="blank"),
        pytest.param(np.ones((300, 300), np.float32), id="all ink"),
        pytest.param(np.random.default_rng(0).random((600, 600), np.float32), id="noise"),
        pytest.param(np.full((300, 300), 0.3, np.float32), id="faint all over"),
    ],
)
def test_no_writing_no_strokes(ink: np.ndarray) -> None:
    strokes = find_strokes(ink)
    assert strokes.body == 0.0
    assert strokes.mask.sum() == 0
    assert strokes.labels.shape == ink.shape


def test_faint_grain_does_not_hide_writing() -> None:
    page = ink_page()
    rng = np.random.default_rng(3)
    grain = np.where(rng.random(page.shape) < 0.25, 0.3, 0.0)[:, :300]
    spoilt = page.copy()
    spoilt[:, :300] = np.maximum(page[:, :300], grain)
    clean = find_strokes(page)
    assert find_strokes(spoilt).mask[clean.mask > 0].mean() > 0.85


def test_labels_number_the_boxes() -> None:
    strokes = find_strokes(ink_page())
    assert np.unique(strokes.labels).tolist() == list(range(len(strokes.boxes)))
    ink = np.bincount(strokes.labels.ravel())
    assert (ink[1:] == strokes.boxes[1:, 4]).all()


def test_peeling_stops_at_writing() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[:5] = 1
    mask[20:40, 20:30] = 1
    assert peel_borders(mask).sum() == 200
    thick = np.zeros((100, 100), np.uint8)
    thick[:30] = 1
    # Too deep for an edge: a block of ink at the top is for others to judge.
    assert (peel_borders(thick) == thick).all()


@pytest.mark.parametrize("width", [2, 4, 9])
def test_pen_is_as_wide_as_its_stroke(width: int) -> None:
    mask = np.zeros((60, 400), np.uint8)
    mask[20 : 20 + width, 10:390] = 1
    assert pen_width(mask) == pytest.approx(width, rel=0.15)
    assert pen_width(np.zeros((5, 5), np.uint8)) == 0.0


def test_body_of_nothing_is_nothing() -> None:
    assert letter_body(np.zeros((1, 5), np.int32), 2.0) == 0.0
