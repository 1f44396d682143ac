"""``read``: pages in, text or JSON out, and no page stops the others."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from text_recognizer.__main__ import main
from text_recognizer.reading import TextRecognizer


@pytest.fixture(scope="module")
def files(tmp_path_factory, page, line):
    folder = tmp_path_factory.mktemp("pages")
    for name, pixels in {"page": page, "line": line, "blank": np.full_like(line, 255)}.items():
        Image.fromarray(pixels).save(folder / f"{name}.png")
    (folder / "broken.png").write_bytes((folder / "page.png").read_bytes()[:200])
    (folder / "empty.png").write_bytes(b"")
    return folder


@pytest.fixture
def read(tiny_bundle, files, capsys):
    def read(*words):
        paths = [str(files / word) if word.endswith(".png") else word for word in words]
        status = main(["read", "--bundle", str(tiny_bundle), *paths])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return read


def test_one_page_is_its_text(read, tiny_bundle, page):
    expected = TextRecognizer.load(tiny_bundle).read(page).text
    assert read("page.png") == (0, expected + "\n", "")


def test_several_pages_have_heads(read, files):
    status, out, _ = read("page.png", "line.png", "blank.png")
    assert status == 0
    assert [line for line in out.splitlines() if line.startswith("==>")] == [
        f"==> {files / name} <==" for name in ("page.png", "line.png", "blank.png")
    ]


def test_json_is_one_object_per_page(read, tiny_bundle, page, files):
    status, out, _ = read("--json", "page.png", "blank.png")
    first, second = map(json.loads, out.splitlines())
    assert status == 0
    expected = TextRecognizer.load(tiny_bundle).read(page).to_dict()
    assert first == {"page": str(files / "page.png"), **expected}
    assert (second["text"], second["confidence"], second["lines"]) == ("", 0.0, [])


def test_a_line_is_read_as_one(read, line, tiny_bundle):
    expected = TextRecognizer.load(tiny_bundle).read_lines([line])[0].text
    assert read("--lines", "line.png")[1] == expected + "\n"
    content = json.loads(read("--lines", "--json", "line.png")[1])
    assert content["lines"][0]["box"] == [0, 0, line.shape[1], line.shape[0]]
    assert read("--lines", "blank.png")[:2] == (0, "")


def test_bad_pages_do_not_stop_the_others(read):
    status, out, err = read("broken.png", "line.png", "absent.png", "empty.png", "page.png")
    assert status == 1
    assert out.count("==>") == 2
    lines = err.splitlines()
    assert len(lines) == 3
    for name, line in zip(["broken.png", "absent.png", "empty.png"], lines, strict=True):
        assert line.startswith("error: ")
        assert name in line


def test_standard_input(read, files, monkeypatch, page, tiny_bundle):
    stdin = SimpleNamespace(buffer=io.BytesIO((files / "page.png").read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert read("-")[1] == TextRecognizer.load(tiny_bundle).read(page).text + "\n"
    status, _, err = read("-")
    assert status == 1
    assert err.startswith("error: standard input: ")


def test_no_standard_input(read, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert read("-")[0] == 1


def test_a_name_that_is_no_text_is_shown(read):
    status, _, err = read("no\udcff\nfile.png")
    assert status == 1
    assert "no\\udcff file.png" in err


def test_a_bundle_that_is_none_is_status_2(read, tmp_path, capsys):
    assert main(["read", "--bundle", str(tmp_path), "x.png"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_options_reach_the_reader(read):
    words = ("--backend", "torch", "--decoder", "beam", "--threads", "2")
    assert read(*words, "line.png")[0] == 0
    assert main(["read", "--threads", "0", "x.png"]) == 2
