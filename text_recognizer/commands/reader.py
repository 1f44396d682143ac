"""The options of every command that loads a reader, defined once."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from text_recognizer.reading.recognizer import TextRecognizer


def add_reader_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--bundle``, ``--backend``, ``--decoder`` and ``--threads``.

    Args:
        parser: Where to add them.
    """
    group = parser.add_argument_group("reader")
    group.add_argument(
        "--bundle", metavar="FOLDER", help="folder of the bundle (default: the one that ships)"
    )
    group.add_argument(
        "--backend", choices=("onnx", "int8", "torch"), default="onnx", help="default: %(default)s"
    )
    group.add_argument(
        "--decoder",
        choices=("greedy", "beam", "language"),
        default="greedy",
        help="default: %(default)s",
    )
    group.add_argument(
        "--threads", type=int, default=1, metavar="N", help="of the onnx backend (default: 1)"
    )


def load_reader(args: argparse.Namespace) -> TextRecognizer:
    """The reader that these options describe.

    Args:
        args: With the attributes that :func:`add_reader_arguments` defines.

    Raises:
        BundleError: If the bundle is missing or damaged.
        ConfigError: If a setting is out of range.
    """
    from text_recognizer.reading.recognizer import TextRecognizer

    return TextRecognizer.load(
        args.bundle, backend=args.backend, decoder=args.decoder, threads=args.threads
    )
