from __future__ import annotations

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.core.pixels import load_grey
from text_recognizer.data import sample_rows
from text_recognizer.data.sample_config import SampleConfig
from text_recognizer.data.sample_rows import line_rows, paragraph_rows

from .sample_files import SMALL, Scribbler


def test_lines_stand_by_split_and_go_round_the_writers() -> None:
    rows = list(line_rows(SMALL, Scribbler(), set()))
    assert [row["split"] for row in rows] == ["train"] * 12 + ["val"] * 4 + ["test"] * 6
    assert [row["writer"] for row in rows if row["split"] == "test"] == list("efefef")
    assert len({row["id"] for row in rows}) == len(rows)


def test_used_texts_are_not_used_again() -> None:
    first = [row["text"] for row in line_rows(SMALL, Scribbler(), set())]
    used = set(first)
    second = [row["text"] for row in line_rows(SMALL, Scribbler(), used)]
    assert not set(first) & set(second)
    assert used == {*first, *second}


def test_a_text_source_that_runs_dry_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dry:
        def __init__(self, **_: object) -> None: ...

        def line(self, _: object) -> str:
            return "again"

    monkeypatch.setattr(sample_rows, "TextSource", Dry)
    with pytest.raises(ConfigError, match="used already"):
        list(line_rows(SMALL, Scribbler(), set()))


@pytest.mark.parametrize("width", [64, 150, 5000])
def test_pictures_are_scaled_down_never_up_and_boxes_with_them(width: int) -> None:
    config = SampleConfig(**{**vars(SMALL), "width": width, "levels": 256})
    for row in paragraph_rows(config, Scribbler(), set()):
        pixels = load_grey(row["image"])
        lines = row["text"].split("\n")
        natural = 8 * max(map(len, lines)) + 8
        assert pixels.shape[1] == min(width, natural)
        assert row["lines"] == lines
        assert len(row["boxes"]) == len(lines)
        scale = pixels.shape[1] / natural
        for index, (left, top, right, bottom) in enumerate(row["boxes"]):
            assert 0 <= left < right <= pixels.shape[1]
            assert abs(top - 40 * index * scale) <= 1
            assert abs(bottom - 40 * (index + 1) * scale) <= 1


def test_tall_lines_are_scaled_to_the_height() -> None:
    for row in line_rows(SMALL, Scribbler(), set()):
        assert load_grey(row["image"]).shape[0] == SMALL.height


def test_centres_follow_the_scale_of_the_picture() -> None:
    for row in line_rows(SMALL, Scribbler(), set()):
        scale = SMALL.height / 40
        expected = [(8 * index + 5.5) * scale for index in range(len(row["text"]))]
        assert row["centres"] == pytest.approx(expected, abs=0.06)
        assert row["centres"][-1] < load_grey(row["image"]).shape[1]
