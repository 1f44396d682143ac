"""Rendered pages: boxes on their lines, one hand, and sizes that a memory holds."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hands import PLAIN, install_fonts
from text_recognizer.core.errors import InputError
from text_recognizer.sources.pages import LONGEST_PAGE, render_page
from text_recognizer.sources.render import Renderer

LINES = ["Dear Ann,", "nothing is lost here", "yours"]


@pytest.fixture(scope="module")
def renderer(tmp_path_factory):
    return Renderer(install_fonts(tmp_path_factory.mktemp("data")))


def test_a_page_says_its_lines_in_one_hand(renderer):
    page = render_page(renderer, LINES, seed=3)
    assert page.text == "Dear Ann,\nnothing is lost here\nyours"
    assert page.writer in {family.name for family in renderer.families}
    assert len(page.boxes) == 3


def test_the_same_seed_gives_the_same_page(renderer):
    pages = [render_page(renderer, LINES, seed=seed) for seed in (5, 5, 6)]
    assert np.array_equal(pages[0].image.pixels, pages[1].image.pixels)
    assert pages[0].boxes == pages[1].boxes
    assert pages[0].image.pixels.tobytes() != pages[2].image.pixels.tobytes()


def test_boxes_hold_the_ink_and_run_down_the_page(renderer):
    page = render_page(renderer, LINES, seed=1, style=PLAIN, pitch=4.0)
    dark = page.image.pixels < 128
    rest = dark.copy()
    for box in page.boxes:
        assert dark[box.top : box.bottom, box.left : box.right].any()
        rest[box.top : box.bottom, box.left : box.right] = False
    assert not rest.any()
    tops = [box.top for box in page.boxes]
    assert tops == sorted(tops)


@pytest.mark.parametrize("seed", range(8))
def test_boxes_lie_within_the_page(seed, renderer):
    page = render_page(renderer, LINES, seed=seed)
    for box in page.boxes:
        page.image.crop(box)


def test_pitch_is_the_distance_of_lines(renderer):
    heights = [
        render_page(renderer, LINES, seed=1, style=PLAIN, pitch=pitch).image.height
        for pitch in (2.0, 4.0)
    ]
    assert heights[1] - heights[0] == pytest.approx(2 * 2 * 26, abs=2)


@pytest.mark.parametrize(
    ("lines", "options", "words"),
    [
        pytest.param([], {}, r"at least one line, got \[\]", id="no line"),
        pytest.param(["a", " "], {}, "cannot render ' '", id="a blank line"),
        pytest.param(["a", "b\u20ac"], {}, "cannot render", id="a line outside ASCII"),
        pytest.param(["a"] * (LONGEST_PAGE + 1), {}, "at most 200 lines, got 201", id="a book"),
        pytest.param(["a"], {"pitch": 0.0}, "pitch must be above 0.*got 0.0", id="no pitch"),
        pytest.param(["a"], {"pitch": float("nan")}, "got nan", id="pitch is no number"),
        pytest.param(["a"], {"pitch": 1e9}, "at most 20", id="a pitch of miles"),
        pytest.param(["a"], {"seed": -4}, "from 0, got -4", id="negative seed"),
        pytest.param(["m" * 300] * 20, {"pitch": 20.0}, "at most 64,000,000 pixels", id="a banner"),
    ],
)
def test_a_page_that_cannot_be_is_refused(lines, options, words, renderer):
    with pytest.raises(InputError, match=words):
        render_page(renderer, lines, **{"seed": 0, **options})
