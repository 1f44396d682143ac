"""The sets of real handwriting that the course knows: ``data/raw/<set>/metadata.toml``.

A metadata file states where a set lives, what it weighs, its checksum, its licence and how it
is split; nothing is downloaded by reading it. An empty ``sha256`` means that nobody on the team
could verify one: the first download is then trusted, its digest printed and recorded, and every
later download is held against the record (trust on first use).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.sources.paths import data_dir

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FORMATS = ("alto", "emnist", "folder", "iam-lines", "iam-paragraphs", "iam-parquet")
KINDS = ("characters", "lines", "paragraphs")
SPLITS = ("train", "val", "test")
USES = ("train", "measure")
_ACCESS = ("open", "registration")


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One file of a set, as published.

    Args:
        url: Where it is published: http, https or file.
        filename: Name under which it is stored; a bare name.
        sha256: Digest in hex, or empty where none could be verified (trust on first use).
        size: Bytes, or 0 where unknown; used for progress and the check of free space.
        extract: Whether it is an archive to unpack beside itself.
        access: ``"open"``, or ``"registration"`` where the publisher asks to sign in first.

    Raises:
        InputError: If a value breaks its rule; the message quotes it.
    """

    url: str
    filename: str
    sha256: str = ""
    size: int = 0
    extract: bool = False
    access: str = "open"

    def __post_init__(self) -> None:
        """Check the values at birth."""
        if not re.match(r"(https?|file)://", self.url):
            raise InputError(f"url starts with http://, https:// or file://; received {self.url!r}")
        if not re.fullmatch(r"[\w][\w.\-]*", self.filename):
            raise InputError(f"filename is a bare file name; received {self.filename!r}")
        if self.sha256 and not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise InputError(
                f"sha256 is 64 lower-case hex digits, or empty if unknown; received {self.sha256!r}"
            )
        if self.size < 0:
            raise InputError(f"size is a number of bytes, 0 if unknown; received {self.size}")
        if self.access not in _ACCESS:
            raise InputError(f"access is one of {', '.join(_ACCESS)}; received {self.access!r}")

    @property
    def folder_name(self) -> str:
        """Name of the folder an archive is unpacked into: the file name without its endings."""
        return re.sub(r"(\.tar)?\.\w+$", "", self.filename)


@dataclass(frozen=True, kw_only=True)
class SourceSet:
    """One set of real handwriting: its files, its terms and how to read it.

    Args:
        name: Short name, the folder under ``data/raw``.
        title: Name in full.
        homepage: Page that describes it.
        licence: Terms of use, in words a person can act on.
        citation: What to cite.
        format: One of :data:`FORMATS`: the parser that reads it.
        kind: One of :data:`KINDS`: what one sample is.
        use: ``"train"``, or ``"measure"`` for sets that no training may see.
        split_rule: How the set is split, in one sentence.
        notes: Anything a user must know.
        files: What to download.
        folder: Folder under the download folder; sets that share files share it.
        splits: Writers by split, where the rule is a list; others fall into the last split.
        options: Settings handed to the parser, such as a pattern for the writer.

    Raises:
        InputError: If a value breaks its rule.
    """

    name: str
    title: str
    homepage: str
    licence: str
    citation: str
    format: str
    kind: str
    use: str
    split_rule: str
    notes: str = ""
    files: tuple[SourceFile, ...] = ()
    folder: str = ""
    splits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the values at birth."""
        for key, allowed in (("format", FORMATS), ("kind", KINDS), ("use", USES)):
            if getattr(self, key) not in allowed:
                raise InputError(
                    f"{key} is one of {', '.join(allowed)}; received {getattr(self, key)!r}"
                )
        unknown = sorted(set(self.splits) - set(SPLITS))
        if unknown:
            raise InputError(f"splits are named {', '.join(SPLITS)}; received {unknown}")
        if not self.licence or not self.citation:
            raise InputError(
                "licence and citation are stated for every set; received "
                f"licence={self.licence!r}, citation={self.citation!r}"
            )

    @property
    def size(self) -> int:
        """Bytes to download, as far as known."""
        return sum(file.size for file in self.files)


def read_metadata(path: Path) -> SourceSet:
    """Read one ``metadata.toml``.

    Args:
        path: The file; its folder's name becomes the set's name.

    Raises:
        ParseError: If it is not TOML, lacks a key, has one too many, or a value breaks its rule;
            the message names the file and the key.
    """
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParseError(
            f"metadata.toml must be readable TOML in UTF-8; {path}: {error}; correct that line"
        ) from error
    try:
        table["files"] = tuple(SourceFile(**entry) for entry in table.get("files", ()))
        table["splits"] = {key: tuple(names) for key, names in table.get("splits", {}).items()}
        name = path.parent.name
        return SourceSet(**{"folder": name, **table, "name": name})
    except (TypeError, InputError) as error:
        raise ParseError(
            f"metadata.toml must describe a set completely; {path}: {error}; "
            "compare it with another set's file"
        ) from error


def catalog(root: Path | None = None) -> dict[str, SourceSet]:
    """All sets by name, in alphabetical order.

    Args:
        root: Data folder; the project's own where None.

    Example:
        >>> "emnist" in catalog()
        True
    """
    folder = (root or data_dir()) / "raw"
    sets = (read_metadata(path) for path in sorted(folder.glob("*/metadata.toml")))
    return {each.name: each for each in sets}


def find_set(name: str, root: Path | None = None) -> SourceSet:
    """The set of that name.

    Raises:
        InputError: If there is none; the message lists those there are.
    """
    known = catalog(root)
    if name not in known:
        raise InputError(
            f"a set is one of {', '.join(known) or '(none found)'}; received {name!r}; "
            "list them with: python -m text_recognizer.sources.download --list"
        )
    return known[name]


def download_folder(source: SourceSet, root: Path | None = None) -> Path:
    """Where the files of a set are stored; the folder need not exist yet."""
    return (root or data_dir()) / "downloaded" / source.folder
