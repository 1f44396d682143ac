"""The evaluate command, with a reader whose errors are known."""

from __future__ import annotations

import argparse
import json
import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.commands import evaluate as command
from text_recognizer.core import (
    CharacterSpan,
    EchoReader,
    LineImage,
    PageImage,
    Reading,
    Sample,
)
from text_recognizer.core.errors import InputError

PAPER = np.full((16, 40), 255, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two lines by two writers and a paragraph."""
    rows = [
        {"image": "i.png", "text": "abcd", "kind": "line", "writer": "w1", "split": "val"},
        {"image": "i.png", "text": "efgh", "kind": "line", "writer": "w2", "split": "val"},
        {"image": "i.png", "text": "ab\ncd", "kind": "paragraph", "writer": "w1"},
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)))
    Image.fromarray(PAPER).save(tmp_path / "i.png")
    return tmp_path


def parse(*words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


def test_prints_rates_intervals_speed_and_worst(folder, capsys):
    reader = EchoReader(["abxd", "efgh", "ab cd"], confidence=0.8)
    assert command.run(parse(folder), reader=reader) == 0
    shown = capsys.readouterr()
    assert "lines: 2 images, 2 writers, 8 characters" in shown.out
    assert "CER  0.125 (95 % CI 0.000 to 0.250)" in shown.out
    assert "1 substituted, 0 deleted, 0 inserted" in shown.out
    assert "CER 0.25  confidence 0.80  i.png" in shown.out
    assert "read     abxd" in shown.out
    assert "paragraphs: 1 images" in shown.out
    assert "CER  0.000 (one writer: no interval)" in shown.out
    assert "lines/s" in shown.out
    assert shown.err == ""


def test_json_is_one_object(folder, capsys):
    reader = EchoReader(["abxd", "efgh"])
    assert command.run(parse(folder, "--json", "--split", "val"), reader=reader) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["split"] == "val"
    assert report["line"]["cer"] == 0.125
    assert report["line"]["cer_interval"]["high"] == 0.25
    assert report["line"]["worst"][0]["hypothesis"] == "abxd"
    assert "paragraph" not in report


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        pytest.param(["--kind", "line"], {"line": 2}, id="lines"),
        pytest.param(["--kind", "paragraph"], {"paragraph": 1}, id="paragraphs"),
        pytest.param(["--limit", "1"], {"line": 1, "paragraph": 1}, id="one of each"),
    ],
)
def test_filters(folder, capsys, words, kinds):
    command.run(parse(folder, "--json", *words), reader=EchoReader(["x"] * 3))
    report = json.loads(capsys.readouterr().out)
    assert {k: report[k]["samples"] for k in ("line", "paragraph") if k in report} == kinds


def test_long_texts_are_clipped(folder, capsys):
    command.run(parse(folder, "--kind", "line"), reader=EchoReader(["x" * 500] * 2))
    assert max(map(len, capsys.readouterr().out.splitlines())) < 100


def test_progress_goes_to_a_terminal_only(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    command.run(parse(folder), reader=EchoReader(["x"] * 3))
    assert "read 3 of 3 images" in capsys.readouterr().err


def test_the_embedded_sample(capsys, monkeypatch):
    lines = [Sample(LineImage(PAPER), "ab", writer="font", id=str(i)) for i in range(3)]
    page = types.SimpleNamespace(image=PageImage(PAPER), text="ab\ncd", writer="font", id="p")
    asked = []

    def load(kind: list[object]):
        return lambda split, limit: asked.append((split, limit)) or kind[:limit]

    fake = types.ModuleType("text_recognizer.data.sample")
    fake.load_lines, fake.load_paragraphs = load(lines), load([page])
    monkeypatch.setitem(sys.modules, "text_recognizer.data.sample", fake)
    command.run(parse("sample", "--json", "--limit", 2), reader=EchoReader(["ab", "ab", "ab cd"]))
    report = json.loads(capsys.readouterr().out)
    assert (report["line"]["samples"], report["paragraph"]["samples"]) == (2, 1)
    assert report["line"]["cer"] == report["paragraph"]["cer"] == 0.0
    assert asked == [("test", 2), ("test", 2)]


def test_the_bundle_is_loaded_as_asked(folder, capsys, monkeypatch):
    asked = {}

    class Fake:
        @staticmethod
        def load(path: object, **options: object) -> EchoReader:
            asked.update(path=path, **options)
            return EchoReader(["x"] * 3)

    fake = types.ModuleType("text_recognizer.reading.recognizer")
    fake.TextRecognizer = Fake
    monkeypatch.setitem(sys.modules, "text_recognizer.reading.recognizer", fake)
    command.run(parse(folder, "--decoder", "beam", "--bundle", "b", "--threads", "2"))
    assert asked == {"path": "b", "backend": "onnx", "decoder": "beam", "threads": 2}


def test_a_missing_folder_is_a_typed_error(tmp_path):
    with pytest.raises(InputError, match=r"labels\.jsonl, or the word 'sample'"):
        command.run(parse(tmp_path / "none"), reader=EchoReader([]))


def test_slices_are_printed_and_in_the_json(folder, capsys):
    words = [folder, "--kind", "line", "--slices"]
    assert command.run(parse(*words), reader=EchoReader(["abxd", "efgh"])) == 0
    shown = capsys.readouterr().out
    assert "95 % interval" in shown
    assert re.search(r"characters +small letters +2 +2 +8 0\.125  0\.000 to 0\.250", shown)
    assert re.search(r"slant +upright", shown)
    command.run(parse(*words, "--json"), reader=EchoReader(["abxd", "efgh"]))
    slices = json.loads(capsys.readouterr().out)["line"]["slices"]
    assert {each["group"] for each in slices} == {"writer", "slant", "length", "characters"}


def test_a_gallery_is_drawn_of_what_was_misread(folder, tmp_path, capsys):
    target = tmp_path / "new" / "gallery.png"
    command.run(parse(folder, "--gallery", target), reader=EchoReader(["abxd", "efgh", "ab"]))
    assert Image.open(target).width == 1080
    assert f"wrote {target}" in capsys.readouterr().err
    target.unlink()
    reader = EchoReader(["abcd", "efgh", "ab cd"])
    assert command.run(parse(folder, "--gallery", target), reader=reader) == 0
    assert "nothing was misread" in capsys.readouterr().err
    assert not target.exists()


class Sure(EchoReader):
    """An EchoReader that says 0.75 of each character."""

    def read_lines(self, images):
        return [
            Reading.from_characters(
                CharacterSpan(c, k, k + 1, 0.75) for k, c in enumerate(one.text)
            )
            for one in super().read_lines(images)
        ]


def test_the_calibration_error_is_told_where_characters_have_confidences(folder, capsys):
    command.run(parse(folder, "--kind", "line"), reader=Sure(["abxd", "efgh"]))
    assert "calibration error: characters 0.125, lines 0.125" in capsys.readouterr().out
    command.run(parse(folder, "--kind", "line", "--json"), reader=Sure(["abxd", "efgh"]))
    report = json.loads(capsys.readouterr().out)["line"]
    assert report["calibration_error"] == {"character": 0.125, "line": 0.125}
