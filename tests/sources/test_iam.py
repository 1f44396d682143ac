from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from text_recognizer.core.errors import ParseError
from text_recognizer.core.images import Box
from text_recognizer.sources.iam import (
    Form,
    load_iam_lines,
    load_iam_paragraphs,
    read_form,
    read_task,
    writer_splits,
)

# Attributes and nesting as in the official xml.tgz.
FORM = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE form SYSTEM "http://www.iam.unibe.ch/form-metadata.dtd">
<form created="2002-01-14" height="300" id="{id}" last-modified="2002-07-17" skew="287"
      status="final" version="3.0_beta" width="400" writer-id="{writer}">
  <machine-printed-part><machine-print-line text="Printed, not written"/></machine-printed-part>
  <handwritten-part>
    <line asx="0" asy="739" id="{id}-00" segmentation="ok" threshold="154"
          text="He said &amp;quot;A MOVE&amp;quot;">
      <word id="{id}-00-00" tag="AT" text="A">
        <cmp x="40" y="60" width="27" height="20"/><cmp x="80" y="55" width="30" height="40"/>
      </word>
      <word id="{id}-00-01" tag="NN" text="MOVE"><cmp x="200" y="70" width="60" height="20"/></word>
    </line>
    <line id="{id}-01" segmentation="err" threshold="154" text="to stop Mr.">
      <word id="{id}-01-00" text="to"><cmp x="30" y="120" width="300" height="30"/></word>
    </line>
    <line id="{id}-02" segmentation="ok" text="no ink"><word id="{id}-02-00" text="no"/></line>
  </handwritten-part>
