"""Font files to glyphs: sizes, places, and what is said of files that are missing or damaged."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from PIL import ImageFont

from tests.hands import FONTS, NAMES, install_fonts
from text_recognizer.core.errors import DataError, InputError
from text_recognizer.sources.fonts import (
    MAX_FACES,
    X_HEIGHT,
    FontFamily,
    choose_families,
    font_families,
)

#: Holes in fonts that were taken in before every character was asked for.
BLANK = {("covered-by-your-grace", "%"), ("gaegu", "`"), ("italianno", "_")}
PRINTABLE = [chr(code) for code in range(33, 127)]


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    return install_fonts(tmp_path_factory.mktemp("data"))


def test_families_are_found_by_name(families):
    assert tuple(family.name for family in families) == NAMES


def test_no_fonts_says_how_to_get_them(tmp_path):
    with pytest.raises(DataError, match=r"no handwriting fonts under .*make fonts"):
        font_families(tmp_path)


def test_a_package_without_the_file_is_passed_over(tmp_path):
    install_fonts(tmp_path)
    packages = tmp_path / "fonts" / "node_modules" / "@fontsource"
    (packages / "half-installed").mkdir()
    (packages / "notes.txt").write_text("not a package")
    assert len(font_families(tmp_path / "fonts")) == len(NAMES)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"not a font at all", id="text"),
    ],
)
def test_a_file_that_is_no_font_is_a_data_error(content, tmp_path):
    path = tmp_path / "x.woff2"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"x\.woff2.*make fonts"):
        _ = FontFamily("x", path).font


def test_an_x_has_the_same_height_in_every_hand(families):
    for family in families:
        rows = np.flatnonzero(family.glyph("x").mask.max(axis=1) > 127)
        assert abs(int(rows[-1] - rows[0] + 1) - X_HEIGHT) <= 2


@pytest.mark.parametrize("character", list("aMgj,.'~0&"))
def test_a_glyph_has_a_border_and_lies_about_the_baseline(character, families):
    glyph = families[0].glyph(character)
    assert glyph.mask.max() == 255
    for edge in (glyph.mask[:2], glyph.mask[-2:], glyph.mask[:, :2], glyph.mask[:, -2:]):
        assert not edge.any()
    assert glyph.advance > 0
    assert -4 * X_HEIGHT < glyph.top < X_HEIGHT


@pytest.mark.parametrize(
    ("character", "below"),
    [pytest.param("x", False, id="stands on the line"), pytest.param("g", True, id="hangs below")],
)
def test_descenders_hang_below_the_baseline(character, below, families):
    glyph = families[0].glyph(character)
    assert (glyph.top + glyph.mask.shape[0] - 2 > 4) is below


def test_a_space_is_empty_and_moves_the_pen(families):
    glyph = families[0].glyph(" ")
    assert not glyph.mask.any()
    assert glyph.advance > 2


def test_glyphs_are_kept(families):
    assert families[0].glyph("q") is families[0].glyph("q")


def test_stroke_is_a_few_pixels(families):
    assert 1 < families[0].stroke < X_HEIGHT / 2


def test_kerning_is_small(families):
    assert abs(families[0].kern("A", "V")) < X_HEIGHT


def add_faces(folder, name, faces):
    """Copies of the regular face under the names of other faces."""
    files = folder / "fonts" / "node_modules" / "@fontsource" / name / "files"
    content = (files / f"{name}-latin-400-normal.woff2").read_bytes()
    for face in faces:
        (files / f"{name}-latin-{face}.woff2").write_bytes(content)


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        pytest.param([], [], id="one face"),
        pytest.param(["700-normal"], ["700-normal"], id="bold"),
        pytest.param(["400-italic"], ["400-italic"], id="italic"),
        pytest.param(
            ["100-normal", "200-normal", "300-normal"],
            ["100-normal", "200-normal", "300-normal"],
            id="as many as are used",
        ),
        pytest.param(
            ["300-italic", "300-normal", "500-normal", "600-normal", "700-normal"],
            ["300-italic", "500-normal", "700-normal"],
            id="more: spread over the weights",
        ),
        pytest.param(["800-normal", "900-normal"], [], id="headline weights are left out"),
    ],
)
def test_other_weights_and_italics_are_faces_of_the_family(installed, expected, tmp_path):
    install_fonts(tmp_path)
    add_faces(tmp_path, "caveat", installed)
    family = font_families(tmp_path / "fonts")[0]
    assert [path.stem.removeprefix("caveat-latin-") for path in family.others] == expected
    assert family.faces[0] is family
    assert [face.path for face in family.faces[1:]] == list(family.others)
    assert {face.name for face in family.faces} == {"caveat"}
    assert len(family.faces) <= MAX_FACES


def test_a_face_keeps_its_own_glyphs(tmp_path):
    install_fonts(tmp_path)
    add_faces(tmp_path, "caveat", ["700-normal"])
    family = font_families(tmp_path / "fonts")[0]
    regular, bold = family.faces
    assert family.faces[1] is bold
    assert regular != bold
    assert regular.glyph("a") is not bold.glyph("a")
    assert regular.glyph("a") is regular.faces[0].glyph("a")


def test_a_family_takes_its_faces_to_another_process(tmp_path):
    install_fonts(tmp_path)
    add_faces(tmp_path, "caveat", ["700-normal"])
    family = font_families(tmp_path / "fonts")[0]
    faces = family.faces
    copy = pickle.loads(pickle.dumps(family))
    assert copy.faces == faces


def test_a_family_goes_to_another_process_with_its_font_open(families):
    """macOS and Windows start workers afresh and pickle what they need."""
    opened = families[0].glyph("a")
    copy = pickle.loads(pickle.dumps(families[0]))
    assert copy == families[0]
    assert np.array_equal(copy.glyph("a").mask, opened.mask)


def test_choose_keeps_the_order_of_the_names(families):
    assert [f.name for f in choose_families(families, ["zeyada", "caveat"])] == ["zeyada", "caveat"]


def test_choose_lists_what_is_known(families):
    with pytest.raises(InputError, match=r"\['arial'\] are not installed; known: .*'caveat'"):
        choose_families(families, ["caveat", "arial"])


@pytest.fixture(scope="module")
def faces():
    return [face for family in font_families(FONTS) for face in family.faces]


@pytest.mark.fonts
@pytest.mark.skipif(not (FONTS / "node_modules").is_dir(), reason="no fonts: run `make fonts`")
def test_many_hands_are_installed(faces):
    assert len({face.name for face in faces}) >= 150
    assert len(faces) >= 300


@pytest.mark.slow
@pytest.mark.fonts
@pytest.mark.skipif(not (FONTS / "node_modules").is_dir(), reason="no fonts: run `make fonts`")
def test_every_installed_family_writes_every_character(faces):
    for face in (family for family in faces if family.path.stem.endswith("-400-normal")):
        font = ImageFont.truetype(face.path, 12, layout_engine=ImageFont.Layout.BASIC)
        absent = bytes(font.getmask("\ufdd0"))
        for character in PRINTABLE:
            drawn = bytes(font.getmask(character))
            found = any(drawn) and drawn != absent
            assert found or (face.name, character) in BLANK, (face.path.name, character)


@pytest.mark.fonts
@pytest.mark.skipif(not (FONTS / "node_modules").is_dir(), reason="no fonts: run `make fonts`")
def test_every_installed_face_writes(faces):
    for face in faces:
        assert all(face.glyph(c).mask.any() for c in "agQ7.,?'"), face.path.name
        assert face.glyph(" ").advance > 2, face.path.name
        assert 0.5 < face.stroke < 12, face.path.name
