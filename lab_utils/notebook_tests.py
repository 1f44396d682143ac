"""The labs as regression tests: `python -m lab_utils.notebook_tests`.

Three steps, each of which can be asked for alone: the static gates; nbval, which runs every lab and
compares each output with the stored one; papermill, which runs the solutions with another seed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lab_utils.gates import report
from lab_utils.nbval_plugin import EXPECTED
from lab_utils.refresh import headless_environment
from lab_utils.settings import ROOT, Layout
from lab_utils.solution_runs import problems_of, run_solutions

__all__ = ["main", "nbval_command", "run_gates", "run_nbval", "run_papermill"]

CELL_TIMEOUT = 120
SANITIZE = ROOT / "tests" / "notebooks" / "sanitize.cfg"


def nbval_command(notebooks: Sequence[Path], workers: int = 1) -> list[str]:
    """Write the command that compares notebooks with nbval.

    Plugins are named one by one: pytest then starts in a fraction of the time.

    Args:
        notebooks: Stored notebooks.
        workers: Processes to run at once, 1 or more.
    """
    command = [
        *(sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env"),
        *("-p", "nbval.plugin", "-p", "lab_utils.nbval_plugin"),
        *("-p", "no:cacheprovider", "--noconftest", "--color=no", "-c", os.devnull),
        # Cells are told apart by their path below this folder.
        f"--rootdir={os.path.commonpath([path.resolve().parent for path in notebooks])}",
        f"--nbval-cell-timeout={CELL_TIMEOUT}",
        f"--nbval-sanitize-with={SANITIZE}",
    ]
    if workers > 1 and importlib.util.find_spec("xdist"):
        command += ["-p", "xdist.plugin", "--dist", "loadscope", "-n", str(workers)]
    return [*command, *map(str, notebooks)]


def run_gates(sources: Sequence[Path], layout: Layout) -> int:
    """Run the static gates; 0 when nothing was found."""
    return report(sources, layout)


def run_nbval(sources: Sequence[Path], layout: Layout) -> int:
    """Run the labs and compare every output; 0 when all are the same."""
    notebooks = [layout.notebook(source) for source in sources]
    workers = min(len(notebooks), os.cpu_count() or 1)
    cells = sum(map(_count_cells, notebooks))
    environment = headless_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **{EXPECTED: str(cells)})
    return subprocess.run(nbval_command(notebooks, workers), env=environment, cwd=ROOT).returncode


def run_papermill(sources: Sequence[Path], layout: Layout, profile: str = "fast") -> int:
    """Run the solutions with another seed; 0 when every promise is kept."""
    broken = 0
    for source in sources:
        run = run_solutions(source, layout, profile=profile)
        print(f"papermill: {run}", flush=True)
        for problem in problems_of(run, source):
            broken += 1
            print(f"{source.stem}: {problem}", file=sys.stderr)
    return 1 if broken else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after `python -m lab_utils.notebook_tests`.

    Returns:
        0 when all is well, 1 when a step failed, 2 for bad arguments.
    """
    options, layout = _parse(arguments)
    sources = [layout.source(name) for name in options.labs] or layout.all_sources()
    if not sources:
        print("There are no labs yet in labs/source.")
        return 0
    asked = [name for name in ("gates", "nbval", "papermill") if getattr(options, name)]
    steps = {
        "gates": lambda: run_gates(sources, layout),
        "nbval": lambda: run_nbval(sources, layout),
        "papermill": lambda: run_papermill(sources, layout, options.profile),
    }
    failed, summary = 0, []
    for name in asked or list(steps):
        started = time.perf_counter()
        print(f"== {name} ==", flush=True)
        code = steps[name]()
        failed |= bool(code)
        taken = time.perf_counter() - started
        summary.append(f"{name:<10} {'FAILED' if code else 'passed'}  {taken:6.1f} s")
    print("\n".join(["", *summary]))
    return int(failed)


def _count_cells(path: Path) -> int:
    import nbformat

    if not path.exists():
        return 0
    return sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)


def _parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, Layout]:
    parser = argparse.ArgumentParser(
        prog="python -m lab_utils.notebook_tests",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("labs", nargs="*", metavar="NN", help="numbers of labs; all unless given")
    parser.add_argument("--gates", action="store_true", help="only the static gates (seconds)")
    parser.add_argument("--nbval", action="store_true", help="only the comparison of outputs")
    parser.add_argument("--papermill", action="store_true", help="only the solutions, another seed")
    parser.add_argument("--profile", choices=("fast", "full"), default="fast", help="for papermill")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    layout = Layout(root=options.root.resolve())
    try:
        for name in options.labs:
            layout.source(name)
    except ValueError as error:
        parser.error(str(error))
    return options, layout


if __name__ == "__main__":
    raise SystemExit(main())
