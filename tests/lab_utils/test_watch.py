from __future__ import annotations

import subprocess
import sys

from lab_utils.watch import MemoryWatch


def test_a_child_that_takes_memory_is_seen():
    code = "x = bytearray(90_000_000); import time; time.sleep(1.5)"
    with MemoryWatch() as watch:
        subprocess.run([sys.executable, "-c", code], check=True)
    assert 90e6 < watch.peak_bytes < 500e6
