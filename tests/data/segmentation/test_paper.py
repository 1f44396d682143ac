from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.paper import clear_surroundings, lift_shadows

from .written_pages import lay_on_table, shade_page, write_page


def test_table_becomes_paper_and_the_sheet_stays() -> None:
    page, _ = write_page()
    photo = lay_on_table(page)
    cleared = clear_surroundings(photo)
    assert cleared[:40].min() > 180
    assert cleared[:, -40:].min() > 180
    inner = (slice(150, -150), slice(150, -150))
    assert (cleared[inner] == photo[inner]).all()


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(write_page()[0], id="a scan has no surroundings"),
        pytest.param(shade_page(write_page()[0]), id="a shadow fades and has no edge"),
        pytest.param(255 - write_page()[0], id="chalk on a board: the bright parts are strokes"),
        pytest.param(np.full((300, 300), 200, np.uint8), id="blank"),
        pytest.param(np.zeros((300, 300), np.uint8), id="black"),
        pytest.param(np.full((1, 1), 9, np.uint8), id="one pixel"),
        pytest.param(np.full((10, 3000), 9, np.uint8), id="a strip too thin to show a sheet"),
        pytest.param(np.random.default_rng(0).integers(0, 255, (300, 300), np.uint8), id="noise"),
    ],
)
def test_other_images_are_left_alone(image: np.ndarray) -> None:
    assert clear_surroundings(image) is image


def test_shadows_are_lifted_and_strokes_stay() -> None:
    ink = np.zeros((400, 600), np.float32)
    ink[100:300, 200:400] = 0.4
    ink[150:154, 100:500] = 0.9
    lifted = lift_shadows(ink)
    assert lifted[200:280, 240:360].max() < 0.05
    assert lifted[151, 110:190].min() > 0.85
    assert lifted[151, 240:360].min() > 0.45
    assert lifted.min() >= 0.0


@pytest.mark.parametrize(
    "ink",
    [
        pytest.param(
            np.ones((60, 900), np.float32), id="a line is too low to tell shadow from pen"
        ),
        pytest.param(np.eye(300, dtype=np.float32), id="no shadow"),
    ],
)
def test_without_shadow_the_same_ink_comes_back(ink: np.ndarray) -> None:
    assert lift_shadows(ink) is ink
