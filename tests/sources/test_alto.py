from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from text_recognizer.core.errors import ParseError
from text_recognizer.core.images import PageImage
from text_recognizer.sources.alto import (
    clean_transcription,
    crop_polygon,
    load_alto,
    read_alto,
)

# In the form that eScriptorium exports and Copiste d'un jour publishes.
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xmlns="http://www.loc.gov/standards/alto/ns-v4#"
      xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v4# alto-4-2.xsd">
  <Description><MeasurementUnit>pixel</MeasurementUnit>
    <sourceImageInformation><fileName>{name}.jpg</fileName></sourceImageInformation>
  </Description>
  <Tags><OtherTag ID="BT1" LABEL="text"/><OtherTag ID="LT1" LABEL="default"/></Tags>
  <Layout><Page WIDTH="200" HEIGHT="120" PHYSICAL_IMG_NR="0" ID="p"><PrintSpace>
    <TextBlock ID="b1" TAGREFS="BT1"><Shape><Polygon POINTS="0 0 9 0 9 9"/></Shape>
      {lines}
    </TextBlock></PrintSpace></Page></Layout>
</alto>"""
LINE = """<TextLine ID="{id}" TAGREFS="LT1" BASELINE="10 40 190 40" {box}>
  {shape}<String CONTENT="{text}" HPOS="10" VPOS="20" WIDTH="180" HEIGHT="30"></String>
</TextLine>"""
SHAPE = '<Shape><Polygon POINTS="{points}"/></Shape>'
BOX = 'HPOS="10" VPOS="20" WIDTH="180" HEIGHT="30"'


def line(text: str, points: str = "10 20 190 20 190 50 10 50", **keys: str) -> str:
    values = {"id": "l1", "box": BOX, "shape": SHAPE.format(points=points), **keys}
    return LINE.format(text=text.replace("<", "&lt;"), **values)


def publish(
    folder: Path, *lines: str, name: str = "imp_wikitexte_0007", size: tuple[int, int] = (200, 120)
) -> Path:
    (folder / "alto").mkdir(parents=True, exist_ok=True)
    (folder / "jpg").mkdir(exist_ok=True)
    picture = np.full(size[::-1], 250, np.uint8)
    picture[size[1] // 4 : size[1] // 3, size[0] // 10 : -size[0] // 10] = 20
    picture[size[1] // 2 :] = 90
    Image.fromarray(picture).save(folder / "jpg" / f"{name}.jpg", quality=100)
    path = folder / "alto" / f"{name}.xml"
    path.write_text(PAGE.format(name=name, lines="\n".join(lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected", "plain", "struck"),
    [
        pytest.param("été à  Noël", "été à Noël", "ete a Noel", False, id="accents, white space"),
        pytest.param("un >bel< été", "un été", "un ete", True, id="crossed out, readable"),
        pytest.param("un >< été", "un été", "un ete", True, id="crossed out, unreadable"),
        pytest.param("a ⟦b c⟧ d", "a d", "a d", True, id="the brackets of other pages"),
        pytest.param("1 < 2", "1 < 2", "1 < 2", False, id="a sign alone is a sign"),
        pytest.param("><", "", "", True, id="nothing else on the line"),
    ],
)
def test_clean_transcription(text: str, expected: str, plain: str, struck: bool) -> None:
    cleaned = clean_transcription(text)
    assert (cleaned.text, cleaned.plain, cleaned.struck) == (expected, plain, struck)


@pytest.mark.parametrize(
    ("text", "lost"),
    [("5 € de π", "π€"), ("e\u0301te\u0301", ""), ("¡Hola! ½ œuf", "¡"), ("日本", "日本")],
)
def test_characters_that_ascii_lacks_are_named(text: str, lost: str) -> None:
    assert clean_transcription(text).lost == lost


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Property: what has been cleaned is clean (as to white space and ASCII)."""
    once = clean_transcription(text)
    assert once.plain == clean_transcription(once.plain).plain or once.struck
    assert all(" " <= c <= "~" for c in once.plain)


def test_a_page_is_read_as_published(tmp_path: Path) -> None:
    path = publish(tmp_path, line("imp_wikitexte_0007"), line("l&#x27;État"), line(" "))
    page = read_alto(path)
    assert (page.name, page.width, page.height) == ("imp_wikitexte_0007", 200, 120)
    assert page.image_name == "imp_wikitexte_0007.jpg"
    (only,) = page.lines
    assert only.id == "imp_wikitexte_0007_01"
    assert only.transcription.plain == "l'Etat"
    assert only.polygon[:2] == ((10, 20), (190, 20))
    assert only.tags == ("default",)


