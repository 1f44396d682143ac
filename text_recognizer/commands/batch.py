"""``text-recognizer batch SOURCE --out ROWS``: many images into one file, on as many processes."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from text_recognizer.commands.reader import add_reader_arguments

if TYPE_CHECKING:
    from text_recognizer.deployment.batch import BatchReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments.

    Args:
        parser: The command's own parser.
    """
    parser.description = (
        "Read many images into a file with one JSON object per line: id, text, confidence, error, "
        "reader. The same command goes on where it was stopped, and reads no image twice."
    )
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a folder of images, a text file with one path per line, a .parquet file with the "
        "columns id and image, or the word 'sample' for the lines of the embedded sample",
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="the rows, such as rows.jsonl")
    parser.add_argument("--lines", action="store_true", help="each image is one line")
    parser.add_argument(
        "--chunk", type=int, default=64, metavar="N", help="images a chunk (default: %(default)s)"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=int, metavar="N", help="read on N processes (default: in this one)"
    )
    where.add_argument(
        "--cluster", metavar="ADDRESS", help="of a Dask scheduler, such as tcp://host:8786"
    )
    add_reader_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Read what is not read yet.

    Args:
        args: The parsed arguments.

    Returns:
        0, or 1 if an image could not be read.

    Raises:
        TextRecognizerError: If there is nothing to read, or the reader, the cluster or the file
            cannot be had.
    """
    from text_recognizer.deployment.batch import (
        ReaderSettings,
        find_items,
        on_cluster,
        on_workers,
        read_batch,
    )

    source, lines = args.source, args.lines
    if source == "sample":
        from text_recognizer.data.sample import sample_dir

        source, lines = sample_dir() / "lines.parquet", True
    items = find_items(source)
    settings = ReaderSettings.of(
        args.bundle, backend=args.backend, decoder=args.decoder, threads=args.threads, lines=lines
    )
    live = sys.stderr.isatty()
    with (
        on_workers(settings, args.workers)
        if args.workers is not None
        else on_cluster(settings, args.cluster)
        if args.cluster is not None
        else nullcontext()
    ) as runner:
        try:
            report = read_batch(
                items,
                args.out,
                settings,
                runner=runner,
                chunk=args.chunk,
                progress=_show_progress if live else None,
            )
        except KeyboardInterrupt:
            print(f"\nthe same command goes on from {args.out}.part", file=sys.stderr)
            raise
    if live:
        print("\r\033[K", end="", file=sys.stderr)
    _print_report(report)
    return 1 if report.failed else 0


def _show_progress(done: int) -> None:
    print(f"\rread {done} images", end="", file=sys.stderr, flush=True)


def _print_report(report: BatchReport) -> None:
    before = f", {report.skipped} were there before" if report.skipped else ""
    print(
        f"{report.read} images in {report.seconds:.1f} s, {report.rate:.1f} a second{before}: "
        f"{report.path}"
    )
    if report.failed:
        print(f"error: rows with an error instead of a text: {report.failed}", file=sys.stderr)
