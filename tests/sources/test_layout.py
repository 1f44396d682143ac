"""Where letters go: every setting moves them, struck words stay out of the text."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.hands import PLAIN, install_fonts
from text_recognizer.core.errors import InputError
from text_recognizer.sources.layout import lay_out


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    return install_fonts(tmp_path_factory.mktemp("data"))[0]


def place(family, text, seed=0, **changes):
    style = dataclasses.replace(PLAIN, **changes)
    return lay_out(text, family, style, np.random.default_rng(seed))


def test_a_plain_line_has_its_letters_in_order_and_no_spaces(family):
    layout = place(family, "so it was")
    assert "".join(letter.character for letter in layout.letters) == "soitwas"
    assert [letter.pen for letter in layout.letters] == sorted(
        letter.pen for letter in layout.letters
    )
    assert layout.struck is None
    assert layout.letters[-1].end < layout.width


def test_a_steady_hand_writes_equal_letters_equally(family):
    first, second = (letter for letter in place(family, "nn").letters)
    assert (first.across, first.size, first.shear) == (second.across, second.size, second.shear)


def test_a_tired_hand_gets_narrower_and_flatter_towards_the_end_of_a_word(family):
    letters = place(family, "nnnnnnnn nn", fade=0.5).letters
    assert letters[7].across < 0.7 * letters[0].across
    assert letters[7].size < letters[0].size
    # The next word starts afresh.
    assert letters[8].across == letters[0].across


@pytest.mark.parametrize(
    ("changes", "shorter"),
    [
        pytest.param({"gaps": 1.0}, False, id="broken words are wider"),
        pytest.param({"tight": 1.0}, True, id="words that touch are narrower"),
        pytest.param({"stretch": 0.7}, True, id="a narrow hand is narrower"),
    ],
)
def test_a_setting_shows_in_the_width(changes, shorter, family):
    plain, changed = place(family, "nine men ran"), place(family, "nine men ran", **changes)
    assert (changed.width < plain.width) == shorter
    assert changed.width != plain.width


@pytest.mark.parametrize("seed", range(8))
def test_a_struck_word_is_written_and_not_in_the_text(seed, family):
    text = "so it was"
    layout = place(family, text, seed, strike=True)
    first, last = layout.struck
    extra = [letter for letter in layout.letters if first <= letter.pen < last]
    assert 2 <= len(extra) <= 6
    rest = "".join(letter.character for letter in layout.letters if letter not in extra)
    assert rest == "soitwas"
    # No character of the text has its middle under the struck word.
    assert len(layout.centres) == len(text)
    assert not any(first < centre < last for centre in layout.centres)
    assert (np.diff(layout.centres) > 0).all()


def test_one_letter_can_stand_beside_a_struck_word(family):
    layout = place(family, "a", strike=True)
    assert len(layout.centres) == 1


def test_a_line_that_opencv_cannot_bend_is_refused(family):
    with pytest.raises(InputError, match=r"at most 32,000 px wide, got .* for 300 characters"):
        place(family, "m" * 300, stretch=5.0)
