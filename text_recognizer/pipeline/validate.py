"""Stage ``validate``: the sample is what its manifest says, and fit to train and to measure on.

Each check tells a number and its limit; all of them run, so that a broken sample is mended in one
go. What is searched: changed files, another content, rows that break the schema, labels that do
not fit their pictures, writers or pictures in two splits, letters that are hardly ever seen.
"""

from __future__ import annotations

import io
import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from text_recognizer.core.charset import Charset
from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import ImageError, ManifestError, require
from text_recognizer.core.pixels import load_grey
from text_recognizer.data.leaks import Record, find_leaks
from text_recognizer.data.manifest import Manifest
from text_recognizer.data.parquet import content_digest
from text_recognizer.data.sample import LINE_COLUMNS, LINES, PARAGRAPH_COLUMNS, PARAGRAPHS
from text_recognizer.pipeline.params import ValidateParams

Row = Mapping[str, Any]
_COLUMNS = {LINES: LINE_COLUMNS, PARAGRAPHS: PARAGRAPH_COLUMNS}
#: Columns of a picture that a character needs: one frame of the model, and one between twins.
_COLUMNS_PER_CHARACTER = 4


def validate_sample(folder: Path, params: ValidateParams) -> list[CheckResult]:
    """Run every check on a stored sample.

    Args:
        folder: has ``manifest.json`` and the files it lists.
        params: limits.

    Returns:
        The results, those of files first; where a file cannot be read, only those.

    Raises:
        ManifestError: if the manifest itself cannot be read.
        MissingExtraError: if pyarrow is not installed.
    """
    manifest = Manifest.load(folder / "manifest.json")
    results = [_file_check(manifest, folder, entry.path) for entry in manifest.files]
    if not all(result.passed for result in results):
        return results
    tables = {entry.path: _rows(folder / entry.path) for entry in manifest.files}
    results += [_schema_check(name, rows) for name, rows in tables.items()]
    if not all(result.passed for result in results):
        return results
    results += [_content_check(manifest, name, rows) for name, rows in tables.items()]
    lines, paragraphs = tables.get(LINES, []), tables.get(PARAGRAPHS, [])
    every = [*lines, *paragraphs]
    charset = Charset.english()
    counted = {
        "splits": (_misplaced(manifest, tables), "rows of a split or writer not in the manifest"),
        "texts": (_count(every, lambda row: not _sound_text(row, charset)), "texts not readable"),
        "pictures": (_count(every, lambda row: not _sound_picture(row, params)), "unfit pictures"),
        "boxes": (_count(paragraphs, _wrong_boxes), "paragraphs whose lines lie elsewhere"),
    }
    results += [_none(name, number, what) for name, (number, what) in counted.items()]
    results += [_centre_check(lines, params), _leak_check(every)]
    return [*results, _coverage_check(lines, charset, params)]


def _file_check(manifest: Manifest, folder: Path, name: str) -> CheckResult:
    try:
        manifest.verify_file(folder, name)
    except ManifestError as error:
        return CheckResult(
            name=f"file {name}", passed=False, measured=1, limit=0, reason=str(error)
        )
    return _none(f"file {name}", 0, "bytes are those of the manifest")


def _rows(path: Path) -> list[dict[str, Any]]:
    require("pyarrow", extra="data")
    import pyarrow.parquet

    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    return rows


def _schema_check(name: str, rows: Sequence[Row]) -> CheckResult:
    """Every row has the columns, none of them null."""
    wanted = set(_COLUMNS.get(name, ()))
    wrong = _count(rows, lambda row: set(row) != wanted or any(v is None for v in row.values()))
    return _none(f"schema {name}", wrong, f"rows without all of {', '.join(sorted(wanted))}")


