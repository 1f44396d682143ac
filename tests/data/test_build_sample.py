from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from text_recognizer.core.errors import ManifestError
from text_recognizer.data import build_sample
from text_recognizer.data.build_sample import build, check, main
from text_recognizer.data.manifest import Manifest
from text_recognizer.data.sample import load_lines, load_paragraphs
from text_recognizer.data.sample_config import SampleConfig

from .sample_files import SMALL, Scribbler


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path))
    build(SMALL, Scribbler(), tmp_path / "sample", say=lambda _: None)
    return tmp_path / "sample"


def test_the_loader_reads_what_was_built(built: Path) -> None:
    manifest = check(built)
    assert manifest.total == 27
    assert manifest.renderer == "stand-in"
    assert dict(manifest.writers) == {
        "train": ("a", "b", "c"),
        "val": ("d",),
        "test": ("e", "f"),
    }
    lines = load_lines("train")
    assert len(lines) == 12
    assert all(len(line.text) <= 24 for line in lines)
    assert all(line.image.height == 30 for line in lines)
    assert [line.writer for line in lines[:4]] == ["a", "b", "c", "a"]
    for paragraph in load_paragraphs("test"):
        assert 3 <= len(paragraph.lines) <= 9
        assert paragraph.image.width <= 150
        for box in paragraph.boxes:
            assert box.right <= paragraph.image.width
            assert box.bottom <= paragraph.image.height


def test_no_text_stands_twice(built: Path) -> None:
    texts = [line.text for split in ("train", "val", "test") for line in load_lines(split)]
    assert len(set(texts)) == len(texts)


def test_the_same_seed_gives_the_same_files_another_seed_does_not(
    built: Path, tmp_path: Path
) -> None:
    one = Manifest.load(built / "manifest.json")
    two = build(SMALL, Scribbler(), tmp_path / "again", say=lambda _: None)
    assert one == two
    other = SampleConfig(**{**vars(SMALL), "seed": 6})
    three = build(other, Scribbler(), tmp_path / "other", say=lambda _: None)
    assert {e.content for e in three.files}.isdisjoint(e.content for e in one.files)


def test_more_lines_leave_the_first_ones_as_they_are(built: Path, tmp_path: Path) -> None:
    """A bigger sample extends the smaller one, so figures on the old part stay comparable."""
    before = {line.id: line.text for line in load_lines("train")}
    grown = SampleConfig(**{**vars(SMALL), "lines": {"train": 20}, "paragraphs": {}})
    build(grown, Scribbler(), tmp_path / "sample", say=lambda _: None)
    after = {line.id: line.text for line in load_lines("train")}
    assert {key: after[key] for key in before} == before


def test_a_family_in_two_splits_is_refused(tmp_path: Path) -> None:
    hand = Scribbler({"train": ["a", "e"], "val": ["d"], "test": ["e"]})
    with pytest.raises(ManifestError, match="writer 'e' stands in"):
        build(SMALL, hand, tmp_path, say=lambda _: None)


def test_check_finds_a_planted_copy(built: Path) -> None:
    """A test line smuggled into training, with a manifest that was made to match."""
    from text_recognizer.data.parquet import write_rows
    from text_recognizer.data.sample import LINE_COLUMNS

    rows = build_sample.line_rows(SMALL, Scribbler(), set())
    every = list(rows)
    stolen = next(row for row in every if row["split"] == "test")
    every.append({**stolen, "id": "line-train-9999", "split": "train", "writer": "a"})
    entry = write_rows(built / "lines.parquet", every, LINE_COLUMNS)
    manifest = Manifest.load(built / "manifest.json")
    files = (entry, manifest.entry("paragraphs.parquet"))
    Manifest(**{**vars(manifest), "files": files}).save(built / "manifest.json")
    with pytest.raises(ManifestError, match=r"stands in test .* and train \(line-train-9999\)"):
        check(built)


def test_check_finds_a_changed_file_and_a_foreign_writer(built: Path) -> None:
    path = built / "manifest.json"
    table = json.loads(path.read_text())
    table["writers"]["test"] = ["e"]
    path.write_text(json.dumps(table))
    with pytest.raises(ManifestError, match="'f', who is not listed"):
        check(built)
    table["files"][0]["content"] = "0" * 64
    path.write_text(json.dumps(table))
    with pytest.raises(ManifestError, match="content"):
        check(built)
    (built / "lines.parquet").write_bytes(b"PAR1")
    with pytest.raises(ManifestError, match=r"lines\.parquet"):
        check(built)


def test_main_says_in_one_line_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--output", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["--params", str(tmp_path / "none.yaml"), "--output", str(tmp_path)]) == 2


def test_main_checks_a_built_sample(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--output", str(built)]) == 0
    assert "27 samples" in capsys.readouterr().out


def test_importing_it_needs_no_fonts_and_no_pyarrow() -> None:
    code = "import sys, text_recognizer.data.build_sample; assert 'pyarrow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_embedded_sample_is_whole_and_leaks_nothing() -> None:
    """The stored files, not a copy: checksums, contents, splits, and the size promised."""
    manifest = check(Path(__file__).resolve().parents[2] / "data" / "sample")
    assert sum(entry.size for entry in manifest.files) <= 15_000_000
    assert sum(manifest.entry("lines.parquet").counts.values()) >= 2500
    assert sum(manifest.entry("paragraphs.parquet").counts.values()) >= 100
    assert len(manifest.writers["test"]) >= 10
    assert {split: len(writers) > 5 for split, writers in manifest.writers.items()} == {
        "train": True,
        "val": True,
        "test": True,
    }


def test_the_embedded_sample_was_made_from_the_projects_parameters() -> None:
    data = Path(__file__).resolve().parents[2] / "data"
    config = SampleConfig.read(data / "params.yaml")
    manifest = Manifest.load(data / "sample" / "manifest.json")
    assert manifest.seed == config.seed
    assert manifest.settings["lines"] == config.lines
    assert manifest.settings["paragraphs"] == config.paragraphs
    assert dict(manifest.entry("lines.parquet").counts) == config.lines
