from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core.errors import ManifestError
from text_recognizer.data.manifest import SPLITS, FileEntry, Manifest


def entry(content: bytes = b"rows", **changes: object) -> FileEntry:
    values: dict[str, object] = {
        "path": "lines.parquet",
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": "0" * 64,
        "size": len(content),
        "columns": ("id", "image"),
        "counts": {"train": 2, "test": 1},
        **changes,
    }
    return FileEntry(**values)  # type: ignore[arg-type]


def manifest(**changes: object) -> Manifest:
    values = {
        "name": "toy",
        "seed": 3,
        "renderer": "1",
        "writers": {"train": ("w1", "w2"), "test": ("w3",)},
        "files": (entry(),),
        "settings": {"height": 64},
        **changes,
    }
    return Manifest(**values)  # type: ignore[arg-type]


@given(
    st.text(max_size=20),
    st.integers(0, 2**40),
    st.dictionaries(st.sampled_from(SPLITS), st.integers(0, 9), max_size=3),
    st.sets(st.text(min_size=1, max_size=9), max_size=6),
)
def test_what_is_saved_is_loaded(
    name: str, seed: int, counts: dict[str, int], writers: set[str]
) -> None:
    """Property: save and load are inverse, and saving twice gives the same bytes."""
    import tempfile

    made = manifest(
        name=name,
        seed=seed,
        writers={"val": tuple(sorted(writers))},
        files=(entry(counts=counts),),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.json"
        made.save(path)
        before = path.read_bytes()
        loaded = Manifest.load(path)
        assert loaded == made
        loaded.save(path)
        assert path.read_bytes() == before


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_byte_is_found(content: bytes, data: st.DataObject) -> None:
    """Property: verify accepts the file and nothing one byte away from it."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = manifest(files=(entry(content),))
        (folder / "lines.parquet").write_bytes(content)
        made.verify(folder)
        place = data.draw(st.integers(0, len(content) - 1))
        broken = bytearray(content)
        broken[place] ^= data.draw(st.integers(1, 255))
        (folder / "lines.parquet").write_bytes(broken)
        with pytest.raises(ManifestError, match=r"lines\.parquet"):
            made.verify(folder)


def test_verify_names_file_digests_and_cure(tmp_path: Path) -> None:
    made = manifest()
    with pytest.raises(ManifestError, match=r"No such file.*git checkout"):
        made.verify(tmp_path)
    (tmp_path / "lines.parquet").write_bytes(b"other")
    with pytest.raises(ManifestError) as caught:
        made.verify(tmp_path)
    assert hashlib.sha256(b"other").hexdigest() in str(caught.value)
    assert made.files[0].sha256 in str(caught.value)
    assert "build_sample" in str(caught.value)


def test_lookups() -> None:
    made = manifest()
    assert made.total == 3
    assert made.entry("lines.parquet") is made.files[0]
    with pytest.raises(ManifestError, match=r"lists lines\.parquet; received 'x'"):
        made.entry("x")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"path": "../x"}, "'../x'", id="leaves the folder"),
        pytest.param({"path": ""}, "received ''", id="no name"),
        pytest.param({"sha256": "abc"}, "sha256", id="half a digest"),
        pytest.param({"sha256": "G" * 64}, "sha256", id="no hex"),
        pytest.param({"counts": {"dev": 1}}, "dev", id="unknown split"),
        pytest.param({"counts": {"test": -1}}, "-1", id="negative count"),
        pytest.param({"size": -1}, "-1", id="negative size"),
    ],
)
def test_a_bad_entry_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        entry(**change)


def test_a_writer_in_two_splits_is_refused_at_birth() -> None:
    with pytest.raises(ManifestError, match="'w1' is in train and test"):
        manifest(writers={"train": ("w1",), "test": ("w1",)})
    with pytest.raises(ManifestError, match="dev"):
        manifest(writers={"dev": ("w1",)})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param("[1]", id="a list"),
        pytest.param('{"name": "x"}', id="keys are missing"),
        pytest.param('{"files": [{}], "writers": {}}', id="an empty entry"),
        pytest.param('{"files": 3, "writers": {}}', id="a number for a list"),
    ],
)
def test_a_bad_manifest_file_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ManifestError) as caught:
        Manifest.load(path)
    assert str(path) in str(caught.value)


def test_a_leaking_manifest_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    manifest().save(path)
    table = json.loads(path.read_text())
    table["writers"]["val"] = ["w3"]
    path.write_text(json.dumps(table))
    with pytest.raises(ManifestError, match=r"manifest\.json.*'w3'"):
        Manifest.load(path)
