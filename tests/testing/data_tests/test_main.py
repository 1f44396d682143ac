"""The package runs as a command."""

from __future__ import annotations

import subprocess
import sys


def test_the_command_says_what_it_takes():
    command = [sys.executable, "-m", "text_recognizer.testing.data_tests", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0
    assert "--bootstraps" in done.stdout
