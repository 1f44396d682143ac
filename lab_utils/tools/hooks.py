"""pre-commit in local mode: a bad file is refused at the commit, a good one accepted."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab_utils.tools.programs import find_program, run_program
from text_recognizer.core.errors import DataError, InputError

__all__ = ["HOOKS", "Commit", "run_hooks", "try_commit"]

#: Local hooks only: nothing is fetched.
HOOKS = """\
fail_fast: true
repos:
  - repo: local
    hooks:
      - id: ruff
        name: ruff rules
        language: system
        entry: ruff check --isolated
        types: [python]
      - id: ruff-format
        name: ruff format
        language: system
        entry: ruff format --check --isolated
        types: [python]
      - {id: shellcheck, name: shellcheck, language: system, entry: shellcheck, types: [shell]}
"""
_FAILED = re.compile(r"^(.+?)\.{3,}Failed$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Commit:
    """What the hooks said to a commit.

    Args:
        accepted: Whether it was made.
        failed: Names of the hooks that failed, in order.
    """

    accepted: bool
    failed: tuple[str, ...]


def try_commit(files: Mapping[str, str | Path], hooks: str = HOOKS) -> Commit:
    """Commit files into a fresh repository whose hooks are installed.

    Args:
        files: For each name its text, or a file to copy.
        hooks: The text of `.pre-commit-config.yaml`.

    Raises:
        InputError: No files, or a name that leaves the repository.
        MissingExtraError: git or pre-commit is not installed.
        DataError: The hooks could not be installed, or git failed for a reason of its own.
    """
    if not files or any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise InputError(
            f"a commit needs files with paths inside the repository; received {list(files)!r}; "
            "name them like pkg/module.py"
        )
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "repository"
        folder.mkdir()
        _git(folder, "init", "--quiet", "--initial-branch=main")
        (folder / ".pre-commit-config.yaml").write_text(hooks, encoding="utf-8")
        settings = {"PRE_COMMIT_HOME": f"{parent}/home"}
        install = [sys.executable, "-m", "pre_commit", "install"]
        ran = run_program(install, folder, settings=settings)
        if not ran.passed:
            raise DataError(
                "pre-commit must install its hook; it said "
                f"{(ran.output + ran.errors).strip()[-200:]!r}; run pre-commit install by hand"
            )
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copy(content, folder / name)
            else:
                (folder / name).write_text(content, encoding="utf-8")
        _git(folder, "add", "--all")
        who = ["-c", "user.name=lab", "-c", "user.email=lab@example.invalid"]
        command = [find_program("git"), *who, "commit", "--quiet", "--message", "a change"]
        made = run_program(command, folder, settings=settings)
    failed = tuple(_FAILED.findall(made.output + made.errors))
    if not made.passed and not failed:
        raise DataError(
            "a commit is made, or a hook refuses it; git said "
            f"{(made.output + made.errors).strip()[-200:]!r}; look at the hooks"
        )
    return Commit(accepted=made.passed, failed=failed)


def run_hooks(folder: Path, files: list[str], *, seconds: float = 600.0) -> Commit:
    """Run the hooks of a repository on some files, as a commit of them would.

    Args:
        folder: A repository with `.pre-commit-config.yaml`.
        files: Paths from its root.
        seconds: Time limit.

    Raises:
        DataError: The hooks could not be run.
    """
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "pre_commit", "run", "--files", *files]
        settings = {"PRE_COMMIT_HOME": home}
        ran = run_program(command, folder, settings=settings, seconds=seconds)
    failed = tuple(_FAILED.findall(ran.output))
    if not ran.passed and not failed:
        raise DataError(
            "hooks pass or fail; pre-commit said "
            f"{(ran.output + ran.errors).strip()[-200:]!r}; validate its configuration"
        )
    return Commit(accepted=ran.passed, failed=failed)


def _git(folder: Path, *arguments: str) -> None:
    ran = run_program([find_program("git"), *arguments], folder)
    if not ran.passed:
        raise DataError(
            f"git must work in a temporary folder; git {arguments[0]} said "
            f"{ran.errors.strip()[-200:]!r}; install git, or look at its settings"
        )
