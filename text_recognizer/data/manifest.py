"""What a set of samples consists of, in a file that can be checked.

A manifest states every file's sha256, how the set was made, and which writers stand in which split:
one each. What else may leak from split to split is searched by :mod:`text_recognizer.data.leaks`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ManifestError

SPLITS = ("train", "val", "test")


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
