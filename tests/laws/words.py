"""What no tracked file may contain: places that exist on one machine or one registry only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

#: Written apart, so that this file does not contain what it looks for.
REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "download.py" + "torch.org",
    "conda.ana" + "conda.org",
)
#: The work folders of one machine.
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|farm|root)/[\w.]|/tmp/(?:spec|[a-z]+_jobs)\b")


def tracked_files(root: Path) -> list[Path]:
    """List what git tracks, or nothing where there is no git."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    return [root / name for name in done.stdout.split("\0") if name]


def forbidden_words(files: list[Path]) -> list[str]:
    """Find machine paths and registry hosts in text files."""
    found = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        found += [f"{path.name}: names the registry {host}" for host in REGISTRIES if host in text]
        for number, line in enumerate(text.splitlines(), start=1):
            if match := MACHINE_PATH.search(line):
                found.append(f"{path.name}:{number}: names the path {match[0]}")
    return found
