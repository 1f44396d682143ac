"""Unpack an archive that a stranger made: nothing leaves its folder, nothing swells without end.

Refused are absolute paths and ``..`` (path traversal), links and devices, archives that claim or
turn out to hold far more than their own size (bombs), and more files than any real set has.
"""

from __future__ import annotations

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from text_recognizer.core.errors import ParseError

MAX_BYTES = 20 << 30
MAX_FILES = 200_000
MAX_RATIO = 100
_FREE_BYTES = 64 << 20
_CHUNK = 1 << 18
# RuntimeError is what zipfile raises for an encrypted member.
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError),
)


@dataclass(frozen=True, kw_only=True)
class _Member:
    name: str
    size: int
    plain: bool
    folder: bool
    open: Callable[[], IO[bytes]]


def extract(archive: Path, target: Path) -> Path:
    """Unpack a zip or tar archive into a new folder, all of it or nothing.

    Args:
        archive: ``.zip``, ``.tar``, ``.tgz``, ``.tar.gz``, ``.tar.bz2`` or ``.tar.xz`` file.
        target: Folder to make; one that exists is taken as unpacked already and left alone.

    Returns:
        ``target``.

    Raises:
        ParseError: If the file is no archive, is truncated, or holds what is refused; the message
            names the member.
    """
    if target.is_dir():
        return target
    work = target.with_name(f".{target.name}.unpacking")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    limit = min(MAX_BYTES, max(_FREE_BYTES, MAX_RATIO * archive.stat().st_size))
    try:
        _unpack(archive, work, limit)
        work.rename(target)
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ParseError(
            f"an archive must be a whole zip or tar file; {archive}: {reason}; delete it and "
            "download it again"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _unpack(archive: Path, work: Path, limit: int) -> None:
    written = 0
    for count, member in enumerate(_members(archive), start=1):
        if count > MAX_FILES:
            raise ParseError(_refused(archive, member.name, f"more than {MAX_FILES} files"))
        path = work / _safe_name(archive, member)
        if member.folder:
            path.mkdir(parents=True, exist_ok=True)
            continue
        if member.size > limit - written:
            raise ParseError(_refused(archive, member.name, f"more than {limit} bytes in all"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with member.open() as source, path.open("wb") as sink:
            while block := source.read(_CHUNK):
                # The size in the header is a claim; what counts is what comes out.
                written += len(block)
                if written > limit:
                    what = f"more than {limit} bytes in all"
                    raise ParseError(_refused(archive, member.name, what))
                sink.write(block)


def _members(archive: Path) -> Iterator[_Member]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as bundle:
            for info in bundle.infolist():
                mode = info.external_attr >> 16
                yield _Member(
                    name=info.filename,
                    size=info.file_size,
                    plain=not stat.S_ISLNK(mode),
                    folder=info.is_dir(),
                    open=lambda info=info: bundle.open(info),  # type: ignore[misc]
                )
        return
    with tarfile.open(archive) as tape:
        for entry in tape:
            yield _Member(
                name=entry.name,
                size=entry.size,
                plain=entry.isreg() or entry.isdir(),
                folder=entry.isdir(),
                open=lambda entry=entry: _opened(tape, entry),  # type: ignore[misc]
            )


def _opened(tape: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    stream = tape.extractfile(entry)
    if stream is None:
        raise tarfile.TarError(f"{entry.name} has no content")
    return stream


def _safe_name(archive: Path, member: _Member) -> Path:
    posix, windows = PurePosixPath(member.name), PureWindowsPath(member.name)
    if not member.plain:
        raise ParseError(_refused(archive, member.name, "links and devices"))
    if posix.is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        raise ParseError(_refused(archive, member.name, "paths that leave the folder"))
    return Path(*posix.parts)


def _refused(archive: Path, name: str, what: str) -> str:
    return (
        f"an archive may not hold {what}; {archive}, at member {name!r}; do not unpack it by hand: "
        "check where it came from"
    )
