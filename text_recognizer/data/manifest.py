"""What a set of samples consists of, in a file that can be checked, and whether its splits leak.

A manifest states every file's sha256, how the set was made, and which writers stand in which
split. A leak is anything that lets a reader pass the test by memory: a writer in two splits, the
same picture in two splits, or nearly the same picture of the same text.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from text_recognizer.core.errors import ManifestError
from text_recognizer.core.pixels import load_grey

SPLITS = ("train", "val", "test")
NEAR = 24
"""Bits, of 256; measured: a scaled copy differs in 8 (95 %: 13), one text by two hands in 54 up."""
_LOOK = (8, 32)
_EDGE = 3.0


@dataclass(frozen=True, kw_only=True)
class Record:
    """One sample as the leak check sees it.

    Args:
        id: Unique within the set.
        writer: Who wrote it.
        split: One of :data:`SPLITS`.
        text: Its transcription.
        digest: SHA-256 of the picture's file, in hex.
        look: Perceptual hash, see :func:`perceptual_hash`.
    """

    id: str
    writer: str
    split: str
    text: str
    digest: str
    look: int

    @classmethod
    def of(cls, *, id: str, image: bytes, text: str, writer: str, split: str) -> Record:
        """The record of a sample, from the bytes of its picture."""
        digest = hashlib.sha256(image).hexdigest()
        look = perceptual_hash(image)
        return cls(id=id, writer=writer, split=split, text=text, digest=digest, look=look)


def perceptual_hash(image: bytes) -> int:
    """256 bits that hardly change when a picture is scaled, recompressed or made a little darker.

    The picture is averaged down to 8 rows of 33 columns; a bit tells whether brightness rises from
    one column to the next by more than the paper's grain (the "difference hash").

    Args:
        image: An encoded picture.

    Raises:
        ImageError: If it is none.
    """
    from PIL import Image

    rows, columns = _LOOK
    small = Image.fromarray(load_grey(io.BytesIO(image))).resize(
        (columns + 1, rows), Image.Resampling.BOX
    )
    steps = np.diff(np.asarray(small, np.float32), axis=1) > _EDGE
    return int.from_bytes(np.packbits(steps).tobytes(), "big")


def find_leaks(records: Iterable[Record], *, near: int = NEAR) -> list[str]:
    """Everything that stands in two splits, one sentence each; empty where nothing leaks.

    Args:
        records: The samples of all splits.
        near: Bits, of 256, by which two pictures of one text may differ and still be one picture.
    """
    every = list(records)
    found = []
    for name, key in (("id", "id"), ("writer", "writer"), ("picture", "digest")):
        homes: dict[str, dict[str, str]] = defaultdict(dict)
        for record in every:
            value = getattr(record, key)
            if key == "id" and record.split in homes[value]:
                found.append(f"id {value!r} stands twice in {record.split}")
            homes[value].setdefault(record.split, record.id)
        for value, splits in homes.items():
            if len(splits) > 1:
                where = " and ".join(f"{split} ({id})" for split, id in sorted(splits.items()))
                shown = value if key != "digest" else f"{value[:12]}..."
                found.append(f"{name} {shown!r} stands in {where}")
    return found + _near_duplicates(every, near)


def _near_duplicates(records: Sequence[Record], near: int) -> list[str]:
    """Pairs of one text in two splits whose pictures look alike but are not the same bytes."""
    by_text: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_text[record.text].append(record)
    found = []
    for text, group in by_text.items():
        for i, one in enumerate(group):
            for two in group[i + 1 :]:
                differing = (one.look ^ two.look).bit_count()
                if one.split != two.split and one.digest != two.digest and differing <= near:
                    found.append(
                        f"text {text[:40]!r} looks the same in {one.split} ({one.id}) and "
                        f"{two.split} ({two.id}): {differing} of 256 bits differ"
                    )
    return found


def check_leaks(records: Iterable[Record], *, near: int = NEAR) -> None:
    """Raise if anything stands in two splits.

    Raises:
        ManifestError: Listing up to five leaks and their number.
    """
    found = find_leaks(records, near=near)
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise ManifestError(
            f"nothing may stand in two splits; {'; '.join(found[:5])}{more}; split by writer and "
            "remove the copies"
        )


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One file of a set.

    Args:
        path: Its name within the manifest's folder.
        sha256: Digest of the file, in hex.
        content: Digest of what it holds (ids, texts, pixels), which no library version changes.
        size: Bytes.
        columns: Names of its columns, in order.
        counts: Samples by split.
    """

    path: str
    sha256: str
    content: str
    size: int
    columns: tuple[str, ...]
    counts: Mapping[str, int]

    def __post_init__(self) -> None:
        """Check the values at birth."""
        path = Path(self.path)
        if not self.path or path.is_absolute() or ".." in path.parts:
            raise ManifestError(f"a file lies in its manifest's folder; received {self.path!r}")
        for key in ("sha256", "content"):
            value = getattr(self, key)
            if not re.fullmatch(r"[0-9a-f]{64}", value):
                raise ManifestError(f"{key} is 64 lower-case hex digits; received {value!r}")
        _check_splits(self.counts, "counts")
        if self.size < 0 or any(count < 0 for count in self.counts.values()):
            raise ManifestError(
                f"size and counts are at least 0; received {self.size}, {dict(self.counts)}"
            )


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a set of samples consists of.

    Args:
        name: The set.
        seed: Seed it was made from.
        renderer: Version of the renderer that made it.
        writers: Writers by split; none may stand in two.
        files: Its files.
        settings: What else was set when it was made.

    Raises:
        ManifestError: If a writer stands in two splits or a value breaks its rule.

    Example:
        >>> Manifest(name="toy", seed=0, renderer="1", writers={"test": ("w",)}, files=()).total
        0
    """

    name: str
    seed: int
    renderer: str
    writers: Mapping[str, tuple[str, ...]]
    files: tuple[FileEntry, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that no writer stands in two splits."""
        _check_splits(self.writers, "writers")
        homes: dict[str, str] = {}
        for split, writers in self.writers.items():
            for writer in writers:
                if homes.setdefault(writer, split) != split:
                    raise ManifestError(
                        f"a writer stands in one split only; {writer!r} is in {homes[writer]} and "
                        f"{split}; make the set again"
                    )

    @property
    def total(self) -> int:
        """Samples in all files."""
        return sum(sum(entry.counts.values()) for entry in self.files)

    def entry(self, path: str) -> FileEntry:
        """The entry of one file.

        Raises:
            ManifestError: If the manifest does not list it.
        """
        for each in self.files:
            if each.path == path:
                return each
        known = ", ".join(each.path for each in self.files) or "no file"
        raise ManifestError(f"the manifest of {self.name} lists {known}; received {path!r}")

    def save(self, path: Path) -> None:
        """Write it as JSON with sorted keys: the same manifest gives the same bytes."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=True)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read what :meth:`save` wrote.

        Raises:
            ManifestError: If the file is missing, is not JSON, or lacks a value.
        """
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            entries = tuple(
                FileEntry(**{**entry, "columns": tuple(entry["columns"])})
                for entry in table.pop("files")
            )
            writers = {split: tuple(names) for split, names in table.pop("writers").items()}
            return cls(**table, files=entries, writers=writers)
        except ManifestError as error:
            raise ManifestError(f"{path}: {error}") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ManifestError(
                f"a manifest is the JSON that Manifest.save writes; {path}: {error!r}; restore it "
                "with git checkout, or build the set again"
            ) from error

    def verify(self, folder: Path) -> None:
        """Hold every file against its size and checksum.

        Args:
            folder: Folder of the files.

        Raises:
            ManifestError: Naming the file, both digests and the cure.
        """
        for each in self.files:
            self.verify_file(folder, each.path)

    def verify_file(self, folder: Path, path: str) -> None:
        """Hold one file against its size and checksum; errors as in :meth:`verify`."""
        entry, file = self.entry(path), folder / path
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ManifestError(
                f"every file of the manifest must be readable; {file}: "
                f"{error.strerror or error}; restore it with git checkout"
            ) from error
        found = hashlib.sha256(content).hexdigest()
        if len(content) != entry.size or found != entry.sha256:
            raise ManifestError(
                f"a file must match its manifest; {file} has {len(content)} bytes and sha256 "
                f"{found}, the manifest says {entry.size} and {entry.sha256}; restore it with git "
                "checkout, or build the set again: python -m text_recognizer.data.build_sample"
            )


def _check_splits(table: Mapping[str, Any], what: str) -> None:
    unknown = sorted(set(table) - set(SPLITS))
    if unknown:
        raise ManifestError(f"{what} are given by split ({', '.join(SPLITS)}); received {unknown}")
