from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.chains import Ridge
from text_recognizer.data.segmentation.ridges import blur, line_pitch, trace_ridges

from .written_pages import WORDS, write_page


def mask_of(page: np.ndarray) -> np.ndarray:
    return (page < 128).astype(np.uint8)


@pytest.mark.parametrize("bend", [0, 15, -15, 45])
def test_a_ridge_runs_through_the_middle_of_every_line(bend: float) -> None:
    page, truth = write_page(bend=bend)
    curves = trace_ridges(mask_of(page), 20.0)
    assert len(curves) == len(WORDS)
    for number, curve in enumerate(curves, start=1):
        assert curve.shape == (page.shape[1],)
        rows, columns = np.nonzero(truth == number)
        assert np.abs(rows - curve[columns]).mean() < 12


def test_ridges_come_top_first_and_never_cross() -> None:
    curves = np.array(trace_ridges(mask_of(write_page(bend=20)[0]), 20.0))
    assert (np.diff(curves, axis=0) > 0).all()


def test_a_gap_wider_than_words_is_bridged() -> None:
    page, _ = write_page(("left" + 40 * " " + "right", "left" + 40 * " " + "right"))
    assert len(trace_ridges(mask_of(page), 20.0)) == 2


@pytest.mark.parametrize("shape", [(40, 60), (1, 1), (1, 300), (300, 1)])
def test_no_ink_no_ridge(shape: tuple[int, int]) -> None:
    assert trace_ridges(np.zeros(shape, np.uint8), 10.0) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (40, 3000)])
def test_odd_shapes_full_of_ink_do_not_crash(shape: tuple[int, int]) -> None:
    for curve in trace_ridges(np.ones(shape, np.uint8), 10.0):
        assert curve.shape == (shape[1],)


def test_blur_takes_what_lies_beyond_top_and_bottom_for_paper() -> None:
    smooth = blur(np.ones((40, 40), np.float32), sigma_y=4.0, sigma_x=4.0)
    assert smooth.shape == (40, 40)
    assert smooth[0, 20] == pytest.approx(0.55, abs=0.06)
    assert smooth[20, 0] == pytest.approx(1.0, abs=0.01)


def test_pitch_is_the_usual_distance() -> None:
    def level(row: float) -> Ridge:
        return Ridge(start=0, heights=np.full(50, row), strength=np.ones(50))

    assert line_pitch([level(r) for r in (10, 30, 50, 70, 130)], 50) == 20.0
    assert line_pitch([level(10)], 50) == 0.0
    assert line_pitch([], 50) == 0.0
