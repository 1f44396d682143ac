"""Each check of the sample fails on the fault it is there for, and on no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.sample_files import SMALL, Scribbler
from text_recognizer.core.errors import ManifestError
from text_recognizer.data.build_sample import build
from text_recognizer.data.manifest import FileEntry, Manifest
from text_recognizer.data.parquet import encode_png, write_rows
from text_recognizer.data.sample import LINE_COLUMNS, LINES, PARAGRAPH_COLUMNS, PARAGRAPHS
from text_recognizer.pipeline.params import ValidateParams
from text_recognizer.pipeline.validate import validate_sample

#: Twenty-seven scribbles do not hold every letter.
LIMITS = ValidateParams(per_character=0)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    build(SMALL, Scribbler(), folder, say=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def tables(built: Path) -> dict[str, Rows]:
    import pyarrow.parquet

    return {
        name: pyarrow.parquet.read_table(built / name).to_pylist() for name in (LINES, PARAGRAPHS)
    }


def rewrite(folder: Path, built: Path, lines: Rows, paragraphs: Rows) -> None:
    """A sample with these rows and a manifest that agrees with them, writers aside."""
    old = Manifest.load(built / "manifest.json")
    files: tuple[FileEntry, ...] = (
        write_rows(folder / LINES, lines, LINE_COLUMNS),
        write_rows(folder / PARAGRAPHS, paragraphs, PARAGRAPH_COLUMNS),
    )
    Manifest(name="x", seed=0, renderer="0", writers=old.writers, files=files).save(
        folder / "manifest.json"
    )


def failed(folder: Path, limits: ValidateParams = LIMITS) -> list[str]:
    return [result.name for result in validate_sample(folder, limits) if not result.passed]


def test_a_sound_sample_passes_every_check(built: Path) -> None:
    results = validate_sample(built, LIMITS)
    assert not [str(result) for result in results if not result.passed]
    assert len(results) == 13


def blank(lines: Rows) -> None:
    lines[0]["image"] = encode_png(np.full((30, 400), 255, np.uint8))


def black(lines: Rows) -> None:
    lines[0]["image"] = encode_png(np.zeros((30, 400), np.uint8))


def narrow(lines: Rows) -> None:
    lines[0]["image"] = encode_png(np.eye(20, dtype=np.uint8) * 255)
    lines[0]["text"], lines[0]["centres"] = "a" * 20, [10.0] * 20


FAULTS: list[Any] = [
    pytest.param(lambda rows: rows[0].update(text="caf\u00e9"), {"texts", "centres"}, id="charset"),
    pytest.param(lambda rows: rows[0].update(text=""), {"texts", "centres"}, id="empty text"),
    pytest.param(lambda rows: rows[0]["centres"].pop(), {"centres"}, id="a centre is missing"),
    pytest.param(lambda rows: rows[0]["centres"].__setitem__(0, 999.0), {"centres"}, id="cut off"),
    pytest.param(lambda rows: rows[0].update(writer="nobody"), {"splits"}, id="unknown writer"),
    pytest.param(lambda rows: rows[0].update(id=rows[-1]["id"]), {"leaks"}, id="id in two splits"),
    pytest.param(blank, {"pictures"}, id="no ink"),
    pytest.param(black, {"pictures"}, id="all ink"),
    pytest.param(narrow, {"pictures"}, id="too narrow for its text"),
]


@pytest.mark.parametrize(("spoil", "expected"), FAULTS)
def test_a_fault_in_a_line_fails_its_check(
    tmp_path: Path,
    built: Path,
    tables: dict[str, Rows],
    spoil: Callable[[Rows], None],
    expected: set[str],
) -> None:
    lines = [{**row, "centres": list(row["centres"])} for row in tables[LINES]]
    spoil(lines)
    rewrite(tmp_path, built, lines, tables[PARAGRAPHS])
    assert set(failed(tmp_path)) == expected


def test_a_paragraph_whose_boxes_leave_the_page_fails(
    tmp_path: Path, built: Path, tables: dict[str, Rows]
) -> None:
    pages = [dict(row) for row in tables[PARAGRAPHS]]
    pages[0]["boxes"] = [[0, 0, 9_999, 5], *pages[0]["boxes"][1:]]
    rewrite(tmp_path, built, tables[LINES], pages)
    assert failed(tmp_path) == ["boxes"]


def test_a_row_without_a_value_ends_the_checks(
    tmp_path: Path, built: Path, tables: dict[str, Rows]
) -> None:
    import pyarrow.parquet

    rewrite(tmp_path, built, tables[LINES], tables[PARAGRAPHS])
    table = pyarrow.parquet.read_table(tmp_path / LINES).drop_columns(["centres"])
    pyarrow.parquet.write_table(table, tmp_path / LINES)
    assert failed(tmp_path) == [f"file {LINES}"]
    old = Manifest.load(tmp_path / "manifest.json")
    from dataclasses import replace
    from hashlib import sha256

    content = (tmp_path / LINES).read_bytes()
    entry = replace(old.entry(LINES), sha256=sha256(content).hexdigest(), size=len(content))
    replace(old, files=(entry, old.entry(PARAGRAPHS))).save(tmp_path / "manifest.json")
    assert failed(tmp_path) == [f"schema {LINES}"]


def test_letters_that_are_never_trained_on_are_told(built: Path) -> None:
    assert failed(built, ValidateParams(per_character=1_000)) == ["coverage"]


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"manifest\.json"):
        validate_sample(tmp_path, LIMITS)
