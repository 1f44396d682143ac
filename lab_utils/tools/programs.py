"""Run a program of the environment in a folder, with a time limit, and keep what it said."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.core.errors import DataError, InputError, MissingExtraError

__all__ = ["Ran", "clean_environment", "find_program", "run_program"]

#: Set by whoever runs a lab (pytest, nbval, git): a tool that a lab starts must not see them.
_FOREIGN = ("PYTEST_", "GIT_", "LABS_EXPECTED_CELLS", "FORCE_COLOR", "RUFF_", "MYPY")


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What came of a program.

    Args:
        code: Its exit status.
        output: What it wrote to stdout.
        errors: What it wrote to stderr.
    """

    code: int
    output: str
    errors: str

    @property
    def passed(self) -> bool:
        """Whether the exit status is 0."""
        return self.code == 0


def find_program(name: str, *, extra: str = "lint") -> str:
    """Say where a program lies: beside this Python, else on the path.

    Args:
        name: Such as `"ruff"`.
        extra: The extra of pyproject.toml that installs it.

    Raises:
        MissingExtraError: It is in neither place.

    Example:
        >>> find_program("ruff").endswith("ruff")
        True
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise MissingExtraError(
            f"{name} is needed here, and is neither beside {sys.executable} nor on the path; "
            f'install it with: pip install "text-recognizer[{extra}]"'
        )
    return found


def clean_environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a tool: this one, without what only the program around it should see.

    Args:
        settings: Variables to set on top.

    Returns:
        A full environment in which the tools of this Python come first.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "NO_COLOR": "1", "PYTHONHASHSEED": "0", **(settings or {})}


def run_program(
    command: Sequence[str | Path],
    folder: Path,
    *,
    seconds: float = 120.0,
    settings: Mapping[str, str] | None = None,
) -> Ran:
    """Run a command to its end, or to the time limit.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        seconds: The time limit, above 0; what it started ends with it.
        settings: Environment variables on top of :func:`clean_environment`.

    Raises:
        InputError: The folder does not exist, or the limit is not above 0.
        MissingExtraError: The program does not exist.
        DataError: The time limit has passed.

    Example:
        >>> run_program([sys.executable, "-c", "print('here')"], Path(".")).output.strip()
        'here'
    """
    if not folder.is_dir() or not seconds > 0:
        raise InputError(
            "a program runs in an existing folder for a time above 0; received "
            f"folder={str(folder)!r}, seconds={seconds!r}; make the folder first"
        )
    words = [str(word) for word in command]
    try:
        started = subprocess.Popen(
            words,
            cwd=folder,
            env=clean_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise MissingExtraError(
            f"a program must be there to run; starting {words[0]!r} failed with: {error}; "
            'install it with: pip install "text-recognizer[lint]"'
        ) from error
    try:
        output, errors = started.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"a program ends within its limit of {seconds:g} seconds; {' '.join(words[:4])} did "
            "not; raise the limit, or look for what it waits for"
        ) from error
    finally:
        _end(started)
    return Ran(code=started.returncode, output=output, errors=errors)


def _end(started: subprocess.Popen[str]) -> None:
    """End what is still there of a program and of what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(started.pid, signal.SIGKILL)
    if started.poll() is None:
        started.wait()
