"""One table of what the tools really print, and what the person is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def explain(log: Path, version: str = "3.12") -> str:
    code = 'source scripts/common.sh; source scripts/explain.sh; explain_failure "$0" "$1"'
    done = subprocess.run(
        ["bash", "-c", code, str(log), version],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "error: Failed to fetch: `https://host/simple/`\n  Caused by: dns error",
            "No network",
            id="uv without DNS",
        ),
        pytest.param(
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError("
            "Failed to establish a new connection: [Errno 101] Network is unreachable')",
            "No network",
            id="pip without a route",
        ),
        pytest.param(
            "ERROR: Could not find a version that satisfies uv (from versions: none)",
            "No network",
            id="pip that found no index",
        ),
        pytest.param(
            "  operation timed out\nhint: UV_HTTP_TIMEOUT", "No network", id="uv that waited"
        ),
        pytest.param(
            "ERROR: Could not install: OSError: [Errno 28] No space left on device",
            "Disk full",
            id="pip on a full disk",
        ),
        pytest.param(
            "failed to write to file: No space left on device (os error 28)\ndns error",
            "Disk full",
            id="a full disk is told before the network",
        ),
        pytest.param("OSError: [Errno 122] Disk quota exceeded", "Disk full", id="quota"),
        pytest.param(
            "error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory",
            "no C compiler",
            id="Debian without gcc",
        ),
        pytest.param(
            "fatal error: Python.h: No such file or directory", "python3.12-dev", id="no headers"
        ),
        pytest.param(
            "xcode-select: note: no developer tools were found",
            "xcode-select --install",
            id="macOS",
        ),
        pytest.param(
            "The virtual environment was not created successfully because ensurepip is not\n"
            "available.  On Debian/Ubuntu systems, you need to install the python3-venv",
            "sudo apt install python3.12-venv",
            id="Debian's python3",
        ),
        pytest.param("/usr/bin/python3: No module named venv", "python3.12-venv", id="no venv"),
        pytest.param("a\n\nlast words\n\n", "Set-up failed: last words.", id="unknown"),
        pytest.param("", "no message", id="nothing at all"),
    ],
)
def test_explanations(text: str, expected: str, tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    log.write_text(text)
    told = explain(log)
    assert expected in told
    assert told.count("\n") == 1
