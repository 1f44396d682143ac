"""Rendered lines: the same from a seed, centres on ink, and bad text refused."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hands import FONTS, PLAIN, install_fonts
from text_recognizer.core.errors import InputError
from text_recognizer.sources.families import families_of
from text_recognizer.sources.fonts import font_families
from text_recognizer.sources.render import LONGEST_TEXT, Renderer, seeded
from text_recognizer.sources.style import Style

DIGEST = """
import hashlib, pathlib, sys
from text_recognizer.sources.fonts import font_families
from text_recognizer.sources.render import Renderer
renderer = Renderer(font_families(pathlib.Path(sys.argv[1])))
lines = [renderer.line("Dear Ann, 27 dogs!", seed=seed) for seed in range(6)]
print(hashlib.sha256(b"".join(l.image.pixels.tobytes() for l in lines)).hexdigest())
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    install_fonts(folder)
    return folder


@pytest.fixture(scope="module")
def renderer(data):
    return Renderer(font_families(data / "fonts"))


def test_the_same_seed_gives_the_same_bytes_in_another_process(data, renderer):
    words = [sys.executable, "-c", DIGEST, str(data / "fonts")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    lines = [renderer.line("Dear Ann, 27 dogs!", seed=seed) for seed in range(6)]
    pixels = b"".join(line.image.pixels.tobytes() for line in lines)
    assert done.stdout.strip() == hashlib.sha256(pixels).hexdigest()


def test_seeds_differ_in_picture_and_hand(renderer):
    lines = [renderer.line("a line", seed=seed) for seed in range(20)]
    assert len({line.image.pixels.tobytes() for line in lines}) == 20
    assert len({line.writer for line in lines}) == 3


@given(
    seed=st.integers(0, 2**62),
    text=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24),
)
def test_a_line_is_a_picture_with_a_centre_per_character(seed, text, renderer):
    line = renderer.line(text, seed=seed)
    assert line.text == text
    assert len(line.centres) == len(text)
    assert line.image.height >= 3
    assert line.image.width >= 3


def test_centres_increase_and_lie_on_ink(renderer):
    text = "the quick brown fox hums"
    for seed in range(25):
        line = renderer.line(text, seed=seed)
        marks = [(c, x) for c, x in zip(text, line.centres, strict=True) if c != " "]
        columns = [x for _, x in marks]
        assert columns == sorted(columns), seed
        assert columns[0] >= -3
        assert columns[-1] <= line.image.width + 3


def test_centres_of_a_neat_hand_are_dark(renderer):
    text = "iliil lil"
    line = renderer.line(text, seed=4, style=PLAIN)
    for character, centre in zip(text, line.centres, strict=True):
        columns = line.image.pixels[:, max(0, round(centre) - 2) : round(centre) + 3]
        assert bool(columns.min() < 150) is (character != " ")


def test_family_and_style_are_used_as_given(renderer):
    family = renderer.families[1]
    line = renderer.line("given", seed=0, family=family, style=Style(paper=180.0, noise=0.0))
    assert line.writer == family.name
    assert line.image.pixels.max() == 180


def test_neighbours_only_add_ink_and_keep_the_size(renderer):
    style = dataclasses.replace(PLAIN, word_space=60.0)
    near = dataclasses.replace(style, neighbours=True)
    for seed in range(8):
        alone = renderer.line("no no no", seed=seed, style=style).image.pixels
        among = renderer.line("no no no", seed=seed, style=near).image.pixels
        assert alone.shape == among.shape
        assert (among <= alone).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", r"cannot render ''", id="empty"),
        pytest.param("  ", r"cannot render '  '; give at least one", id="blank"),
        pytest.param("caf\u00e9", r"\['\u00e9'\]; use printable ASCII", id="accent"),
        pytest.param("two\nlines", r"\['\\n'\]", id="line feed"),
        pytest.param("a\x00b", r"\['\\x00'\]", id="control character"),
        pytest.param("x" * (LONGEST_TEXT + 1), "301 characters", id="endless"),
        pytest.param(b"bytes", r"a str, got b'bytes' \(bytes\)", id="bytes"),
        pytest.param(None, r"a str, got None", id="nothing"),
    ],
)
def test_bad_text_is_refused_with_its_value(text, words, renderer):
    with pytest.raises(InputError, match=words):
        renderer.line(text, seed=0)


def test_a_negative_seed_is_refused(renderer):
    with pytest.raises(InputError, match="from 0, got -1"):
        renderer.line("x", seed=-1)
    assert seeded(2).random() == np.random.default_rng(2).random()


def test_a_renderer_without_hands_is_refused():
    with pytest.raises(InputError, match="at least one font family, got none"):
        Renderer([])


@pytest.mark.fonts
@pytest.mark.skipif(not (FONTS / "node_modules").is_dir(), reason="no fonts: run `make fonts`")
@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_installed_hands_write_a_line(split):
    renderer = Renderer(families_of(split, font_families(FONTS)))
    for seed, family in enumerate(renderer.families[:12]):
        line = renderer.line("Pack my box, 1905!", seed=seed, family=family)
        assert line.image.width > 100, family.name
        assert int(line.image.pixels.max()) - int(line.image.pixels.min()) > 30, family.name
