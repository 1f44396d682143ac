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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from benchmarks import product
from benchmarks.figures import Figure, table
from benchmarks.growth import Growth, growth_table, measure_growth, stacked_pages
from benchmarks.pages import PageSet, page_sets
from benchmarks.process import ROOT, WorkerError
from benchmarks.readers import BASE, HEAD, Outcome, Runner, measure, readers
from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.core.images import PageImage

_Result = TypeVar("_Result")
PARTS = ("reading", "growth", "throughput", "start", "training", "rendering")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and report.

    Args:
        argv: Words after the program's name; by default those of this process.

    Returns:
        0, or 1 if a budget is exceeded or a measurement failed.
    """
    args = _parser().parse_args(argv)
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sets, absent = page_sets(folder, limit=args.pages)
        report.notes += absent
        found: dict[str, Runner] = {}
        if {"reading", "growth"} & set(args.parts):
            found, absent = readers(bundle=args.bundle, peer_python=args.peer_python)
            report.notes += absent
        if "reading" in args.parts:
            _measure_reading(report, found, sets)
        if "growth" in args.parts:
            _measure_growth(report, found, folder)
        _measure_product(report, args, sets, folder)
    _print(report)
    _write(args.out, report)
    failed = any(each.passed is False for each in report.figures)
    return 1 if failed or any("failed:" in note for note in report.notes) else 0


@dataclass
class Report:
    """What was measured so far, and what could not be."""

    outcomes: list[Outcome] = field(default_factory=list)
    growths: list[Growth] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _measure_reading(report: Report, found: dict[str, Runner], sets: Sequence[PageSet]) -> None:
    """Every reader on every set."""
    for pages, (reader, runner) in itertools.product(sets, found.items()):
        action = functools.partial(measure, reader, runner, pages)
        report.outcomes += _try(report.notes, f"{reader} on {pages.name}", action)
    report.figures += _budgets(report.outcomes)


def _measure_growth(report: Report, found: dict[str, Runner], folder: Path) -> None:
    """Every reader but torch's form, which costs what ONNX costs, on pages of every size."""
    for stacked in _try(report.notes, "stacked pages", functools.partial(stacked_pages, folder)):
        for reader, runner in found.items():
            if reader != "ours (torch)":
                action = functools.partial(measure_growth, reader, runner, stacked)
                report.growths += _try(report.notes, f"{reader} on growing pages", action)


def _measure_product(
    report: Report, args: argparse.Namespace, sets: Sequence[PageSet], folder: Path
) -> None:
    """The figures of the package itself."""
    notes, figures = report.notes, report.figures
    if "throughput" in args.parts:
        loss = functools.partial(product.int8_loss, bundle=args.bundle)
        lost = list(itertools.chain.from_iterable(_try(notes, "int8", loss)))
        for backend in ("onnx", "int8") if lost else ("onnx",):
            read = functools.partial(
                product.throughput, count=args.lines, bundle=args.bundle, backend=backend
            )
            figures += _try(notes, f"throughput, {backend}", read)
        figures += lost
    if "start" in args.parts:
        figures += _try(notes, "import", product.import_time)
        line = _first_line(sets, folder)
        if line is not None:
            cold = functools.partial(product.cold_read, line, bundle=args.bundle)
            figures += _try(notes, "cold start", cold)
    if "training" in args.parts:
        train = functools.partial(product.training, steps=args.steps)
        figures += itertools.chain.from_iterable(_try(notes, "training", train))
    if "rendering" in args.parts:
        render = functools.partial(product.rendering, count=args.lines)
        figures += _try(notes, "rendering", render)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=PARTS, metavar="PART", help=f"of {', '.join(PARTS)} (all)"
    )
    parser.add_argument("--pages", type=int, default=20, help="paragraphs of each set (20)")
    parser.add_argument("--steps", type=int, default=80, help="training steps (80)")
    parser.add_argument("--lines", type=int, default=400, help="lines to read and render (400)")
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
        if each.reader == BASE
        for value, unit, budget in ((each.seconds, "CPU s", 0.4), (each.megabytes, "MB", 350.0))
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


def _print(report: Report) -> None:
    """The tables; ratios are to our default backend on the same pages."""
    bases = {each.pages: each for each in report.outcomes if each.reader == BASE}
    rows = [each.row(bases[each.pages]) for each in report.outcomes if each.pages in bases]
    if rows:
        print("Reading: character error, CPU seconds for nine lines on one core, peak memory;")
        print(f"ratios to {BASE} on the same pages\n")
        print(table(HEAD, rows), end="\n\n")
    if report.growths:
        print("Growing pages: lines of the sample below each other, one core\n")
        print(growth_table(report.growths), end="\n\n")
    if report.figures:
        head = ("figure", "value", "unit", "budget", "")
        print(table(head, [each.row() for each in report.figures]), end="\n\n")
    measured = [f"{each.name}: {each.note}" for each in report.figures if each.note]
    for note in measured + report.notes:
        print(f"- {note}")


def _write(path: Path, report: Report) -> None:
    """The same as JSON, for comparison between runs."""
    content = {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "figures": [each.to_dict() for each in report.figures],
        "reading": [each.to_dict() for each in report.outcomes],
        "growth": [each.to_dict() for each in report.growths],
        "notes": report.notes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
