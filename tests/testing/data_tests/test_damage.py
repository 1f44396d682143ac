"""Each change does what its name says, to one text or picture, and leaves its input alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from text_recognizer.data.expectations.pictures import Picture
from text_recognizer.testing.data_tests import damage

TEXTS = [
    pytest.param(damage.emptied, "a line", "", id="empty"),
    pytest.param(damage.truncated, "abcdef", "ab", id="a third"),
    pytest.param(damage.truncated, "a", "a", id="nothing to cut"),
    pytest.param(damage.escaped, 'a <b> "c"', "a&nbsp;&lt;b&gt;&nbsp;&quot;c&quot;", id="entities"),
    pytest.param(damage.escaped, "plain", "plain", id="no mark, no entity"),
    pytest.param(damage.curled, '"it\'s-so"', "\u201dit\u2019s\u2013so\u201d", id="curly"),
    pytest.param(damage.misdecoded, "a b", "a\u00c2\u00a0b", id="a hard space, misread"),
    pytest.param(damage.misspelt, "a-b", "a-w", id="the later of two letters"),
    pytest.param(damage.misspelt, "w", "v", id="never the same letter"),
    pytest.param(damage.misspelt, "12", "12", id="no letter"),
]


@pytest.mark.parametrize(("change", "text", "expected"), TEXTS)
def test_texts(change, text, expected):
    assert change(text) == expected


@pytest.fixture
def page():
    image = np.full((60, 300), 220, np.uint8)
    cv2.putText(image, "eggs", (8, 40), cv2.FONT_HERSHEY_SCRIPT_COMPLEX, 1.2, 30, 2)
    return image


PICTURES = [
    pytest.param(damage.inverted, lambda m, o: not m.dark_on_light, id="inverted"),
    pytest.param(damage.blank, lambda m, o: m.ink == 0 and m.paper == o.paper, id="blank"),
    pytest.param(damage.cropped, lambda m, o: m.width == o.width / 3, id="cropped"),
    pytest.param(damage.sideways, lambda m, o: m.height == o.width, id="sideways"),
    pytest.param(
        damage.upside_down, lambda m, o: np.isclose(m.skewness, -o.skewness), id="upside down"
    ),
    pytest.param(damage.mirrored, lambda m, o: m.look != o.look and m.ink == o.ink, id="mirrored"),
    pytest.param(damage.thumbnail, lambda m, o: m.height == o.height / 4, id="thumbnail"),
    pytest.param(
        damage.blurred, lambda m, o: m.width == o.width and m.sharpness < o.sharpness, id="blurred"
    ),
    pytest.param(damage.faint, lambda m, o: 0 < m.contrast <= o.contrast / 7, id="faint"),
    pytest.param(damage.jpeg_ruined, lambda m, o: m.blocks > 1.2 * o.blocks, id="JPEG"),
    pytest.param(damage.cut_off, lambda m, o: not m.decodes, id="cut off"),
]


@pytest.mark.parametrize(("change", "holds"), PICTURES)
def test_pictures(change, holds, page):
    before = page.copy()
    picture = Picture(lambda: page)
    assert holds(picture.changed(change).measures, picture.measures)
    assert np.array_equal(page, before), "the input is changed in place"
