from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.core.errors import DataError
from text_recognizer.data.hand import FontHand
from text_recognizer.data.manifest import SPLITS
from text_recognizer.sources.render import RENDERER_VERSION

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"


def test_without_fonts_the_cure_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="make fonts"):
        FontHand(tmp_path, noise=2.0)


@pytest.fixture(scope="module")
def hand() -> FontHand:
    try:
        return FontHand(FONTS, noise=2.0)
    except DataError:
        pytest.skip("no fonts here; make fonts installs them")


@pytest.mark.fonts
def test_splits_share_no_family_and_come_in_a_fixed_order(hand: FontHand) -> None:
    writers = [list(hand.writers(split)) for split in SPLITS]
    every = [name for names in writers for name in names]
    assert len(every) == len(set(every)) == len(hand.families)
    assert all(names == sorted(names) for names in writers)
    assert hand.version == RENDERER_VERSION


@pytest.mark.fonts
def test_the_same_seed_gives_the_same_pictures(hand: FontHand) -> None:
    writer = hand.writers("test")[0]
    drawn = [hand.line("Hello there", writer=writer, seed=s) for s in (3, 3, 4)]
    (one, centres), (two, same), (other, _) = drawn
    assert list(centres) == list(same) == sorted(centres)
    assert len(centres) == len("Hello there")
    assert 0 < centres[0] < centres[-1] < one.shape[1]
    assert np.array_equal(one, two)
    assert one.shape != other.shape or not np.array_equal(one, other)
    page, boxes = hand.paragraph(["Hello there", "old friend"], writer=writer, seed=3)
    again, _ = hand.paragraph(["Hello there", "old friend"], writer=writer, seed=3)
    assert np.array_equal(page, again)
    assert len(boxes) == 2
    assert boxes[0].top < boxes[1].top
    assert max(box.right for box in boxes) <= page.shape[1]
    assert max(box.bottom for box in boxes) <= page.shape[0]


@pytest.mark.fonts
def test_paper_has_little_grain(hand: FontHand) -> None:
    quiet = FontHand(FONTS, noise=0.0)
    writer = quiet.writers("test")[0]
    assert all(quiet._style(seed).noise == 0 for seed in range(5))
    assert any(hand._style(seed).noise > 1 for seed in range(5))
    assert quiet.line("x", writer=writer, seed=1)[0].ndim == 2
