"""The command line: ``text-recognizer COMMAND ...`` or ``python -m text_recognizer COMMAND ...``.

Only the module of the command that was asked for is imported, so ``--help`` is instant and
``read`` does not wait for torch.

Exit status: 0 all well; 1 some of the work could not be done (each failure was told on stderr);
2 wrong usage, or a typed error (one line ``error: ...``); 130 interrupted; 141 the reader of our
output went away.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from types import ModuleType

import text_recognizer
from text_recognizer.core.errors import TextRecognizerError

#: Each is a module of ``text_recognizer.commands`` with ``add_arguments(parser)`` and
#: ``run(args) -> int``.
COMMANDS = {
    "read": "read pages or lines and print the text",
    "batch": "read many images into one file, on many processes",
    "evaluate": "measure errors on labelled images",
    "train": "train a reader and write its bundle",
    "render": "render handwriting with its text",
    "export": "write a bundle's ONNX form anew, or check it",
    "serve": "answer HTTP requests with readings",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Words after the program's name; by default those of this process.

    Returns:
        The exit status, see the module.

    Raises:
        SystemExit: From argparse, for ``--help``, ``--version`` and wrong usage.

    Example:
        >>> main(["read", "nowhere.png", "--bundle", "nowhere"])
        2
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        args = _parser(words).parse_args(words)
        status: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _drop_output()
        return 141
    except (TextRecognizerError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            _drop_output()
        print(f"error: {one_line(error)}", file=sys.stderr)
        return 2
    return status


def _drop_output() -> None:
    """The interpreter flushes stdout once more at its end; give it a place that takes it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def one_line(error: object) -> str:
    """The message of an error without line breaks, as a log or a pipe wants it.

    Example:
        >>> one_line(ValueError("first  second"))
        'first second'
    """
    return " ".join(str(error).split())


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """All commands by name; the arguments only of the one that ``words`` start with."""
    parser = argparse.ArgumentParser(
        prog="text-recognizer",
        description="A reader of handwritten English.",
        epilog="text-recognizer COMMAND --help explains a command.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"text-recognizer {text_recognizer.__version__}"
    )
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        about = f"{summary[0].upper()}{summary[1:]}."
        command = commands.add_parser(name, help=summary, description=about, allow_abbrev=False)
        if name == asked:
            module = _module(name)
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _module(name: str) -> ModuleType:
    """The module of a command, or a typed error if this copy of the package lacks it."""
    path = f"text_recognizer.commands.{name}"
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        raise TextRecognizerError(
            f"a command needs its module; {name!r} has none in this installation ({path}); "
            "install the package again"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
