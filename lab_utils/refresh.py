"""Make the notebooks of a lab from its source: `python -m lab_utils.refresh NN`.

Each lab gives two notebooks, one with stubs and one with solutions, and both are executed here, so
what is stored is what the code printed. Both are written only when both ran to their end.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat

from lab_utils.builder import VARIANTS, build
from lab_utils.normalize import dumps, normalize
from lab_utils.settings import ROOT, Layout

__all__ = ["execute", "headless_environment", "main", "refresh"]

CELL_TIMEOUT = 300


def headless_environment(**more: str) -> dict[str, str]:
    """Describe the environment of a kernel that no person looks at.

    Args:
        more: Variables to set on top.

    Returns:
        A full environment: the present one, with one numeric thread, and the checkout importable.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    quiet = {
        "LABS_HEADLESS": "1",
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": path,
    }
    kept = {key: value for key, value in os.environ.items() if key != "LABS_PROGRESS"}
    return {**kept, **quiet, **more}


def execute(
    notebook: nbformat.NotebookNode, folder: Path, timeout: int = CELL_TIMEOUT
) -> nbformat.NotebookNode:
    """Run all cells of a notebook in a fresh kernel and normalise the result.

    Args:
        notebook: A built notebook; it is filled in place.
        folder: The working directory of the kernel.
        timeout: Seconds that one cell may take.

    Returns:
        The same notebook with outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised.
        nbclient.exceptions.CellTimeoutError: A cell took too long.
    """
    from nbclient import NotebookClient

    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=headless_environment())
    return normalize(notebook)


def refresh(source: Path, layout: Layout | None = None) -> list[Path]:
    """Build, execute and store both notebooks of a lab.

    Args:
        source: `labs/source/NN_name.py`.
        layout: Where to write; next to the source's `labs/` unless stated.

    Returns:
        The two paths written.
    """
    layout = layout or Layout(root=source.resolve().parents[2])
    texts: dict[Path, str] = {}
    for variant in VARIANTS:
        target = layout.notebook(source, variant)
        texts[target] = dumps(execute(build(source, variant), target.parent))
    for target, text in texts.items():
        target.write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after `python -m lab_utils.refresh`.

    Returns:
        0 when all is well, 1 when a notebook is stale or a cell failed, 2 for bad arguments.
    """
    parser = argparse.ArgumentParser(prog="python -m lab_utils.refresh", description=__doc__)
    parser.add_argument("labs", nargs="*", metavar="NN", help="numbers of labs, as in 00")
    parser.add_argument("--all", action="store_true", help="all labs")
    parser.add_argument("--check", action="store_true", help="run the gates, execute nothing")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    layout = Layout(root=options.root.resolve())
    if not options.labs and not options.all:
        parser.error("say which lab, as in `make refresh LAB=00`, or --all")
    try:
        names = [] if options.all else options.labs
        sources = [layout.source(name) for name in names] or layout.all_sources()
    except ValueError as error:
        parser.error(str(error))
    if options.check:
        from lab_utils.gates import report

        return report(sources, layout)
    return _refresh_all(sources, layout)


def _refresh_all(sources: Sequence[Path], layout: Layout) -> int:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    from lab_utils.gates import report
    from lab_utils.index import write_index

    for source in sources:
        started = time.perf_counter()
        print(f"{source.stem}: executing the lab and its solutions ...", flush=True)
        try:
            refresh(source, layout)
        except (CellExecutionError, CellTimeoutError, ValueError) as error:
            print(f"{source.stem}: nothing was written.\n{error}", file=sys.stderr)
            return 1
        print(f"{source.stem}: written in {time.perf_counter() - started:.0f} s")
    write_index(layout)
    return report(sources, layout)


if __name__ == "__main__":
    raise SystemExit(main())
