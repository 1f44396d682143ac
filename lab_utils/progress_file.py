"""Which exercises are done: a small git-ignored file."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_utils.settings import ROOT, is_headless

__all__ = ["Record", "load", "note", "passed", "progress_path"]

_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known about one exercise.

    Args:
        passed: Whether it was ever right. Breaking it later does not take that away.
        attempts: How many times an answer was checked, 0 or more.
    """

    passed: bool = False
    attempts: int = 0


def progress_path() -> Path:
    """Say where progress is kept: `LABS_PROGRESS`, or `.progress.json` in the root."""
    return Path(os.environ.get("LABS_PROGRESS") or ROOT / ".progress.json")


def load(path: Path | None = None) -> dict[str, Record]:
    """Read the records.

    Args:
        path: The file, `progress_path()` unless given.

    Returns:
        Records by exercise id. A file that is absent, torn or of another format counts as empty:
        progress is never worth a crash.
    """
    path = path or progress_path()
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        entries = content["exercises"] if content["format"] == _FORMAT else {}
        return {
            str(key): Record(
                passed=entry["passed"] is True, attempts=max(0, int(entry["attempts"]))
            )
            for key, entry in entries.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def note(exercise_id: str, *, passed: bool) -> None:
    """Note one attempt.

    Nothing is written when no person is looking, unless `LABS_PROGRESS` names a file. A folder
    that cannot be written to is no reason to stop a learner.

    Args:
        exercise_id: As in `"00-collapse"`.
        passed: Whether the answer was right.
    """
    if is_headless() and not os.environ.get("LABS_PROGRESS"):
        return
    records = load()
    before = records.get(exercise_id, Record())
    records[exercise_id] = Record(passed=before.passed or passed, attempts=before.attempts + 1)
    try:
        _write(progress_path(), records)
    except OSError as error:
        print(f"Progress could not be saved ({error.strerror}); the answer still counts here.")


def passed() -> frozenset[str]:
    """List the ids of the exercises that were right at least once."""
    return frozenset(key for key, record in load().items() if record.passed)


def _write(path: Path, records: dict[str, Record]) -> None:
    entries = {key: vars(record) for key, record in sorted(records.items())}
    text = json.dumps({"format": _FORMAT, "exercises": entries}, indent=1) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
