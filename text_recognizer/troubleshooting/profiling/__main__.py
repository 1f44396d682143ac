"""``python -m text_recognizer.troubleshooting.profiling record --out FILE``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.core.errors import TextRecognizerError


def main(arguments: Sequence[str] | None = None) -> int:
    """Record a trace of a real GPU.

    Args:
        arguments: Instead of those of the command line.

    Returns:
        0, or 1 where it could not be done; why is one line on stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m text_recognizer.troubleshooting.profiling")
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser("record", help="record a trace on a machine with an NVIDIA GPU")
    record.add_argument("--out", type=Path, default=None, help="a .json.gz file")
    record.add_argument("--steps", type=int, default=2, help="steps with, and without, a sync")
    chosen = parser.parse_args(arguments)
    # torch takes seconds to import, and --help needs none of it.
    from text_recognizer.troubleshooting.profiling.launches import summarise
    from text_recognizer.troubleshooting.profiling.record import record_gpu_trace, record_path_gpu
    from text_recognizer.troubleshooting.profiling.trace import read_trace

    try:
        path = record_gpu_trace(chosen.out or record_path_gpu(), steps=chosen.steps)
        summary = summarise(read_trace(path))
    except TextRecognizerError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{path.name}: {path.stat().st_size} bytes, device busy {summary.busy_share:.0%}, "
        f"{summary.launches} launches, {summary.stalls} stalls"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
