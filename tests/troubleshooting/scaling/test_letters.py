"""Windows are where the letters are, and draws of one seed contain each other."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.data.sample import load_lines
from text_recognizer.troubleshooting.scaling.letters import (
    FEATURES,
    LETTERS,
    SHIFTS,
    Letters,
    describe_line,
    load_letters,
)


def test_every_lower_case_letter_of_the_lines_is_there_in_order():
    letters = load_letters("test", 3)
    text = "".join(sample.text for sample in load_lines("test", 3))
    assert [LETTERS[label] for label in letters.labels] == [c for c in text if c in LETTERS]
    assert letters.features.shape == (len(letters), SHIFTS, FEATURES)
    assert letters.features.dtype == np.float32
    lengths = np.linalg.norm(letters.features, axis=2)
    assert np.allclose(lengths[lengths > 0], 1, atol=1e-5)


@pytest.mark.parametrize("larger_first", [True, False])
def test_fewer_lines_are_the_beginning_of_more(larger_first):
    seed = 11 + larger_first
    draws = {n: load_letters("val", n, seed) for n in ((4, 2) if larger_first else (2, 4))}
    count = len(draws[2])
    assert 0 < count < len(draws[4])
    assert (draws[2].features == draws[4].features[:count]).all()
    assert (draws[2].labels == draws[4].labels[:count]).all()
    assert draws[2].hands == draws[4].hands[:2]
    assert draws[2].places.max() <= 1  # a line may have no lower-case letter


def test_hands_of_the_held_out_lines_are_strangers():
    """All lines of either, so that a leak cannot hide in the rest."""
    hands = {split: {s.writer for s in load_lines(split)} for split in ("train", "val", "test")}
    assert not hands["train"] & hands["test"]
    assert not hands["val"] & (hands["train"] | hands["test"])


def test_a_window_looks_at_its_column():
    """Two bars, one upright and one lying: the windows differ, a shift of a window is small."""
    pixels = np.full((64, 400), 255, np.uint8)
    pixels[10:54, 98:104] = 0
    pixels[30:36, 280:320] = 0
    upright, lying = describe_line(LineImage(pixels), [101.0, 300.0])
    assert upright[0] @ lying[0] < 0.7
    assert upright[0] @ upright[1] > upright[0] @ lying[0]


def test_centres_beyond_the_picture_are_taken_to_its_edge():
    pixels = np.full((64, 100), 255, np.uint8)
    pixels[20:40, 40:60] = 0
    assert np.isfinite(describe_line(LineImage(pixels), [-30.0, 500.0])).all()


@pytest.mark.parametrize(
    ("split", "lines", "match"),
    [
        ("test", 0, "at least 1; received 0"),
        ("val", 9_999, "1 to 400 in the split 'val'; received 9999"),
        ("dev", 5, "received 'dev'"),
    ],
)
def test_bad_requests_are_named(split, lines, match):
    with pytest.raises(InputError, match=match):
        load_letters(split, lines)


def test_letters_have_one_label_each():
    with pytest.raises(InputError, match="received 2, 1 and 2"):
        Letters(
            features=np.zeros((2, SHIFTS, FEATURES), np.float32),
            labels=np.zeros(1, np.int64),
            places=np.zeros(2, np.int64),
            ids=np.zeros(1, np.int64),
            hands=("a",),
        )
