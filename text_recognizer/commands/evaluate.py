"""``text-recognizer evaluate FOLDER``: error rates of the reader on labelled images."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from text_recognizer.core.readings import Reader
    from text_recognizer.testing.evaluate import Evaluation


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
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--bundle", metavar="PATH", help="a bundle other than the shipped one")
    parser.add_argument("--backend", choices=("onnx", "torch"), default="onnx")
    parser.add_argument("--decoder", choices=("greedy", "beam"), default="greedy")
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
    evaluations = evaluate(reader, items, progress=_show_progress if live else None)
    if live:
        print("\r\033[K", end="", file=sys.stderr)
    if args.json:
        report = {kind: each.to_dict(worst=args.worst) for kind, each in evaluations.items()}
        print(json.dumps({"folder": args.folder, "split": args.split, **report}, indent=2))
    else:
        print("\n\n".join(_report(each, args.worst) for each in evaluations.values()))
    return 0


def _show_progress(done: int, total: int) -> None:
    print(f"\rread {done} of {total} images", end="", file=sys.stderr, flush=True)


def _report(evaluation: Evaluation, worst: int) -> str:
    """One kind as text for a terminal."""
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
    shown = evaluation.worst(worst)
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
