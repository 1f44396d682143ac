"""Measures say what a picture is like, and change as the picture does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from text_recognizer.data.expectations.pictures import Picture, measure


def strokes():
    """Dark grey writing on light grey paper, uint8 (60, 400)."""
    page = np.full((60, 400), 230, np.uint8)
    cv2.putText(page, "Half a dozen eggs", (8, 40), cv2.FONT_HERSHEY_SCRIPT_COMPLEX, 1.1, 40, 2)
    return page


CHANGES = [
    pytest.param(lambda page: page[:, :200], "width", 200.0, id="cropped"),
    pytest.param(lambda page: page.T.copy(), "height", 400.0, id="turned on its side"),
    pytest.param(lambda page: 255 - page, "dark_on_light", False, id="inverted"),
    pytest.param(lambda page: 255 - page, "contrast", 190.0, id="as strong when inverted"),
    pytest.param(lambda page: np.full_like(page, 90), "ink", 0.0, id="blank"),
    pytest.param(lambda page: np.full_like(page, 90), "sharpness", 0.0, id="blank has no edges"),
    pytest.param(lambda page: page[:, :3], "blocks", 0.0, id="narrower than a block"),
    pytest.param(lambda page: page[:, :1], "sharpness", 0.0, id="one column"),
]


@pytest.mark.parametrize(("change", "name", "expected"), CHANGES)
def test_a_change_shows(change, name, expected):
    assert getattr(measure(change(strokes())), name) == expected


def test_soft_strokes_and_blocks_show():
    page = strokes()
    soft = cv2.GaussianBlur(page, (0, 0), 3)
    poor = cv2.imdecode(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 2])[1], 0)
    assert measure(soft).sharpness < 0.6 * measure(page).sharpness
    assert measure(page).blocks < 0.15 < measure(poor).blocks


def test_turning_upside_down_turns_the_skewness():
    page = strokes()
    assert measure(page[::-1]).skewness == pytest.approx(-measure(page).skewness)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="no bytes"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="a header alone"),
        pytest.param("no/such/file.png", id="no file"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_does_not_decode_is_measured_as_such(source):
    measures = Picture(lambda: source).measures
    assert not measures.decodes
    assert np.isnan(measures.width)
    assert measures.look is None


def test_a_change_is_made_and_measured_once():
    calls = []

    def note(page):
        calls.append(page)
        return 255 - page

    picture = Picture(strokes)
    assert picture.changed(note).measures is picture.changed(note).measures
    assert len(calls) == 1
