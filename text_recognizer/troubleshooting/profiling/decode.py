"""From a file to a list of events, whatever the file suffered: cut off, compressed, not a trace.

The format is Google's "Trace Event Format" (2016): a JSON object with ``traceEvents``, or the bare
list. The format itself allows the closing bracket to be missing, so that a program that is killed
leaves something readable.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ParseError

LIMIT_BYTES = 200 * 2**20
"""Largest trace that is read, uncompressed: its events take some ten times as much memory."""

_CHUNK = 2**20
_LIST = re.compile(r'"traceEvents"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")

Decoded = tuple[list[Any], dict[str, Any], list[str]]


def read_bytes(path: Path, limit_bytes: int) -> tuple[bytes, list[str]]:
    """The content of a file, unpacked where it is gzip.

    Args:
        path: Any file.
        limit_bytes: Largest size, uncompressed.

    Returns:
        The bytes, and warnings.

    Raises:
        ParseError: If there is no file, it is larger than the limit, or its gzip is damaged from
            the start.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise ParseError(
            f"a trace is a file; reading {path.name!r} failed with {type(error).__name__}; record "
            "one with profile_steps(...).save(path)"
        ) from error
    warnings: list[str] = []
    if content[:2] == b"\x1f\x8b" and len(content) <= limit_bytes:
        content, warnings = _unpack(content, path.name, limit_bytes)
    if len(content) > limit_bytes:
        raise ParseError(
            f"a trace of at most {limit_bytes:,} bytes is read, uncompressed; {path.name!r} is "
            "larger; record fewer steps, or raise limit_bytes where there is memory for ten times "
            "that"
        )
    return content, warnings


def _unpack(content: bytes, name: str, limit_bytes: int) -> tuple[bytes, list[str]]:
    """Unpacks in pieces: a small file may hold gigabytes."""
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while size <= limit_bytes and (part := file.read(_CHUNK)):
                parts.append(part)
                size += len(part)
    except (EOFError, zlib.error, OSError) as error:
        if not parts:
            parts = [_first_part(content)]
        if not parts[0]:
            raise ParseError(
                f"a .gz file holds gzip; {name!r} is damaged ({error}); record it again"
            ) from error
        return b"".join(parts), [f"the gzip data of {name} breaks off; what came before is read"]
    return b"".join(parts), []


def _first_part(content: bytes) -> bytes:
    """What a gzip stream gives before it breaks off, at most a chunk."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content, _CHUNK)
    except zlib.error:
        return b""


def decode(content: bytes, name: str) -> Decoded:
    """The events of a trace as they stand in it.

    Args:
        content: JSON.
        name: Of the file, for messages.

    Returns:
        The events, the fields beside them, and warnings.

    Raises:
        ParseError: If there is nothing in it, or nothing that is a trace.

    Example:
        >>> decode(b'[{"ph": "X", "name": "a"}', "cut.json")[0]
        [{'ph': 'X', 'name': 'a'}]
    """
    text = content.decode("utf-8", errors="replace").lstrip("\ufeff").strip()
    if not text:
        raise ParseError(f"a trace holds events; {name!r} is empty; record it again")
    try:
        data = json.loads(text, strict=False)
    except RecursionError as error:
        raise ParseError(
            f"events of a trace are flat; {name!r} is nested too deep to be one; record it again"
        ) from error
    except ValueError as error:
        return _salvage(text, name, error)
    if isinstance(data, list):
        return data, {}, []
    if isinstance(data, dict) and isinstance(data.get("traceEvents"), list):
        return data.pop("traceEvents"), data, []
    keys = f" with {sorted(map(str, data))[:6]}" if isinstance(data, dict) else ""
    raise ParseError(
        f"a trace is a JSON object with traceEvents, or a list of events; {name!r} holds a "
        f"{type(data).__name__}{keys}; give what profile_steps(...).save(path) wrote"
    )


def _salvage(text: str, name: str, error: ValueError) -> Decoded:
    """Reads event by event up to the place where the file breaks off."""
    found = _LIST.search(text)
    if not found and not text.startswith("["):
        raise ParseError(
            f"a trace is JSON; {name!r} is not ({error}); give what profile_steps(...).save(path) "
            "wrote"
        ) from error
    place = found.end() if found else 1
    decoder = json.JSONDecoder(strict=False)
    events: list[Any] = []
    while True:
        between = _BETWEEN.match(text, place)
        place = between.end() if between else place
        try:
            event, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        events.append(event)
    if not events:
        raise ParseError(
            f"a trace holds events; {name!r} breaks off before the first one ({error}); record it "
            "again"
        ) from error
    warning = f"{name} breaks off after {len(events):,} events; what follows is lost"
    return events, _header(text[: found.start()] if found else ""), [warning]


def _header(text: str) -> dict[str, Any]:
    """The fields before the events."""
    try:
        fields = json.loads(text.rstrip().rstrip(",") + "}", strict=False)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
