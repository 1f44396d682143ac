"""Download the sets of real handwriting: ``python -m text_recognizer.sources.download NAME``.

What a set needs is fetched (and continued after a break), verified, recorded in
``data/downloaded/<set>/checksums.json`` and unpacked. Running it again costs a check of the
checksums. Nothing else in the course needs the network: the embedded sample is always there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from text_recognizer.core.errors import DownloadError, TextRecognizerError
from text_recognizer.sources.archives import extract
from text_recognizer.sources.catalog import (
    SourceFile,
    SourceSet,
    catalog,
    download_folder,
    find_set,
)
from text_recognizer.sources.fetch import Progress, digest_file, fetch
from text_recognizer.sources.paths import data_dir

RECORD = "checksums.json"


def download(
    name: str,
    *,
    root: Path | None = None,
    source_folder: Path | None = None,
    retries: int = 4,
    say: Callable[[str], None] = print,
) -> Path:
    """Bring one set to this machine, verified and unpacked.

    Args:
        name: A set of the catalogue.
        root: Data folder; the project's own where None.
        source_folder: Folder that already holds the files, fetched with a browser; they are copied
            from there and verified the same way.
        retries: Attempts after the first one, per file.
        say: Receives one line per event.

    Returns:
        The folder of the set.

    Raises:
        InputError: If there is no such set.
        DownloadError: If a file cannot be had or fails its checksum.
        ParseError: If an archive is not what it should be.
    """
    source = find_set(name, root)
    folder = download_folder(source, root)
    for file in source.files:
        target = folder / file.filename
        if not target.exists():
            _fetch(file, target, source_folder, retries)
        _verify(file, target, say)
        if file.extract:
            unpacked = folder / file.folder_name
            if not unpacked.is_dir():
                say(f"{name}: unpacking {file.filename}")
            extract(target, unpacked)
    say(f"{name}: ready in {folder} ({source.licence})")
    return folder


def is_ready(source: SourceSet, root: Path | None = None) -> bool:
    """Whether every file of a set is here and unpacked; checksums are not computed again."""
    folder = download_folder(source, root)
    return bool(source.files) and all(
        (folder / file.filename).exists()
        and (not file.extract or (folder / file.folder_name).is_dir())
        for file in source.files
    )


def cure(source: SourceSet) -> str:
    """What to do to get a set, in one sentence."""
    command = f"python -m text_recognizer.sources.download {source.name}"
    closed = [file for file in source.files if file.access == "registration"]
    if not closed:
        return f"run: {command}"
    return (
        f"sign in (free) at {source.homepage}, download "
        f"{', '.join(file.filename for file in closed)} and run: {command} --from FOLDER"
    )


@contextmanager
def console_progress(label: str, stream: TextIO | None = None) -> Iterator[Progress]:
    """Progress on a terminal as a bar (rich), elsewhere as a line every five seconds.

    Args:
        label: What is being fetched.
        stream: Where lines go when it is no terminal; standard error where None.
    """
    out = stream or sys.stderr
    if out.isatty():
        try:
            from rich.progress import BarColumn, DownloadColumn, TransferSpeedColumn
            from rich.progress import Progress as Bar
        except ImportError:
            pass
        else:
            with Bar(
                "{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn()
            ) as bar:
                task = bar.add_task(label, total=None)
                yield lambda done, total: bar.update(task, completed=done, total=total or None)
            return
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 5 or (total and done == total):
            last = time.monotonic()
            share = f" of {total / 1e6:.1f} MB ({100 * done / total:.0f} %)" if total else " MB"
            print(f"{label}: {done / 1e6:.1f}{share}", file=out, flush=True)

    yield report


def _fetch(file: SourceFile, target: Path, source_folder: Path | None, retries: int) -> None:
    local = source_folder / file.filename if source_folder else None
    if local is not None and local.exists():
        address = str(local)
    elif file.access == "registration":
        raise DownloadError(
            f"{file.filename} is given out after a free registration only; {file.url} asks to sign "
            f"in; download it with a browser, then run again with --from FOLDER, or put it at "
            f"{target}"
        )
    else:
        address = file.url
    with console_progress(file.filename) as progress:
        fetch(
            address,
            target,
            sha256=_expected(file, target),
            size=file.size,
            retries=retries,
            progress=progress,
        )


def _verify(file: SourceFile, target: Path, say: Callable[[str], None]) -> None:
    """Hold a stored file against its checksum; record it where none was known before."""
    found = digest_file(target)
    expected = _expected(file, target)
    if not expected:
        say(
            f"{file.filename}: no published checksum; trusting this download, sha256 {found} "
            f"recorded in {target.parent / RECORD}"
        )
    elif found != expected:
        raise DownloadError(
            f"a stored file must keep its checksum; {target} has sha256 {found}, expected "
            f"{expected}; delete it and run the download again"
        )
    record = _record(target.parent)
    entry = {"sha256": found, "size": target.stat().st_size, "url": file.url}
    if record.get(file.filename) != entry:
        record[file.filename] = entry
        text = json.dumps(record, indent=2, sort_keys=True)
        (target.parent / RECORD).write_text(text + "\n", encoding="utf-8")


def _expected(file: SourceFile, target: Path) -> str:
    if file.sha256:
        return file.sha256
    entry = _record(target.parent).get(file.filename, {})
    return str(entry.get("sha256", "")) if entry.get("url") == file.url else ""


def _record(folder: Path) -> dict[str, dict[str, object]]:
    path = folder / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise DownloadError(
            f"the record of checksums must be readable JSON; {path}: {error}; delete it to trust "
            "the files that are there"
        ) from error
    return dict(record)


def listing(root: Path | None = None) -> str:
    """A table of all sets: name, state, size, use, licence."""
    lines = []
    for source in catalog(root).values():
        state = "ready" if is_ready(source, root) else "absent"
        size = f"{source.size / 1e6:,.0f} MB" if source.size else "size unknown"
        lines.append(
            f"{source.name:<16}{state:<8}{size:>13}  {source.use:<8} {source.title}\n"
            f"{'':<16}{source.licence}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns 0, or 2 when a set could not be had.

    Args:
        arguments: Words after the program's name; those of the process where None.
    """
    parser = argparse.ArgumentParser(
        prog="python -m text_recognizer.sources.download",
        description="Download sets of real handwriting; the labs run without them.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="sets to download")
    parser.add_argument("--all", action="store_true", help="every set open to all")
    parser.add_argument("--list", action="store_true", help="list the sets and stop")
    parser.add_argument(
        "--from", dest="folder", type=Path, help="folder with files fetched by hand"
    )
    parser.add_argument("--root", type=Path, help="data folder (default: the project's)")
    options = parser.parse_args(arguments)
    try:
        root = options.root or data_dir()
        if options.list or not (options.names or options.all):
            print(listing(root))
            return 0
        names = list(options.names)
        if options.all:
            for source in catalog(root).values():
                if all(file.access == "open" for file in source.files):
                    names.append(source.name)
                else:
                    print(f"{source.name}: left out; {cure(source)}")
    except TextRecognizerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = 0
    for name in dict.fromkeys(names):
        try:
            download(name, root=root, source_folder=options.folder)
        except (TextRecognizerError, OSError) as error:
            failed += 1
            print(f"error: {name}: {error}", file=sys.stderr)
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
