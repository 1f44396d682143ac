"""Records of measurements that take minutes: made by a command, shipped, and compared with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from text_recognizer import __version__
from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.sources.paths import data_dir

__all__ = ["Record", "read_record", "record_path", "write_record"]

FORMAT = 1
"""Raised when the fields around the payload change."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a long run measured, and how to run it again.

    Args:
        name: Name of the file, without its suffix.
        seed: The seed of the run.
        version: Version of the package that made it.
        command: What anyone types to make it again.
        payload: What was measured; JSON values.
    """

    name: str
    seed: int
    version: str
    command: str
    payload: dict[str, Any]


def record_path(name: str, folder: Path | None = None) -> Path:
    """Where a record lies.

    Args:
        name: Lower-case words joined by underscores.
        folder: Another folder than ``data/records``.

    Raises:
        InputError: If the name would not make a plain file name.

    Example:
        >>> record_path("bug_bench").name
        'bug_bench.json'
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise InputError(
            f"a record is named by lower-case words and underscores; received {name!r}; "
            "name it like bug_bench"
        )
    return (folder or data_dir() / "records") / f"{name}.json"


def write_record(
    name: str, payload: dict[str, Any], *, seed: int, command: str, folder: Path | None = None
) -> Path:
    """Write a record; floats are rounded to six digits, so that files stay small and readable.

    Args:
        name: See :func:`record_path`.
        payload: JSON values.
        seed: The seed of the run.
        command: What anyone types to make it again.
        folder: Another folder than ``data/records``.

    Returns:
        The file.

    Raises:
        InputError: If the name is not plain, or a value of the payload is not JSON.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> path = write_record("toy", {"rate": 0.5}, seed=0, command="make toy", folder=folder)
        >>> read_record("toy", folder=folder).payload
        {'rate': 0.5}
    """
    path = record_path(name, folder)
    fields = {"format": FORMAT, "version": __version__, "seed": seed, "command": command}
    try:
        text = json.dumps({**fields, "payload": _rounded(payload)}, indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"a record holds JSON values; writing {name!r} failed with: {error}; "
            "turn arrays into lists, and NaN into None"
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    # Short lists on one line each: a matrix of verdicts reads as a matrix.
    text = re.sub(r"\[\n\s+([^\[\]{}]*?)\n\s*\]", _one_line, text)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read_record(name: str, *, folder: Path | None = None) -> Record:
    """Read a record.

    Args:
        name: See :func:`record_path`.
        folder: Another folder than ``data/records``.

    Raises:
        InputError: If the name is not plain.
        ParseError: If the file is missing, is not JSON, or lacks a field.
    """
    path = record_path(name, folder)
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        if fields["format"] != FORMAT:
            raise ParseError(
                f"a record has format {FORMAT}; {path.name} has {fields['format']!r}; "
                f"make it again: {fields.get('command')}"
            )
        return Record(
            name=name,
            seed=int(fields["seed"]),
            version=str(fields["version"]),
            command=str(fields["command"]),
            payload=dict(fields["payload"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParseError(
            f"a record is a JSON object with format, version, seed, command and payload; reading "
            f"{path.name} failed with {type(error).__name__}: {error}; restore it with git, or "
            "make it again with its command"
        ) from error


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {str(key): _rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(each) for each in value]
    return value


def _one_line(found: re.Match[str]) -> str:
    return "[" + re.sub(r"\s*\n\s*", " ", found.group(1)) + "]"
