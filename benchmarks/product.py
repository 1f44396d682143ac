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


def throughput(*, count: int, bundle: str = "", backend: str = "onnx") -> Figure:
    """Lines per second of one call on two cores; per CPU second where others keep them busy."""
    threads = min(2, _cores())
    result = work("lines", bundle, backend, str(threads), str(count))
    busy = _busy()
    seconds = result["cpu"] / threads if busy else result["wall"]
    return Figure(
        name=f"read_lines, {backend}, {result['lines']} lines",
        value=result["lines"] / seconds,
        unit="lines/s",
        budget=60.0 * threads / 2,
        at_least=True,
        note=f"{result['megabytes']:.0f} MB, on {threads} of the cores"
        + (", by CPU seconds because others are busy" if busy else ""),
    )


def int8_loss(*, bundle: str = "") -> list[Figure]:
    """Size of the int8 form and what it loses; nothing where the bundle has none."""
    from text_recognizer.reading.bundle import INT8, Bundle
    from text_recognizer.reading.quantize import LIMIT, check_int8

    loaded = Bundle.load(bundle or None)
    if INT8 not in loaded.files:
        return []
    found = check_int8(loaded)
    lost = 100 * (found.quantized - found.exact)
    note = f"{found.quantized:.4f} against {found.exact:.4f} on lines of the sample"
    return [
        Figure(name="size of the int8 form", value=found.megabytes, unit="MB", budget=3.0),
        Figure(name="CER lost by int8", value=lost, unit="points", budget=100 * LIMIT, note=note),
    ]


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _busy() -> bool:
    """Whether others keep most cores busy, so that the clock tells of them."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.8 * (os.cpu_count() or 1)


def _best(words: list[str], repeats: int) -> tuple[float, str]:
    """Least wall seconds of some runs; CPU seconds where others keep every core busy."""
    usages = [run(words) for _ in range(repeats)]
    if _busy():
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
