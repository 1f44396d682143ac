"""Figures of the package itself: start-up, training, rendering."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.process import run, work


def import_time(*, repeats: int = 5) -> Figure:
    """Seconds that ``import text_recognizer`` adds to an empty program, the best of some."""
    empty, _ = _best([sys.executable, "-c", "pass"], repeats)
    full, unit = _best([sys.executable, "-c", "import text_recognizer"], repeats)
    return Figure(
        name="import text_recognizer",
        value=max(full - empty, 0.0),
        unit=unit,
        budget=0.15,
        note=f"best of {repeats}, an empty program's {empty:.2f} s taken off",
    )


def cold_read(line: Path, *, bundle: str = "", repeats: int = 3) -> Figure:
    """Seconds from the shell to the text of one line, the best of some."""
    words = [sys.executable, "-m", "text_recognizer", "read", "--lines", str(line)]
    seconds, unit = _best([*words, *(["--bundle", bundle] if bundle else [])], repeats)
    return Figure(
        name="text-recognizer read, one line",
        value=seconds,
        unit=unit,
        budget=1.5,
        note=f"a new process, best of {repeats}",
    )


def _best(words: list[str], repeats: int) -> tuple[float, str]:
    """Least wall seconds of some runs; CPU seconds where others keep every core busy."""
    usages = [run(words) for _ in range(repeats)]
    busy = hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.8 * (os.cpu_count() or 1)
    if busy:
        return min(usage.cpu for usage in usages), "CPU s"
    return min(usage.wall for usage in usages), "s"


def training(*, steps: int, preset: str = "laptop") -> list[Figure]:
    """Lines per CPU second of training a preset."""
    result = work("training", preset, str(steps))
    made = "rendering them" if result["rendered"] else "distorting the sample's (no fonts)"
    return [
        Figure(
            name=f"training, preset {preset}",
            value=result["rate"],
            unit="lines/s",
            budget=60.0,
            at_least=True,
            note=f"{result['precision']}, one core, {made} included",
        ),
        Figure(
            name=f"training, preset {preset}, steps alone",
            value=result["step_rate"],
            unit="lines/s",
            note=f"{result['megabytes']:.0f} MB",
        ),
    ]


def rendering(*, count: int) -> Figure:
    """Lines rendered per CPU second."""
    return Figure(
        name="renderer",
        value=work("renderer", str(count))["rate"],
        unit="lines/s",
        budget=100.0,
        at_least=True,
        note=f"{count} lines after as many to warm up",
    )
