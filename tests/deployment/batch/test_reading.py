"""A chunk becomes rows, one for each image, whatever the images are."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from text_recognizer.core.errors import BundleError, ConfigError, ImageError
from text_recognizer.core.readings import EchoReader, Reading
from text_recognizer.deployment.batch import ReaderSettings
from text_recognizer.deployment.batch.items import Picture, chunked, find_items
from text_recognizer.deployment.batch.reading import (
    Row,
    in_process,
    load_reader,
    read_chunk,
    read_pictures,
)
from text_recognizer.reading import TextRecognizer
from text_recognizer.reading.bundle import Bundle


def pictures(folder):
    return next(chunked(find_items(folder), 99))


def test_rows_say_what_the_reader_reads(scans, settings, tiny_bundle):
    rows = read_chunk(settings, pictures(scans))
    good = sorted(path for path in scans.iterdir() if path.name != "04.png")
    expected = TextRecognizer.load(tiny_bundle).read_lines(good)
    found = [row for row in rows if row.error is None]
    assert [row.text for row in found] == [reading.text for reading in expected]
    for row, reading in zip(found, expected, strict=True):
        assert row.confidence == pytest.approx(reading.confidence, abs=2e-6)
    assert [row.id for row in rows] == [f"{number:02}.png" for number in range(12)]
    assert {row.reader for row in rows} == {settings.label}


def test_a_bad_image_has_its_error_in_its_row(scans, settings):
    row = read_chunk(settings, pictures(scans))[4]
    assert (row.id, row.text, row.confidence) == ("04.png", "", 0.0)
    assert row.error
    assert "\n" not in row.error


def test_an_image_that_was_not_to_be_had_says_why(settings):
    (row,) = read_chunk(settings, [Picture("a", b"", "it is not there")])
    assert row.error == "it is not there"


def test_a_page_is_text_with_line_breaks(scans, settings):
    content = pictures(scans)[:2]
    rows = read_pictures(EchoReader(["one\ntwo", ""]), content, lines=False, label="echo")
    assert [(row.text, row.confidence, row.error) for row in rows] == [
        ("one\ntwo", 1.0, None),
        ("", 0.0, None),
    ]


def test_one_line_that_the_transform_refuses_does_not_stop_the_chunk(scans):
    def read_lines(images):
        if any(image.width == 124 for image in images):
            raise ImageError("too odd")
        return [Reading("fine", 0.5)] * len(images)

    reader = SimpleNamespace(read_lines=read_lines)
    rows = read_pictures(reader, pictures(scans)[:3], lines=True, label="x")
    assert [(row.text, row.error) for row in rows] == [
        *(("fine", None), ("", "too odd"), ("fine", None))
    ]


def test_a_row_is_one_line_of_json():
    row = Row(id="caf\udce9\n", text='a "b"\n\u00e9', confidence=0.5, error=None, reader="r")
    assert row.to_json().isascii()
    assert "\n" not in row.to_json()
    assert Row(**json.loads(row.to_json())) == row


def test_the_bundle_is_loaded_once_in_a_process(settings, monkeypatch):
    assert load_reader(settings) is load_reader(replace(settings))
    monkeypatch.setattr(TextRecognizer, "load", None)
    list(in_process(settings)([]))


def test_another_bundle_is_refused_before_anything_is_read(settings):
    other = replace(settings, digest="f" * 64)
    with pytest.raises(BundleError, match=r"all processes of a batch.*started with ffffffffffff"):
        in_process(other)


def test_settings_name_the_bundle_and_the_way_of_reading(tiny_bundle, monkeypatch):
    digest = Bundle.load(tiny_bundle).digest
    monkeypatch.chdir(tiny_bundle.parent)
    settings = ReaderSettings.of(tiny_bundle.name, decoder="beam")
    assert settings.bundle == str(tiny_bundle.resolve()), "workers may run in another folder"
    assert settings.label == f"{digest[:12]} beam pages"
    assert ReaderSettings.of().bundle == ""


@pytest.mark.parametrize(
    ("backend", "label"),
    [
        pytest.param("onnx", "0123 greedy pages", id="exact"),
        pytest.param("torch", "0123 greedy pages", id="the same text"),
        pytest.param("int8", "0123 int8 greedy pages", id="other text now and then"),
    ],
)
def test_a_backend_that_may_read_otherwise_is_named_in_the_rows(backend, label):
    assert ReaderSettings(digest="0123", backend=backend).label == label


def test_wrong_settings_are_refused(settings):
    with pytest.raises(ConfigError, match="backend is one of"):
        in_process(replace(settings, backend="abacus"))


def test_readings_do_not_depend_on_the_chunk(scans, settings):
    whole = read_chunk(settings, pictures(scans))
    singles = [read_chunk(settings, [picture])[0] for picture in pictures(scans)]
    assert [row.text for row in whole] == [row.text for row in singles]
    confidences = [[row.confidence for row in rows] for rows in (whole, singles)]
    assert np.allclose(*confidences, atol=1e-4)
