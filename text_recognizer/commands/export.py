"""``text-recognizer export``: the ONNX forms anew from the weights, compared."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from text_recognizer.reading.bundle import Bundle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments.

    Args:
        parser: The command's own parser.
    """
    parser.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="where to write; may be the bundle's own"
    )
    parser.add_argument(
        "--bundle", metavar="FOLDER", help="the bundle to export (default: the one that ships)"
    )
    parser.add_argument(
        "--int8",
        action="store_true",
        help="make the form in 8 bits too; without FOLDER only that, in the bundle's own folder",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing: compare the forms that are there"
    )


def run(args: argparse.Namespace) -> int:
    """Export a bundle, or check one.

    Args:
        args: The parsed arguments.

    Returns:
        0, or 1 if a form reads otherwise than its tolerance allows.

    Raises:
        BundleError: If the bundle is missing or damaged, or the export differs from its weights.
        ConfigError: If nothing is asked for, or something beside ``--check``.
    """
    from text_recognizer.core.errors import ConfigError
    from text_recognizer.reading.bundle import Bundle

    writes = args.int8 or args.folder is not None
    if args.check == writes:
        raise ConfigError(
            "export takes a folder to write to, --int8 or both, or else --check alone; received "
            f"folder={args.folder!r}, int8={args.int8} and check={args.check}; see: "
            "text-recognizer export --help"
        )
    bundle = Bundle.load(args.bundle)
    if args.check:
        return _check_float(bundle) | _check_int8(bundle)
    made = _write(bundle, args.folder, int8=args.int8)
    print(f"wrote {made.folder} (digest {made.digest[:12]})")
    return _check_int8(made)


def _write(bundle: Bundle, folder: str | None, *, int8: bool) -> Bundle:
    """The bundle in a folder; with its int8 form where it had one or one is asked for."""
    if folder is None:
        from text_recognizer.reading.quantize import add_int8

        return add_int8(bundle)
    from text_recognizer.reading.backends import load_model
    from text_recognizer.reading.bundle import INT8
    from text_recognizer.reading.export import export_bundle

    return export_bundle(
        load_model(bundle).eval(),
        bundle.model,
        bundle.charset,
        bundle.preprocess,
        folder,
        bundle.metrics,
        calibration=bundle.calibration,
        int8=int8 or INT8 in bundle.files,
    )


def _check_float(bundle: Bundle) -> int:
    """Compares torch and ONNX."""
    from text_recognizer.reading.backends import load_model
    from text_recognizer.reading.export import TOLERANCE, parity

    difference = parity(load_model(bundle).eval(), bundle)
    verdict = "agree" if difference <= TOLERANCE else "DIFFER"
    print(f"torch and ONNX {verdict}: {difference:.2e} (limit {TOLERANCE:.0e})")
    return 0 if difference <= TOLERANCE else 1


def _check_int8(bundle: Bundle) -> int:
    """Compares the form in 8 bits, where there is one, with that in float."""
    from text_recognizer.reading.bundle import INT8
    from text_recognizer.reading.quantize import check_int8

    if INT8 not in bundle.files:
        return 0
    found = check_int8(bundle)
    print(f"int8 and float {'agree' if found.passed else 'DIFFER'}: {found}")
    return 0 if found.passed else 1
