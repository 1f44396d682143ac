"""``text-recognizer evaluate FOLDER``: error rates of the reader on labelled images."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from text_recognizer.core.readings import Reader
    from text_recognizer.testing.evaluate import Evaluation
    from text_recognizer.testing.labels import LabelledItem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command.

    Args:
        parser: The sub-parser of ``evaluate``.

    Example:
        >>> parser = argparse.ArgumentParser()
        >>> add_arguments(parser)
        >>> parser.parse_args(["sample", "--limit", "5"]).limit
        5
    """
    parser.description = (
        "Read labelled images and print CER and WER with confidence intervals over writers. "
        "Case counts; all white space is one class; quotes, dashes and accents are brought to "
        "ASCII on both sides."
    )
    parser.add_argument(
        "folder", help="a folder with labels.jsonl, or the word 'sample' for the embedded sample"
    )
    parser.add_argument("--split", help="only labels of this split (sample: test)")
    parser.add_argument("--kind", choices=("line", "paragraph"), help="only lines or paragraphs")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N of each, evenly spread")
    parser.add_argument("--worst", type=int, default=5, metavar="N", help="show the N worst")
    parser.add_argument(
        "--slices", action="store_true", help="CER by writer, slant, length, class of character"
    )
    parser.add_argument(
        "--gallery", metavar="FILE.png", help="draw the worst lines, errors marked, to this file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--bundle", metavar="PATH", help="a bundle other than the shipped one")
    parser.add_argument("--backend", choices=("onnx", "int8", "torch"), default="onnx")
    parser.add_argument("--decoder", choices=("greedy", "beam", "language"), default="greedy")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads")


def run(args: argparse.Namespace, *, reader: Reader | None = None) -> int:
    """Evaluate and print.

    Args:
        args: The parsed options.
        reader: The reader to judge; the bundle's if None.

    Returns:
        0: a poor rate is a result, not a failure.

    Raises:
        TextRecognizerError: If labels, images or bundle cannot be read.
    """
    from text_recognizer.testing.evaluate import evaluate
    from text_recognizer.testing.labels import read_folder, read_sample
    from text_recognizer.testing.slant import slant_of

    if args.folder == "sample":
        items = read_sample(split=args.split, kind=args.kind, limit=args.limit)
    else:
        items = read_folder(args.folder, split=args.split, kind=args.kind, limit=args.limit)
    if reader is None:
        from text_recognizer.reading.recognizer import TextRecognizer

        reader = TextRecognizer.load(
            args.bundle, backend=args.backend, decoder=args.decoder, threads=args.threads
        )
    live = sys.stderr.isatty()
    evaluations = evaluate(
        reader,
        items,
        features={"slant": slant_of} if args.slices else None,
        progress=_show_progress if live else None,
    )
    if live:
        print("\r\033[K", end="", file=sys.stderr)
    if args.json:
        report = {kind: _as_json(each, args) for kind, each in evaluations.items()}
        print(json.dumps({"folder": args.folder, "split": args.split, **report}, indent=2))
    else:
        print("\n\n".join(_report(each, args) for each in evaluations.values()))
    if args.gallery:
        _draw(args.gallery, evaluations, items)
    return 0


def _draw(path: str, evaluations: dict[str, Evaluation], items: list[LabelledItem]) -> None:
    """The gallery of the first kind that has failures: lines where there are any."""
    from text_recognizer.testing.gallery import draw_gallery, pick_failures, save_sheet

    found = {kind: pick_failures(each) for kind, each in evaluations.items()}
    kind = next((kind for kind, failures in found.items() if failures), None)
    if kind is None:
        print(f"nothing was misread: no gallery in {path}", file=sys.stderr)
        return
    pictures = {item.id: item for item in items if item.kind == kind}
    sheet = draw_gallery(
        found[kind],
        {each.id: pictures[each.id].open() for each in found[kind]},
        title=f"{len(found[kind])} failures among {len(pictures)} {kind}s",
    )
    save_sheet(sheet, Path(path))
    print(f"wrote {path}", file=sys.stderr)


def _as_json(evaluation: Evaluation, args: argparse.Namespace) -> dict[str, Any]:
    """One kind as JSON types."""
    from text_recognizer.testing.confidence import calibration_errors
    from text_recognizer.testing.slicing import slice_report

    report = evaluation.to_dict(worst=args.worst)
    report["calibration_error"] = calibration_errors(evaluation.results) or None
    if args.slices:
        report["slices"] = [each.to_dict() for each in slice_report(evaluation)]
    return report


def _show_progress(done: int, total: int) -> None:
    print(f"\rread {done} of {total} images", end="", file=sys.stderr, flush=True)


def _report(evaluation: Evaluation, args: argparse.Namespace) -> str:
    """One kind as text for a terminal."""
    from text_recognizer.testing.confidence import calibration_errors
    from text_recognizer.testing.slicing import slice_report, slice_table

    counts = evaluation.counts
    lines = [
        f"{evaluation.kind}s: {len(evaluation.results)} images, {evaluation.writers} writers, "
        f"{counts.characters} characters"
    ]
    for rate, value in (("cer", counts.cer), ("wer", counts.wer)):
        interval = evaluation.interval(rate)
        lines.append(f"  {rate.upper()}  {interval or f'{value:.3f} (one writer: no interval)'}")
    lines.append(
        f"  {counts.substitutions} substituted, {counts.deletions} deleted, "
        f"{counts.insertions} inserted"
    )
    lines.append(f"  {evaluation.seconds:.2f} s, {evaluation.lines_per_second:.1f} lines/s")
    errors = calibration_errors(evaluation.results)
    if errors:
        named = ", ".join(f"{level}s {error:.3f}" for level, error in errors.items())
        lines.append(f"  calibration error: {named}")
    if args.slices:
        table = slice_table(slice_report(evaluation)).splitlines()
        lines += ["", *(f"  {row}" for row in table), ""]
    shown = evaluation.worst(args.worst)
    if shown:
        lines.append("  worst:")
    for result in shown:
        lines.append(
            f"    CER {result.counts.cer:.2f}  confidence {result.confidence:.2f}  {result.id}"
        )
        lines.append(f"      written  {_clip(result.reference)}")
        lines.append(f"      read     {_clip(result.hypothesis)}")
    return "\n".join(lines)


def _clip(text: str) -> str:
    return text if len(text) <= 84 else f"{text[:81]}..."