def test_several_strings_and_boxes_without_polygon(tmp_path: Path) -> None:
    both = line("one", shape='<String CONTENT="the"/><SP/>')
    (only,) = read_alto(publish(tmp_path, both)).lines
    assert only.transcription.text == "the one"
    assert only.polygon == ((10, 20), (190, 20), (190, 50), (10, 50))


def test_commas_between_x_and_y_as_in_older_files(tmp_path: Path) -> None:
    (only,) = read_alto(publish(tmp_path, line("a", "1,2 3,4 5,6"))).lines
    assert only.polygon == ((1, 2), (3, 4), (5, 6))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        pytest.param(line("a", "1 2 3 4"), "'1 2 3 4'", id="two points"),
        pytest.param(line("a", "1 2 3 4 5 6 7"), "x and y in turn", id="half a point"),
        pytest.param(line("a", "1 2 x 4 5 6"), "<TextLine id='l1'>", id="a letter"),
        pytest.param(line("a", "1 2 3 4 5 inf"), "<TextLine id='l1'>", id="infinity"),
        pytest.param(line("a", shape="", box=""), "attribute HPOS", id="neither outline nor box"),
        pytest.param(line("a", shape="<String/>"), "attribute CONTENT", id="a string without text"),
    ],
)
def test_a_broken_line_names_file_and_element(tmp_path: Path, broken: str, words: str) -> None:
    path = publish(tmp_path, broken)
    with pytest.raises(ParseError) as caught:
        read_alto(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [("<PcGts/>", "begins with <PcGts>"), ("<alto/>", "describes a <Page>")],
)
def test_other_xml_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(content)
    with pytest.raises(ParseError, match=words):
        read_alto(path)


def test_what_lies_outside_the_outline_becomes_paper() -> None:
    pixels = np.full((60, 100), 240, np.uint8)
    pixels[10:20, 10:90] = 10
    pixels[40:] = 0
    cut = crop_polygon(PageImage(pixels), [(5, 5), (95, 5), (95, 30), (50, 55), (5, 30)])
    assert cut.pixels.shape == (51, 91)
    assert (cut.pixels[5:15, 5:85] == 10).all()
    assert cut.pixels[-1, 0] == 240
    assert cut.pixels[40, 45] == 0


def test_an_outline_beyond_the_page_is_cut_off() -> None:
    page = PageImage(np.full((20, 30), 255, np.uint8))
    assert crop_polygon(page, [(-5, -5), (99, -5), (99, 99)]).width == 30
    with pytest.raises(ParseError, match="30x20 px"):
        crop_polygon(page, [(50, 5), (60, 5), (60, 9)])


def test_load_splits_by_writer_and_skips_struck_lines(tmp_path: Path) -> None:
    publish(tmp_path, line("un été"), line("un >bel< été"), name="imp_wikitexte_0001_1")
    publish(tmp_path, line("deux"), name="imp_wikitexte_0001_2")
    publish(tmp_path, line("trois"), line("5 €"), name="imp_wikitexte_0002")
    keys = {"writer_pattern": r"imp_wikitexte_(\d+)", "splits": {"train": ["0001"]}}
    train = list(load_alto(tmp_path, "train", **keys))  # type: ignore[arg-type]
    assert [(s.writer, s.text) for s in train] == [("0001", "un ete"), ("0001", "deux")]
    assert train[0].image.pixels.shape == (31, 181)
    assert [s.text for s in load_alto(tmp_path, "test", **keys)] == ["trois"]  # type: ignore[arg-type]
    assert list(load_alto(tmp_path, "val", **keys)) == []  # type: ignore[arg-type]
    every = load_alto(tmp_path, plain=False, keep_struck=True)
    assert [s.text for s in every] == ["un été", "un été", "deux", "trois", "5 €"]


def test_tags_choose_lines(tmp_path: Path) -> None:
    publish(tmp_path, line("a"))
    assert len(list(load_alto(tmp_path, tags=["default"]))) == 1
    assert not list(load_alto(tmp_path, tags=["DefaultLine:Print"]))


def test_a_picture_of_another_scale_is_fine_of_another_page_not(tmp_path: Path) -> None:
    publish(tmp_path, line("a"), size=(400, 240))
    assert next(load_alto(tmp_path)).image.pixels.shape == (61, 361)
    publish(tmp_path, line("a"), size=(400, 400))
    with pytest.raises(ParseError, match="400x400"):
        next(load_alto(tmp_path))


@pytest.mark.parametrize("content", [None, b"junk"], ids=["missing", "unreadable"])
def test_a_page_needs_its_picture(tmp_path: Path, content: bytes | None) -> None:
    publish(tmp_path, line("a"))
    picture = tmp_path / "jpg" / "imp_wikitexte_0007.jpg"
    picture.unlink()
    if content:
        picture.write_bytes(content)
    with pytest.raises(ParseError, match="imp_wikitexte_0007"):
        next(load_alto(tmp_path))
