"""The benchmark harness on tiny counts: it measures, compares and reports failures."""

from __future__ import annotations

import json
import sys

import pytest
from PIL import Image

from benchmarks import __main__ as program
from benchmarks.figures import Figure, table
from benchmarks.pages import PageSet
from benchmarks.process import WorkerError, run
from benchmarks.readers import BASE, HEAD, Outcome, measure, readers


@pytest.fixture
def pages(page, tmp_path):
    Image.fromarray(page).save(tmp_path / "page.png")
    return PageSet(
        name="drawn",
        paths=(tmp_path / "page.png",),
        texts=("A small brown fox\njumped over 27 dogs,\nand slept.",),
    )


def test_our_reader_is_measured(pages, tiny_bundle):
    found, absent = readers(bundle=str(tiny_bundle))
    outcome = measure(BASE, found[BASE], pages)
    assert 0 < outcome.seconds < 60
    assert 20 < outcome.megabytes < 400
    assert outcome.cer > 0
    assert outcome.row(outcome)[3] == "x1"
    assert any("export --int8 makes it" in line for line in absent)
    assert "ours (int8)" not in found


def test_a_program_is_measured():
    code = "x = bytearray(80_000_000); print(sum(range(3_000_000)))"
    usage = run([sys.executable, "-c", code])
    assert usage.output == "4499998500000\n"
    assert 70 < usage.megabytes < 160
    assert 0 < usage.cpu < 10
    assert usage.wall > 0


@pytest.mark.parametrize(
    ("code", "seconds", "message"),
    [
        pytest.param("raise SystemExit('no luck')", 60, "status 1: no luck", id="fails"),
        pytest.param("import time; time.sleep(60)", 0.2, r"more than 0\.2 s", id="hangs"),
    ],
)
def test_a_program_that_fails_is_a_worker_error(code, seconds, message):
    with pytest.raises(WorkerError, match=message):
        run([sys.executable, "-c", code], seconds=seconds)


@pytest.mark.parametrize(
    ("value", "at_least", "passed"),
    [(0.4, False, True), (0.6, False, False), (0.6, True, True), (0.4, True, False)],
)
def test_budgets(value, at_least, passed):
    figure = Figure(name="x", value=value, unit="s", budget=0.5, at_least=at_least)
    assert figure.passed is passed
    assert ("FAIL" in figure.row()) is not passed


def test_the_table_of_readers_fits_a_terminal():
    outcome = Outcome(
        reader="ours (language)", pages="embedded sample", seconds=12.34, megabytes=1234.5, cer=0.5
    )
    printed = table(HEAD, [outcome.row(outcome)])
    assert max(map(len, printed.splitlines())) <= 100


def test_the_whole_prints_tables_and_writes_json(pages, tiny_bundle, tmp_path, monkeypatch, capsys):
    ours, _ = readers(bundle=str(tiny_bundle))
    only = {BASE: ours[BASE]}
    monkeypatch.setattr(program, "page_sets", lambda folder, limit: ([pages], ["real: absent"]))
    monkeypatch.setattr(program, "readers", lambda **_: (only, ["Tesseract: not installed"]))
    monkeypatch.setattr(program.product, "import_time", _fails)
    out = tmp_path / "build" / "bench.json"
    words = ["reading", "start", "--bundle", str(tiny_bundle), "--out", str(out)]
    assert program.main(words) == 1
    printed = capsys.readouterr().out
    assert "nine lines, drawn" in printed
    assert "text-recognizer read, one line" in printed
    assert "- Tesseract: not installed" in printed
    assert "- import failed: a planted failure" in printed
    content = json.loads(out.read_text())
    assert content["reading"][0]["reader"] == "ours (onnx)"
    assert "real: absent" in content["notes"]


def _fails():
    raise WorkerError("a planted failure")