def _content_check(manifest: Manifest, name: str, rows: Sequence[Row]) -> CheckResult:
    try:
        wrong = int(content_digest(rows) != manifest.entry(name).content)
    except ImageError as error:
        return CheckResult(
            name=f"content {name}", passed=False, measured=1, limit=0, reason=str(error)
        )
    return _none(f"content {name}", wrong, "texts and pixels are those of the manifest")


def _misplaced(manifest: Manifest, tables: Mapping[str, Sequence[Row]]) -> int:
    """Rows whose writer the manifest does not list for their split, and rows it miscounts."""
    every = [row for rows in tables.values() for row in rows]
    strays = _count(every, lambda row: row["writer"] not in manifest.writers.get(row["split"], ()))
    for name, rows in tables.items():
        found = Counter(row["split"] for row in rows)
        stated = manifest.entry(name).counts
        strays += sum(abs(found[split] - stated.get(split, 0)) for split in {*found, *stated})
    return strays


def _sound_text(row: Row, charset: Charset) -> bool:
    text = row["text"]
    return bool(text.strip()) and text == text.strip() and charset.covers(text.replace("\n", " "))


def _sound_picture(row: Row, params: ValidateParams) -> bool:
    """Dark writing on light paper, and wide enough for its longest line."""
    ink = 1 - load_grey(io.BytesIO(row["image"])).astype(np.float32) / 255
    longest = max(len(line) for line in row["text"].splitlines() or [""])
    contrast = float(ink.max() - np.median(ink))
    wide = ink.shape[1] >= _COLUMNS_PER_CHARACTER * longest
    return wide and contrast >= params.faintest and float(ink.mean()) <= params.darkest


def _centre_check(lines: Sequence[Row], params: ValidateParams) -> CheckResult:
    """One centre per character, each within the picture: a character outside was cut off."""
    wrong = [row["id"] for row in lines if _cut_off(row, params.slack)]
    share = len(wrong) / max(1, len(lines))
    return CheckResult(
        name="centres",
        passed=share <= params.cut_off,
        measured=share,
        limit=params.cut_off,
        reason=f"share of lines with a character outside of the picture: {wrong[:3]}",
    )


def _cut_off(row: Row, slack: float) -> bool:
    centres, width = row["centres"], _size(row)[0]
    outside = any(not -slack <= centre <= width + slack for centre in centres)
    return len(centres) != len(row["text"]) or outside


def _wrong_boxes(row: Row) -> bool:
    """One per line, each with an area and within the picture; the lines make up the text."""
    width, height = _size(row)
    inside = all(
        0 <= left < right <= width and 0 <= top < bottom <= height
        for left, top, right, bottom in row["boxes"]
    )
    same = "\n".join(row["lines"]) == row["text"]
    return not (same and inside and len(row["boxes"]) == len(row["lines"]))


def _size(row: Row) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(row["image"])) as image:
        return image.size


def _leak_check(rows: Iterable[Row]) -> CheckResult:
    keys = ("id", "image", "text", "writer", "split")
    leaks = find_leaks(Record.of(**{key: row[key] for key in keys}) for row in rows)
    return _none("leaks", len(leaks), "; ".join(leaks[:3]) or "nothing stands in two splits")


def _coverage_check(lines: Sequence[Row], charset: Charset, params: ValidateParams) -> CheckResult:
    """How often the rarest letter or digit is seen in training."""
    seen = Counter("".join(row["text"] for row in lines if row["split"] == "train"))
    rarest = min(string.ascii_letters + string.digits, key=lambda c: (seen[c], c))
    return CheckResult(
        name="coverage",
        passed=seen[rarest] >= params.per_character,
        measured=seen[rarest],
        limit=params.per_character,
        reason=f"training lines with {rarest!r}, the rarest letter or digit",
    )


def _none(name: str, number: int, reason: str) -> CheckResult:
    return CheckResult(name=name, passed=number == 0, measured=number, limit=0, reason=reason)


def _count(rows: Iterable[Row], wrong: Callable[[Row], bool]) -> int:
    return sum(map(wrong, rows))
