"""Where the data folder is."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import DataError
from text_recognizer.sources.paths import data_dir


def test_a_clone_has_its_folder_beside_the_package(monkeypatch):
    monkeypatch.delenv("TEXT_RECOGNIZER_DATA", raising=False)
    assert data_dir() == Path(__file__).resolve().parents[2] / "data"


def test_the_environment_decides(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path))
    assert data_dir() == tmp_path


def test_a_folder_that_is_not_there_is_named_with_the_cure(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path / "gone"))
    with pytest.raises(DataError, match=r"gone.*TEXT_RECOGNIZER_DATA"):
        data_dir()
