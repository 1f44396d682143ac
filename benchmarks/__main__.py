"""``python -m benchmarks``: measure, print the tables, write ``build/bench.json``."""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks import product
from benchmarks.figures import Figure, table
from benchmarks.pages import PageSet, page_sets
from benchmarks.process import ROOT, WorkerError
from benchmarks.readers import HEAD, Outcome, measure, readers
from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.core.images import PageImage

_Result = TypeVar("_Result")
PARTS = ("reading", "start", "training", "rendering")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and report.

    Args:
        argv: Words after the program's name; by default those of this process.

    Returns:
        0, or 1 if a budget is exceeded or a measurement failed.
    """
    args = _parser().parse_args(argv)
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        sets, absent = page_sets(Path(name), limit=args.pages)
        notes += absent
        if "reading" in args.parts:
            found, absent = readers(bundle=args.bundle, peer_python=args.peer_python)
            notes += absent
            for pages, (reader, runner) in itertools.product(sets, found.items()):
                action = functools.partial(measure, reader, runner, pages)
                outcomes += _try(notes, f"{reader} on {pages.name}", action)
            figures += _budgets(outcomes)
        if "start" in args.parts:
            figures += _try(notes, "import", product.import_time)
            line = _first_line(sets, Path(name))
            if line is not None:
                cold = functools.partial(product.cold_read, line, bundle=args.bundle)
                figures += _try(notes, "cold start", cold)
    if "training" in args.parts:
        train = functools.partial(product.training, steps=args.steps)
        figures += itertools.chain.from_iterable(_try(notes, "training", train))
    if "rendering" in args.parts:
        render = functools.partial(product.rendering, count=args.lines)
        figures += _try(notes, "rendering", render)
    _print(figures, outcomes, notes)
    _write(args.out, figures, outcomes, notes)
    failed = any(each.passed is False for each in figures) or any("failed:" in n for n in notes)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=PARTS, metavar="PART", help=f"of {', '.join(PARTS)} (all)"
    )
    parser.add_argument("--pages", type=int, default=20, help="paragraphs of each set (20)")
    parser.add_argument("--steps", type=int, default=80, help="training steps (80)")
    parser.add_argument("--lines", type=int, default=400, help="lines to render (400)")
    parser.add_argument("--bundle", default="", metavar="FOLDER", help="another bundle")
    parser.add_argument("--peer-python", default="", metavar="PATH", help="one that has RapidOCR")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json", metavar="FILE")
    return parser


def _try(notes: list[str], what: str, action: Callable[[], _Result]) -> list[_Result]:
    """The result of a measurement; one that fails is told, and does not stop the others."""
    print(f"measuring: {what}", file=sys.stderr, flush=True)
    try:
        return [action()]
    except (WorkerError, TextRecognizerError) as error:
        notes.append(f"{what} failed: {error}")
        return []


def _budgets(outcomes: Sequence[Outcome]) -> list[Figure]:
    """The budgets of reading a paragraph, for our default backend."""
    return [
        Figure(name=f"nine lines, {each.pages}", value=value, unit=unit, budget=budget)
        for each in outcomes
        if each.reader == "ours (onnx)"
        for value, unit, budget in ((each.seconds, "CPU s", 0.5), (each.megabytes, "MB", 400.0))
    ]


def _first_line(sets: Sequence[PageSet], folder: Path) -> Path | None:
    """One line cut from a page."""
    if not sets:
        return None
    from text_recognizer.data.segmentation.lines import find_lines

    lines = find_lines(PageImage.open(sets[0].paths[0]))
    if not lines:
        return None
    path = folder / "line.png"
    lines[0].image.to_pil().save(path)
    return path


def _print(figures: Sequence[Figure], outcomes: Sequence[Outcome], notes: Sequence[str]) -> None:
    """The tables; ratios are to our default backend on the same pages."""
    bases = {each.pages: each for each in outcomes if each.reader == "ours (onnx)"}
    rows = [each.row(bases[each.pages]) for each in outcomes if each.pages in bases]
    if rows:
        print("Reading: CPU seconds for nine lines on one core, peak memory, character error\n")
        print(table(HEAD, rows), end="\n\n")
    if figures:
        head = ("figure", "value", "unit", "budget", "", "note")
        print(table(head, [each.row() for each in figures]), end="\n\n")
    for note in notes:
        print(f"- {note}")


def _write(
    path: Path, figures: Sequence[Figure], outcomes: Sequence[Outcome], notes: Sequence[str]
) -> None:
    """The same as JSON, for comparison between runs."""
    content = {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "figures": [each.to_dict() for each in figures],
        "reading": [each.to_dict() for each in outcomes],
        "notes": list(notes),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
