"""`scripts/card.py`: what is measured, what stays, and the figure beside the card."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.core import EchoReader
from text_recognizer.testing.labels import LabelledItem

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PAPER = np.full((16, 40), 255, np.uint8)


@pytest.fixture
def card(monkeypatch):
    """The script, with a sample of two lines."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = importlib.import_module("card")
    items = [
        LabelledItem(PAPER, "abcdefgh", kind="line", writer=name, id=name) for name in ("v", "w")
    ]
    monkeypatch.setattr(module, "read_sample", lambda **_: items)
    return module


def test_a_set_that_is_absent_keeps_what_was_measured_earlier(card, tmp_path):
    (tmp_path / "stanford").mkdir()
    Image.fromarray(PAPER).save(tmp_path / "stanford" / "a.png")
    label = '{"image": "a.png", "text": "abcdefgh", "writer": "x"}\n'
    (tmp_path / "stanford" / "labels.jsonl").write_text(label)
    before = {
        "csafe-dev, lines": {"cer": 0.1, "note": "old"},
        "stanford, lines": {"cer": 0.9, "note": "old"},
    }
    reader = EchoReader(["abcdefgh", "abcdefgx", "abcdxxxx"])
    sets, measured = card.measure(reader, tmp_path, before)
    assert sets["sample, lines"]["cer"] == 1 / 16
    assert sets["stanford, lines"]["cer"] == 0.5
    assert sets["csafe-dev, lines"]["cer"] == 0.1
    assert sets["csafe-dev, lines"]["note"].endswith("measured earlier")
    assert set(measured) == {"sample, lines", "stanford, lines"}


def test_the_gallery_shows_failures_where_there_are_any(card, tmp_path):
    for readings, drawn in ((["abcdefgh"] * 2, False), (["abc", "abcdefgh"], True)):
        _, measured = card.measure(EchoReader(readings), None, {})
        card.gallery(*measured["sample, lines"], tmp_path / "failures.png")
        assert (tmp_path / "failures.png").exists() == drawn


def test_the_reliability_figure_is_small(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    figure = importlib.import_module("reliability_figure")
    bins = [
        {"low": k / 10, "high": (k + 1) / 10, "part": 0.1, "confidence": k / 10, "right": k / 12}
        for k in range(10)
    ]
    levels = {"character": bins, "line": bins}
    sets = {"notes": {"character": [0.1, 0.05], "line": [0.2, 0.05]}}
    found = {"bins_of": "notes", "sets": sets, "bins_before": levels, "bins": levels}
    figure.draw_reliability(found, tmp_path / "reliability.png")
    assert Image.open(tmp_path / "reliability.png").width > 600
    assert (tmp_path / "reliability.png").stat().st_size < 60_000
