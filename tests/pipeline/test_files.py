"""Reports between stages: the same content gives the same bytes, and a lost one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import DataError
from text_recognizer.pipeline.files import read_json, write_json


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    write_json(tmp_path / "new" / "a.json", {"b": 1, "a": [2.5, None]})
    write_json(tmp_path / "b.json", {"a": [2.5, None], "b": 1})
    assert (tmp_path / "new" / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert read_json(tmp_path / "b.json") == {"a": [2.5, None], "b": 1}


def test_a_number_that_json_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "a.json", {"cer": float("nan")})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "run the pipeline: dvc repro", id="missing"),
        pytest.param("{", "stage before it wrote", id="half written"),
        pytest.param("[1]", "holds list", id="no object"),
    ],
)
def test_what_no_stage_wrote_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError, match=message):
        read_json(tmp_path / "a.json")
