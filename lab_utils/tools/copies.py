"""A clean copy of the project: the checkout in which its checks run."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from lab_utils.settings import ROOT
from lab_utils.tools.programs import find_program, run_program
from text_recognizer.core.errors import DataError

__all__ = ["clean_copy", "commit"]

#: What the hooks of the project call in `.venv`.
_HOOK_TOOLS = ("ruff", "shellcheck", "check-jsonschema")


def clean_copy(folder: Path, root: Path = ROOT) -> Path:
    """Copy the files that git knows, as they are now, into a repository of its own.

    Args:
        folder: Must not exist, or be empty.
        root: The repository to copy.

    Returns:
        The folder: one commit, and a `.venv` that hands calls on to the tools of this Python.

    Raises:
        DataError: The root is no git checkout, or git is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listing = [find_program("git"), "ls-files", "-z"]
    listed = run_program(listing, root)
    if not listed.passed:
        raise DataError(
            f"a clean copy is made of a git checkout; in {root.name} git said "
            f"{listed.errors.strip()!r}; clone the course instead of unpacking an archive"
        )
    for name in filter(None, listed.output.split("\0")):
        source = root / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    _link_environment(folder / ".venv" / "bin")
    commit(folder, "a clean copy")
    return folder


def _link_environment(folder: Path) -> None:
    """Scripts, not links: a Python that is called through a link forgets its environment."""
    folder.mkdir(parents=True)
    programs = {name: find_program(name) for name in _HOOK_TOOLS}
    for name, program in {**programs, "python": sys.executable}.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(program)} "$@"\n', encoding="utf-8")
        script.chmod(0o755)


def commit(folder: Path, message: str) -> None:
    """Make a repository of a folder, or take the one there is, and commit all of it without hooks.

    Raises:
        DataError: Git refused.
    """
    who = ["-c", "user.name=lab", "-c", "user.email=lab@example.invalid"]
    steps = {
        "init": ["--quiet", "--initial-branch=main"],
        "add": ["--all"],
        "commit": ["--quiet", "--no-verify", "--message", message],
    }
    for name, arguments in steps.items():
        ran = run_program([find_program("git"), *who, name, *arguments], folder)
        if not ran.passed:
            raise DataError(
                f"git must accept the copy; git {name} said "
                f"{(ran.errors or ran.output).strip()[-200:]!r}; run it by hand"
            )
