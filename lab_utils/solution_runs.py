"""Run the solutions of a lab with another seed, and see whether all it claims still holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from lab_utils import metrics, progress_file
from lab_utils.builder import LabInfo, read_info
from lab_utils.exercises import exercises_of
from lab_utils.refresh import headless_environment
from lab_utils.settings import Layout, time_factor
from lab_utils.watch import MemoryWatch

__all__ = ["MAX_MEMORY", "SEED", "Run", "problems_of", "run_solutions"]

SEED = 1234
MAX_MEMORY = 2 * 1024**3
SILENCE = 10.0


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of a lab's solutions gave.

    Args:
        lab: The two digits of the lab.
        profile: `"fast"` or `"full"`.
        seconds: Wall-clock time of the whole notebook, kernel start included.
        peak_bytes: Most memory that the kernel and its children took together.
        error: The last lines of the first error, or nothing.
        passed: Ids of the exercises that were right.
        measurements: What the lab recorded.
        slow_cells: Numbers and seconds of cells that took long and show no progress.
    """

    lab: str
    profile: str
    seconds: float
    peak_bytes: int
    error: str
    passed: frozenset[str]
    measurements: tuple[metrics.Measurement, ...]
    slow_cells: tuple[tuple[int, float], ...]

    def __str__(self) -> str:
        """Say in one line how it went."""
        return (
            f"lab {self.lab}, {self.profile}: {self.seconds:.0f} s, "
            f"{self.peak_bytes / 1024**2:.0f} MB, {len(self.passed)} exercises right, "
            f"{len(self.measurements)} measurements"
        )


def run_solutions(source: Path, layout: Layout, *, profile: str = "fast", seed: int = SEED) -> Run:
    """Run the solutions of a lab with papermill, into the build folder.

    Args:
        source: `labs/source/NN_name.py`.
        layout: Where the labs lie.
        profile: `"fast"` or `"full"`.
        seed: Another one than the stored outputs were made with.
    """
    folder = layout.build / profile
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"{source.stem}.ipynb"
    kept = {name: folder / f"{source.stem}.{name}" for name in ("progress.json", "metrics.jsonl")}
    for path in kept.values():
        path.unlink(missing_ok=True)
    files = {"LABS_PROGRESS": kept["progress.json"], "LABS_METRICS": kept["metrics.jsonl"]}
    error = ""
    with MemoryWatch() as watch, _environment({key: str(path) for key, path in files.items()}):
        error = _papermill(layout.notebook(source, "solutions"), output, profile, seed)
    done = nbformat.read(output, as_version=4) if output.exists() else None
    records = progress_file.load(kept["progress.json"])
    return Run(
        lab=source.stem[:2],
        profile=profile,
        seconds=float(done.metadata.papermill.duration or 0) if done else 0.0,
        peak_bytes=watch.peak_bytes,
        error=error,
        passed=frozenset(key for key, record in records.items() if record.passed),
        measurements=tuple(metrics.load(kept["metrics.jsonl"])),
        slow_cells=tuple(_slow_cells(done)) if done else (),
    )


def problems_of(run: Run, source: Path) -> list[str]:
    """Compare a run with what the lab promises.

    Args:
        run: What `run_solutions` gave.
        source: The source, whose header states the budgets.

    Returns:
        One line per broken promise.
    """
    info: LabInfo = read_info(source.read_text(encoding="utf-8"))
    budget = info.full_seconds if run.profile == "full" else info.fast_seconds
    found = [f"it failed:\n{run.error}"] if run.error else []
    for exercise in exercises_of(run.lab):
        if exercise.id not in run.passed:
            found.append(f"the solution of {exercise.id!r} was not called right")
    found += [f"{item} does not hold" for item in run.measurements if not item.holds]
    if run.seconds > budget * time_factor():
        found.append(
            f"it took {run.seconds:.0f} s, its header allows {budget} s (on a slower machine set "
            "LABS_TIME_FACTOR)"
        )
    if run.peak_bytes > MAX_MEMORY:
        found.append(f"it took {run.peak_bytes / 1024**3:.1f} GB of memory, 2 GB are allowed")
    for number, seconds in run.slow_cells:
        found.append(
            f"cell {number} was silent for {seconds:.0f} s; show a progress bar after {SILENCE:.0f}"
        )
    return found


def _papermill(notebook: Path, output: Path, profile: str, seed: int) -> str:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    try:
        papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters={"PROFILE": profile, "SEED": seed},
            kernel_name="python3",
            progress_bar=False,
            cwd=str(notebook.parent),
            execution_timeout=1800,
        )
    except PapermillExecutionError as error:
        return "\n".join(str(error).strip().splitlines()[-12:])
    except FileNotFoundError:
        return f"{notebook.name} is missing; refresh the lab"
    return ""


def _slow_cells(notebook: Any) -> Iterator[tuple[int, float]]:
    for number, cell in enumerate(notebook.cells):
        seconds = cell.metadata.get("papermill", {}).get("duration") or 0.0
        if seconds > SILENCE * time_factor() and "progress_bar" not in cell.source:
            yield number, float(seconds)


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(headless_environment(**more))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
