"""A copy of the set-up scripts in an empty folder, and fakes for everything they call."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("python", "python3", "python3.10", "python3.11", "python3.12", "python3.13")


@dataclass(frozen=True)
class Checkout:
    """A checkout whose Python, pip and uv are fakes."""

    root: Path
    bin: Path

    @property
    def calls(self) -> list[str]:
        """What the fakes were asked to do, since `forget`."""
        log = self.bin / "calls.log"
        return log.read_text().splitlines() if log.exists() else []

    def forget(self) -> None:
        (self.bin / "calls.log").unlink(missing_ok=True)

    def environment(self, **settings: str) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "HOME": str(self.root),
            "CALLS": str(self.bin / "calls.log"),
            "FAKE_VERSION": "3.11",
            **settings,
        }

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a script, by default the set-up, with variables on top of an empty environment."""
        return subprocess.run(
            command or ("scripts/setup.sh",),
            cwd=self.root,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def fake(self, name: str, script: str) -> None:
        """Put a program in front of the real one of that name."""
        path = self.bin / name
        path.write_text(f"#!/usr/bin/env bash\n{script}\n")
        path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root, folder = tmp_path / "a course", tmp_path / "bin"
    folder.mkdir()
    shutil.copytree(ROOT / "scripts", root / "scripts")
    shutil.copytree(ROOT / "requirements", root / "requirements")
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in PYTHONS:
        shutil.copy(Path(__file__).with_name("fake_python.sh"), folder / name)
        (folder / name).chmod(0o755)
    made = Checkout(root, folder)
    made.fake("df", "echo head; echo disk 1 1 99000000 1% /")
    made.fake("nvidia-smi", "exit 9")
    made.fake("uname", "echo Linux")
    return made


@pytest.fixture
def one_error() -> Callable[[subprocess.CompletedProcess[str]], str]:
    """Return the one line of error that a failed run must print, and nothing else."""

    def read(done: subprocess.CompletedProcess[str]) -> str:
        assert done.returncode != 0
        lines = done.stderr.splitlines()
        assert len(lines) == 1, done.stderr
        assert lines[0].startswith("error: ")
        return lines[0]

    return read


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The scripts are for Linux and macOS."""
    if os.name == "nt":  # pragma: no cover
        for item in items:
            item.add_marker(pytest.mark.skip(reason="bash and make are needed"))
