from __future__ import annotations

import os
from pathlib import Path

import pytest

from text_recognizer.core.errors import InputError, ManifestError
from text_recognizer.core.images import Box
from text_recognizer.data import sample as module
from text_recognizer.data.sample import (
    load_centres,
    load_lines,
    load_paragraphs,
    sample_dir,
    sample_manifest,
)

from .sample_files import write_sample

LINES = {"train": 150, "val": 70, "test": 40}


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path))
    return write_sample(tmp_path, lines=LINES, paragraphs={"train": 3, "test": 2})


@pytest.mark.parametrize("split", LINES)
def test_all_lines_of_a_split_in_file_order(toy: Path, split: str) -> None:
    samples = load_lines(split)
    assert [s.id for s in samples] == [f"{split}-{i}" for i in range(LINES[split])]
    assert {s.writer for s in samples} == set(sample_manifest().writers[split])


def test_pictures_belong_to_their_texts(toy: Path) -> None:
    for each in load_lines("train", limit=20, seed=5):
        number = int(each.text.split()[1])
        assert each.image.pixels.shape == (20, 40 + number)
        assert abs(int(each.image.pixels[0, 0]) - 17 * (number % 15)) <= 1


def test_centres_belong_to_the_lines_of_the_same_call(toy: Path) -> None:
    lines = load_lines("train", limit=20, seed=5)
    centres = load_centres("train", limit=20, seed=5)
    for line, columns in zip(lines, centres, strict=True):
        number = int(line.text.split()[1])
        expected = [2.0 * place + 0.25 * number for place in range(len(line.text))]
        assert columns == pytest.approx(expected)


def test_limit_and_seed_choose_a_stable_subset(toy: Path) -> None:
    first = [s.id for s in load_lines("train", limit=10)]
    assert first == [f"train-{i}" for i in range(10)]
    other = [s.id for s in load_lines("train", limit=10, seed=1)]
    assert other == [s.id for s in load_lines("train", limit=10, seed=1)]
    assert set(other) != set(first)
    assert len(set(other)) == 10
    assert len(load_lines("test", limit=1000)) == LINES["test"]
    assert load_lines("test", limit=0) == []


def test_every_seed_gives_as_many_distinct_lines(toy: Path) -> None:
    for seed in range(30):
        ids = {s.id for s in load_lines("val", limit=69, seed=seed)}
        assert len(ids) == 69


def test_paragraphs_carry_lines_and_boxes(toy: Path) -> None:
    first = load_paragraphs("train")[0]
    assert first.text == "text 0\nsecond"
    assert first.lines == ("text 0", "second")
    assert first.boxes == (Box(0, 0, 40, 10), Box(0, 10, 40, 20))
    assert len(load_paragraphs()) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param({"split": "dev"}, "received 'dev'", id="unknown split"),
        pytest.param({"limit": -1}, "received -1", id="negative limit"),
        pytest.param({"limit": True}, "received True", id="a truth value for a number"),
        pytest.param({"seed": -1}, "received -1", id="negative seed"),
    ],
)
def test_bad_arguments(toy: Path, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load_lines(**arguments)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=words):
        load_paragraphs(**arguments)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=words):
        load_centres(**arguments)  # type: ignore[arg-type]


def test_a_changed_file_is_found_though_it_was_verified_before(toy: Path) -> None:
    load_lines(limit=1)
    path = toy / "lines.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(1, 1))
    with pytest.raises(ManifestError, match=r"lines\.parquet.*git checkout"):
        load_lines(limit=1)


@pytest.mark.parametrize("name", ["lines.parquet", "manifest.json"])
def test_a_missing_file_is_named(toy: Path, name: str) -> None:
    (toy / name).unlink()
    with pytest.raises(ManifestError, match=name):
        load_lines(limit=1)


def test_verification_happens_once(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real = module.Manifest.verify_file

    def counted(self: object, folder: Path, name: str) -> None:
        calls.append(name)
        real(self, folder, name)  # type: ignore[arg-type]

    monkeypatch.setattr(module.Manifest, "verify_file", counted)
    for _ in range(3):
        load_lines(limit=1)
    assert calls == ["lines.parquet"]


def test_pyarrow_is_imported_only_when_rows_are_read() -> None:
    import subprocess
    import sys

    code = "import sys, text_recognizer.data.sample; assert 'pyarrow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_folder_follows_the_environment(toy: Path) -> None:
    assert sample_dir() == toy
