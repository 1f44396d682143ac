"""Fetch one file over HTTP so that a broken line costs nothing: resume, verify, then rename.

Bytes go to ``<target>.part``; the target appears only when complete and verified. A partial file
is continued with a range request (RFC 9110, section 14) when it is safe to: the checksum is known,
or the server's validator (ETag or Last-Modified) is the one noted when the part was begun.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import re
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from text_recognizer.core.errors import DownloadError

_CHUNK = 1 << 18
_SPARE = 1 << 20
_AGENT = "text-recognizer (course; +python-urllib)"
_FINAL = {400, 401, 403, 404, 405, 410, 451}

Progress = Callable[[int, int], None]


class _Passing(Exception):
    """A fault that another attempt may cure."""


def digest_file(path: Path) -> str:
    """SHA-256 of a file in hex, read in blocks.

    Example:
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "x"
        >>> _ = file.write_bytes(b"abc")
        >>> digest_file(file)[:8]
        'ba7816bf'
    """
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        while block := stream.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def fetch(
    url: str,
    target: Path,
    *,
    sha256: str = "",
    size: int = 0,
    retries: int = 4,
    timeout: float = 30.0,
    backoff: float = 0.5,
    progress: Progress | None = None,
) -> str:
    """Fetch ``url`` to ``target``, continuing an earlier attempt, and return its SHA-256.

    Args:
        url: http, https or file address, or a plain path on this machine.
        target: Where to store it; its folder is made. An existing file is replaced.
        sha256: Expected digest in hex; empty accepts what comes (the caller records it).
        size: Expected bytes where known, 0 otherwise; only for the check of free space.
        retries: Attempts after the first one; each continues where the last one stopped.
        timeout: Seconds without a byte after which an attempt is given up.
        backoff: Seconds before the second attempt; doubles with each.
        progress: Called with (bytes so far, bytes in all or 0).

    Raises:
        DownloadError: If the file cannot be had, differs from ``sha256``, or the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    report = progress or (lambda done, total: None)
    local = _local_path(url)
    if local is not None:
        _copy(local, part, report)
    else:
        for attempt in range(retries + 1):
            try:
                _attempt(url, part, sha256=sha256, size=size, timeout=timeout, report=report)
                break
            except _Passing as fault:
                if attempt == retries:
                    raise DownloadError(_unreachable(url, target, part, fault)) from fault
                time.sleep(backoff * 2**attempt)
    found = digest_file(part)
    _validator_file(part).unlink(missing_ok=True)
    if sha256 and found != sha256:
        part.unlink()
        raise DownloadError(
            f"what came must have the stated checksum; {url} gave sha256 {found}, expected "
            f"{sha256}; the bytes were thrown away: try again, and if it repeats the publisher "
            "changed the file: correct metadata.toml only after checking it"
        )
    part.replace(target)
    return found


def _local_path(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    if parts.scheme in ("http", "https"):
        return None
    return Path(url).expanduser()


def _copy(source: Path, part: Path, report: Progress) -> None:
    try:
        with source.open("rb") as stream:
            total = source.stat().st_size
            _check_space(part, total)
            _write(stream, part, 0, total, report)
    except OSError as error:
        raise DownloadError(
            f"a local file must be readable; {source}: {error.strerror or error}; check the path"
        ) from error


def _attempt(
    url: str, part: Path, *, sha256: str, size: int, timeout: float, report: Progress
) -> None:
    """One request that starts or continues ``part``; returns when all bytes are there."""
    start = part.stat().st_size if part.exists() else 0
    known = _validator_file(part)
    validator = known.read_text(encoding="utf-8") if known.exists() else ""
    if start and not (sha256 or validator):
        start = 0
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if validator:
            headers["If-Range"] = validator
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            _receive(answer, url, part, start, size, report)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and start:
            # Nothing lies beyond the part: either it is complete or it belongs to another file.
            if _total(error.headers.get("Content-Range", "")) == start:
                return
            part.unlink()
            raise _Passing(f"HTTP {error.code}") from error
        if error.code in _FINAL:
            raise DownloadError(
                f"the address must offer the file; {url} answered HTTP {error.code} "
                f"({error.reason}); open it in a browser: it may have moved or ask to sign in"
            ) from error
        raise _Passing(f"HTTP {error.code} {error.reason}") from error
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException) as error:
        raise _Passing(str(getattr(error, "reason", "")) or repr(error)) from error
    except (ConnectionError, ssl.SSLError) as error:
        raise _Passing(str(error) or repr(error)) from error


def _receive(
    answer: http.client.HTTPResponse, url: str, part: Path, start: int, size: int, report: Progress
) -> None:
    """Store one answer; raises ``_Passing`` where it breaks off."""
    kind = answer.headers.get_content_type()
    if kind == "text/html" and not url.endswith((".html", ".htm")):
        raise DownloadError(
            f"the address must answer with the file; {url} sent a web page; it may have moved or "
            "ask to sign in: fetch the file with a browser and pass its folder with --from"
        )
    content_range = answer.headers.get("Content-Range", "")
    resumed = answer.status == 206
    if resumed and not content_range.startswith(f"bytes {start}-"):
        part.unlink(missing_ok=True)
        raise _Passing(f"asked for bytes from {start}, received {content_range!r}")
    start = start if resumed else 0
    length = int(answer.headers.get("Content-Length") or 0)
    total = _total(content_range) if resumed else length
    if not resumed:
        # A weak ETag says "equivalent", not "the same bytes", and may not carry a range.
        tag = answer.headers.get("ETag", "")
        tag = "" if tag.startswith("W/") else tag
        _validator_file(part).write_text(
            tag or answer.headers.get("Last-Modified", ""), encoding="utf-8"
        )
    _check_space(part, (total or size) - start)
    _write(answer, part, start, total, report)
    stored = part.stat().st_size
    if total and stored < total:
        raise _Passing(f"the line broke after {stored} of {total} bytes")


def _write(stream: IO[bytes], part: Path, start: int, total: int, report: Progress) -> None:
    """Append what comes to ``part``, which is cut to ``start`` bytes first."""
    done = start
    report(done, total)
    with part.open("r+b" if start else "wb") as sink:
        sink.seek(start)
        sink.truncate()
        while block := stream.read(_CHUNK):
            try:
                sink.write(block)
                sink.flush()
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise DownloadError(_disk_full(part, max(total - done, 0))) from error
                raise
            done += len(block)
            report(done, total)


def _check_space(part: Path, needed: int) -> None:
    if needed > 0 and shutil.disk_usage(part.parent).free < needed + _SPARE:
        raise DownloadError(_disk_full(part, needed))


def _disk_full(part: Path, needed: int) -> str:
    free = shutil.disk_usage(part.parent).free
    return (
        f"the disk must hold the file; {part.parent} has {free / 1e6:.0f} MB free, "
        f"{needed / 1e6:.0f} MB are still to come; free some space and run it again: what came is "
        "kept"
    )


def _unreachable(url: str, target: Path, part: Path, fault: Exception) -> str:
    kept = part.stat().st_size if part.exists() else 0
    return (
        f"the network must reach the file; {url}: {fault}; check the connection (or proxy) and run "
        f"it again, which continues after the {kept} bytes kept; or fetch the file elsewhere and "
        f"put it at {target}"
    )


def _total(content_range: str) -> int:
    found = re.search(r"/(\d+)$", content_range)
    return int(found.group(1)) if found else 0


def _validator_file(part: Path) -> Path:
    return part.with_name(part.name + ".etag")
