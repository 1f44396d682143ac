"""The gallery shows the worst lines, few of one writer, with every error marked."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageColor

from text_recognizer.core import EchoReader, LineImage
from text_recognizer.core.errors import InputError
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.gallery import MARKS, draw_gallery, pick_failures, save_sheet
from text_recognizer.testing.labels import LabelledItem

PAPER = np.full((30, 300), 255, np.uint8)


def read(*pairs, writers=None, kind="line"):
    """An evaluation of (written, read), and the pictures by id."""
    items = [
        LabelledItem(PAPER, text, kind=kind, writer=(writers or "abcdefgh")[k], id=str(k))
        for k, (text, _) in enumerate(pairs)
    ]
    found = evaluate(EchoReader([said for _, said in pairs]), items)[kind]
    return found, {item.id: item.open() for item in items}


def grounds(sheet, top=78):
    """Which marks' grounds occur below the headline."""
    colors = {tuple(pixel) for pixel in np.asarray(sheet)[top:].reshape(-1, 3)}
    return {name for name, (_, ground) in MARKS.items() if ImageColor.getrgb(ground) in colors}


@pytest.mark.parametrize(
    ("pairs", "writers", "chosen"),
    [
        pytest.param([("x" * 9, "x" * 9), ("x" * 9, "x")], "ab", "1", id="no faultless line"),
        pytest.param([("x" * 9, "x" * k) for k in (3, 1, 2)], "abc", "120", id="worst first"),
        pytest.param([("x" * 9, "x" * k) for k in (1, 2, 3)], "aaa", "01", id="two of a writer"),
        pytest.param([("ab", "a"), ("x" * 9, "x" * 8)], "ab", "1", id="short ones only if needed"),
    ],
)
def test_what_is_picked(pairs, writers, chosen):
    found, _ = read(*pairs, writers=writers)
    assert "".join(each.id for each in pick_failures(found, len(chosen))) == chosen


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        pytest.param("abxdefgh", {"substitution"}, id="another letter"),
        pytest.param("abdefgh", {"deletion"}, id="a lost one"),
        pytest.param("abccdefgh", {"insertion"}, id="one too many"),
        pytest.param("xbdefghh", set(MARKS), id="all three"),
    ],
)
def test_each_kind_of_error_has_its_colour(said, marks):
    found, images = read(("abcdefgh", said))
    assert grounds(draw_gallery(pick_failures(found), images)) == marks


def test_a_long_text_is_broken_into_rows():
    short, images = read(("x" * 9, "x"))
    long, more = read(("x" * 300, "x"))
    before = draw_gallery(pick_failures(short), images)
    after = draw_gallery(pick_failures(long), more)
    assert after.width == before.width == 1080
    assert after.height > before.height + 3 * 48


def test_a_paragraph_is_shown_smaller():
    found, images = read(("abcdefgh\nij", "abcdefgh"), kind="paragraph")
    assert draw_gallery(pick_failures(found), images).height < 500


def test_the_same_failures_give_the_same_small_file(tmp_path):
    found, images = read(("abcdefgh", "abxefgh"), ("x" * 40, "y" * 40))
    for name in ("one.png", "deep/two.png"):
        save_sheet(draw_gallery(pick_failures(found), images), tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.png", "deep/two.png"))
    assert one == two
    assert len(one) < 30_000
    assert Image.open(tmp_path / "one.png").mode == "P"


def test_few_colours_keep_the_marks_apart(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (60, 900)).astype(np.uint8)
    found, _ = read(("abcdefgh", "xbdefghh"))
    sheet = draw_gallery(pick_failures(found), {"0": LineImage(noise)})
    save_sheet(sheet, tmp_path / "one.png")
    assert grounds(Image.open(tmp_path / "one.png").convert("RGB")) == set(MARKS)


def test_refusals(tmp_path):
    found, images = read(("abcdefgh", "abxefgh"))
    with pytest.raises(InputError, match="count=0"):
        pick_failures(found, 0)
    with pytest.raises(InputError, match="received 0 failures"):
        draw_gallery([], images)
    with pytest.raises(InputError, match=r"no picture of \['0'\]"):
        draw_gallery(pick_failures(found), {})
    with pytest.raises(InputError, match="a gallery is written to a file"):
        save_sheet(draw_gallery(pick_failures(found), images), tmp_path)
