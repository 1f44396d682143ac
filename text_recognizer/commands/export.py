"""``text-recognizer export BUNDLE FOLDER``: the ONNX form anew from the weights, compared."""

from __future__ import annotations

import argparse


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
        "--check", action="store_true", help="write nothing: compare its ONNX form with its weights"
    )


def run(args: argparse.Namespace) -> int:
    """Export a bundle, or check one.

    Args:
        args: The parsed arguments.

    Returns:
        0, or 1 if a check found a difference above the tolerance.

    Raises:
        BundleError: If the bundle is missing or damaged, or the export differs from its weights.
        ConfigError: If neither a folder nor ``--check`` is given.
    """
    from text_recognizer.core.errors import ConfigError
    from text_recognizer.reading.backends import load_model
    from text_recognizer.reading.bundle import Bundle
    from text_recognizer.reading.export import TOLERANCE, export_bundle, parity

    if args.check == (args.folder is not None):
        raise ConfigError(
            "export takes a folder to write to or --check, one of the two; received "
            f"folder={args.folder!r} and check={args.check}; see: text-recognizer export --help"
        )
    bundle = Bundle.load(args.bundle)
    model = load_model(bundle).eval()
    if args.check:
        difference = parity(model, bundle)
        verdict = "agree" if difference <= TOLERANCE else "DIFFER"
        print(f"torch and ONNX {verdict}: {difference:.2e} (limit {TOLERANCE:.0e})")
        return 0 if difference <= TOLERANCE else 1
    made = export_bundle(
        model, bundle.model, bundle.charset, bundle.preprocess, args.folder, bundle.metrics
    )
    print(f"wrote {made.folder} (digest {made.digest[:12]})")
    return 0
