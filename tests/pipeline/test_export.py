"""The stage export: a bundle that loads, with a card; and no release of what was not measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from text_recognizer.core.errors import BundleError, DataError
from text_recognizer.pipeline.export import release
from text_recognizer.pipeline.files import (
    BUNDLE,
    METRICS,
    RELEASE,
    TRAINED,
    TRAINING,
    read_json,
    write_json,
)
from text_recognizer.reading.bundle import Bundle


@pytest.fixture
def own(results: Path, tmp_path: Path) -> Path:
    """A copy of the results that a test may spoil."""
    return shutil.copytree(results, tmp_path / "own")


def test_the_release_is_the_trained_bundle_with_a_card(results: Path) -> None:
    made, trained = Bundle.load(results / BUNDLE), Bundle.load(results / TRAINED)
    assert made.digest == trained.digest
    card = (results / BUNDLE / "card.md").read_text()
    assert "embedded sample, test" in card
    assert "it cannot read" in card
    report = read_json(results / RELEASE)
    assert report["digest"] == made.digest
    assert report["bytes"] == sum(path.stat().st_size for path in (results / BUNDLE).iterdir())
    assert report["machine"] == read_json(results / TRAINING)["machine"]


def test_a_second_release_is_the_same_file(own: Path) -> None:
    before = (own / RELEASE).read_bytes()
    (own / BUNDLE / "left_over").write_text("of an earlier version")
    release(own)
    assert (own / RELEASE).read_bytes() == before
    assert not (own / BUNDLE / "left_over").exists()


@pytest.mark.parametrize("name", [METRICS, TRAINING])
def test_reports_of_another_bundle_are_refused(own: Path, name: str) -> None:
    write_json(own / name, {**read_json(own / name), "digest": "0" * 64})
    with pytest.raises(DataError, match=f"{name} is of '000"):
        release(own)


def test_a_damaged_bundle_is_refused(own: Path) -> None:
    (own / TRAINED / "model.onnx").write_bytes(b"half")
    with pytest.raises(BundleError, match="sha256"):
        release(own)
