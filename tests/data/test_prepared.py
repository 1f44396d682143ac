"""Lines ready for a model, from text, from a labelled folder, from samples."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from tests.hands import install_fonts
from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import DataError
from text_recognizer.core.images import LineImage, Sample
from text_recognizer.data.prepared import (
    prepare_samples,
    read_real_lines,
    render_sample,
    to_bytes,
)
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource

CHARSET, PREPROCESS = Charset.english(), Preprocess()


@pytest.fixture
def folder(tmp_path, line):
    Image.fromarray(line).save(tmp_path / "a.png")

    def write(*rows):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (tmp_path / "labels.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        return tmp_path

    return write


def read(folder, split="train"):
    return [s.text for s in read_real_lines(folder, split, CHARSET, PREPROCESS)]


def test_a_rendered_sample_has_centres_in_its_own_columns(tmp_path):
    renderer = Renderer(install_fonts(tmp_path))
    for seed in range(12):
        sample = render_sample(renderer, TextSource(longest=30), PREPROCESS, seed)
        assert sample.pixels.dtype == np.uint8
        assert sample.pixels.shape[0] == 48
        assert len(sample.centres) == len(sample.text)
        inside = [0 <= c < sample.pixels.shape[1] for c in sample.centres]
        assert sum(inside) >= 0.8 * len(inside)
        assert sample.text == sample.text.strip() != ""


def test_the_same_seed_gives_the_same_sample(tmp_path):
    renderer = Renderer(install_fonts(tmp_path))
    first, second = (render_sample(renderer, TextSource(), PREPROCESS, 3) for _ in range(2))
    assert (first.text, first.centres) == (second.text, second.centres)
    assert np.array_equal(first.pixels, second.pixels)


def test_labels_are_read_and_normalised(folder):
    path = folder(
        {"image": "a.png", "text": "caf\u00e9", "split": "train"},
        "",
        {"image": "a.png", "text": "\u201cyes\u201d"},
        {"image": "a.png", "text": "\u00e0 moi", "text_ascii": "a moi", "kind": "line"},
    )
    assert read(path) == ["cafe", '"yes"', "a moi"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({"split": "test"}, "of another split", id="split"),
        pytest.param({"kind": "paragraph"}, "it is no line", id="paragraph"),
        pytest.param({"text": "a >bad< word"}, "its picture shows more", id="struck out"),
        pytest.param({"text": "\u4f60\u597d"}, "nothing is left of it", id="no text left"),
    ],
)
def test_a_line_is_left_out_because(row, reason, folder):
    kept = {"image": "a.png", "text": "kept"}
    assert read(folder({**kept, **row}, kept)) == ["kept"], reason


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("{not json", ", line 2: JSONDecodeError", id="no JSON"),
        pytest.param("[1]", r"one JSON object; .*, line 2: received \[1\]", id="no object"),
        pytest.param(
            {"image": "a.png"}, "'text' must be a string; .*, line 2: received None", id="no text"
        ),
        pytest.param({"image": "gone.png", "text": "x"}, ", line 2: .*gone.png", id="no image"),
        pytest.param({"image": "labels.jsonl", "text": "x"}, "ImageError", id="image of text"),
        pytest.param({"image": "a.png", "text": 5}, ", line 2: received 5", id="text is a number"),
    ],
)
def test_a_damaged_label_is_named_by_its_line(row, words, folder):
    with pytest.raises(DataError, match=words):
        read(folder({"image": "a.png", "text": "fine"}, row))


def test_a_folder_without_labels_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no labels\.jsonl in"):
        read(tmp_path)


def test_a_split_without_lines_is_named(folder):
    path = folder({"image": "a.png", "text": "x", "split": "test"})
    with pytest.raises(DataError, match="no lines of split 'train'"):
        read(path)


def test_bytes_are_ink_in_256_steps():
    pixels = np.linspace(0, 1, 256, dtype=np.float32)[None, :]
    assert to_bytes(pixels).tolist() == [list(range(256))]


def test_samples_without_text_in_the_charset_go(line):
    samples = [
        Sample(LineImage(line), text, "w", str(i))
        for i, text in enumerate(["na\u00efve", "\u4f60"])
    ]
    (found,) = prepare_samples(samples, CHARSET, PREPROCESS)
    assert found.text == "naive"
    assert found.centres == ()
    assert np.array_equal(found.pixels, to_bytes(PREPROCESS(line)))


def test_centres_go_with_their_text_only(line):
    samples = [Sample(LineImage(line), text, "w", text) for text in ("ab", "\u00e4b")]
    plain, changed = prepare_samples(
        samples, CHARSET, PREPROCESS, centres=[(50.0, 90.0), (50.0, 90.0)]
    )
    prepared = PREPROCESS.prepare(line)
    assert [prepared.to_source(c) for c in plain.centres] == pytest.approx([50, 90])
    assert changed.centres == ()


def test_every_sample_needs_its_centres(line):
    with pytest.raises(ValueError, match="shorter"):
        prepare_samples([Sample(LineImage(line), "a", "w", "1")], CHARSET, PREPROCESS, centres=[])