</form>"""
TASK = "largeWriterIndependentTextLineRecognitionTask"


def publish(folder: Path, forms: dict[str, str], *, lines: bool = True) -> Path:
    """Unpacked archives as the download leaves them."""
    (folder / "xml").mkdir(parents=True)
    for form, writer in forms.items():
        (folder / "xml" / f"{form}.xml").write_text(FORM.format(id=form, writer=writer))
        home = folder / "lines" / form[:3] / re.sub(r"[a-z]$", "", form)
        home.mkdir(parents=True, exist_ok=True)
        for index in range(3 if lines else 0):
            Image.new("L", (50, 20), 10 * index).save(home / f"{form}-{index:02d}.png")
        (folder / "formsA-D").mkdir(exist_ok=True)
        Image.fromarray(np.full((300, 400), 200, np.uint8)).save(
            folder / "formsA-D" / f"{form}.png"
        )
    return folder


def lists(folder: Path, **names: str) -> None:
    (folder / TASK).mkdir()
    for stem, lines in names.items():
        (folder / TASK / f"{stem}.txt").write_text(lines.replace(" ", "\n") + "\n")


def test_a_form_as_published(tmp_path: Path) -> None:
    publish(tmp_path, {"a01-000u": "000"})
    form = read_form(tmp_path / "xml" / "a01-000u.xml")
    assert (form.id, form.writer, form.width, form.height) == ("a01-000u", "000", 400, 300)
    first, second, third = form.lines
    assert first.text == 'He said "A MOVE"'
    assert first.box == Box(40, 55, 260, 95)
    assert (first.segmented, second.segmented, third.box) == (True, False, None)


def test_lines_with_their_pictures(tmp_path: Path) -> None:
    publish(tmp_path, {"a01-000u": "000"})
    samples = list(load_iam_lines(tmp_path))
    assert [s.id for s in samples] == ["a01-000u-00", "a01-000u-01", "a01-000u-02"]
    assert {s.writer for s in samples} == {"000"}
    assert [int(s.image.pixels[0, 0]) for s in samples] == [0, 10, 20]
    assert len(list(load_iam_lines(tmp_path, segmented_only=True))) == 2


def test_a_paragraph_is_cut_along_its_lines(tmp_path: Path) -> None:
    publish(tmp_path, {"a01-000u": "000"}, lines=False)
    (sample,) = load_iam_paragraphs(tmp_path)
    assert sample.text == 'He said "A MOVE"\nto stop Mr.'
    assert sample.image.pixels.shape == (150 + 16 - 39, 330 + 16 - 14)
    assert sample.boxes == (Box(26, 16, 246, 56), Box(16, 81, 316, 111))


def test_the_official_task_decides_and_no_writer_stands_in_two_splits(tmp_path: Path) -> None:
    publish(tmp_path, {"a01-000": "1", "a01-003": "2", "b01-000": "1", "c01-000": "3"})
    lists(tmp_path, trainset="a01-003-00 a01-003-01", testset="a01-000-00")
    assert read_task(tmp_path) == {"a01-003": "train", "a01-000": "test"}
    homes = {
        split: {s.writer for s in load_iam_lines(tmp_path, split)}
        for split in ("train", "val", "test")
    }
    assert homes == {"train": {"2", "3"}, "val": set(), "test": {"1"}}
    # The whole of a test writer is test, also a form the task leaves out.
    assert {s.id[:7] for s in load_iam_lines(tmp_path, "test")} == {"a01-000", "b01-000"}


def test_both_validation_sets_are_val(tmp_path: Path) -> None:
    lists(tmp_path, validationset1="a01-000-00", validationset2="b01-000-00")
    assert set(read_task(tmp_path).values()) == {"val"}


def test_a_task_that_splits_a_writer_is_refused(tmp_path: Path) -> None:
    publish(tmp_path, {"a01-000": "7", "b01-000": "7"})
    lists(tmp_path, trainset="a01-000-00", testset="b01-000-00")
    with pytest.raises(ParseError, match="writer 7 of form b01-000 is in train and test"):
        list(load_iam_lines(tmp_path))


@given(st.sets(st.integers(0, 700), min_size=1))
def test_without_the_task_every_writer_has_one_fixed_split(writers: set[int]) -> None:
    """Property: the split depends on the writer alone."""
    forms = [
        Form(id=f"f{w}-{k}", writer=str(w), width=0, height=0, lines=())
        for w in writers
        for k in (0, 1)
    ]
    homes = writer_splits(forms)
    assert set(homes.values()) <= {"train", "val", "test"}
    for form in forms:
        assert writer_splits([form]) == {form.writer: homes[form.writer]}


def test_the_hash_gives_about_eighty_ten_ten() -> None:
    forms = [Form(id=str(w), writer=str(w), width=0, height=0, lines=()) for w in range(657)]
    homes = list(writer_splits(forms).values())
    assert 0.75 < homes.count("train") / 657 < 0.85
    assert 0.06 < homes.count("val") / 657 < 0.14


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(("<form", "<page"), "mismatched tag", id="broken XML"),
        pytest.param((' writer-id="5"', ""), "attribute writer-id", id="no writer"),
        pytest.param((' text="to stop Mr."', ""), "<line id='a01-000-01'>", id="no text"),
        pytest.param((' x="30"', ' x="left"'), "'left'", id="a word for a number"),
        pytest.param((' width="300"', ""), "attribute width", id="a component without width"),
        pytest.param(("handwritten-part", "hand-part"), "<handwritten-part>", id="no handwriting"),
    ],
)
def test_a_broken_form_names_file_and_element(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = tmp_path / "a01-000.xml"
    path.write_text(FORM.format(id="a01-000", writer="5").replace(*change))
    with pytest.raises(ParseError) as caught:
        read_form(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_missing_pictures_and_files(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"xml\.tgz"):
        list(load_iam_lines(tmp_path))
    publish(tmp_path, {"a01-000": "5"}, lines=False)
    with pytest.raises(ParseError, match=r"a01-000-00\.png; it is not there; unpack lines\.tgz"):
        list(load_iam_lines(tmp_path))
    Image.new("L", (40, 30)).save(tmp_path / "formsA-D" / "a01-000.png")
    with pytest.raises(ParseError, match="40x30 px, the XML says 400x300"):
        list(load_iam_paragraphs(tmp_path))
    (tmp_path / "formsA-D" / "a01-000.png").write_bytes(b"junk")
    with pytest.raises(ParseError, match=r"unpack forms\*\.tgz again"):
        list(load_iam_paragraphs(tmp_path))
