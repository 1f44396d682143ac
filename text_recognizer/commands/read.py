"""``text-recognizer read PAGE...``: images in, text or JSON out."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from text_recognizer.commands.reader import add_reader_arguments, load_reader
from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import PageReading, Reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments.

    Args:
        parser: The command's own parser.
    """
    parser.add_argument(
        "pages", nargs="+", metavar="PAGE", help="an image of a page, or - for standard input"
    )
    parser.add_argument(
        "--lines", action="store_true", help="each image is one line: do not look for lines"
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object per page, with positions"
    )
    add_reader_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Read the pages in turn; one that cannot be read does not stop the others.

    Args:
        args: The parsed arguments.

    Returns:
        0, or 1 if a page could not be read.

    Raises:
        BundleError: If the reader cannot be loaded.
    """
    reader = load_reader(args)
    failures = 0
    for number, page in enumerate(args.pages):
        try:
            result = _read(reader, page, lines=args.lines)
        except InputError as error:
            failures += 1
            print(" ".join(f"error: {_shown(page)}: {error}".split()), file=sys.stderr)
            continue
        if args.json:
            print(json.dumps({"page": page, **result.to_dict()}), flush=True)
        else:
            _print_text(page, result, head=len(args.pages) > 1, first=number == 0)
    return 1 if failures else 0


def _read(reader: Reader, page: str, *, lines: bool) -> PageReading:
    """One page, or one line as a page of its own."""
    source: Any = page
    if page == "-":
        source = sys.stdin.buffer.read() if sys.stdin is not None else b""
    if not lines:
        return reader.read(source)
    from text_recognizer.core.images import Box, LineImage

    image = LineImage.open(source)
    found = [reading for reading in reader.read_lines([image]) if reading.text]
    return PageReading(tuple(found), (Box(0, 0, image.width, image.height),) * len(found))


def _print_text(page: str, result: PageReading, *, head: bool, first: bool) -> None:
    """The text; with several pages, each under its name as ``head`` and ``tail`` do it."""
    if head:
        print("" if first else "\n", end="")
        print(f"==> {_shown(page)} <==")
    if result.text:
        print(result.text)
    sys.stdout.flush()


def _shown(page: str) -> str:
    return "standard input" if page == "-" else page.encode(errors="backslashreplace").decode()
