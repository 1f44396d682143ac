"""``text-recognizer train``: train a line model and write its bundle."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments.

    Args:
        parser: The command's own parser.
    """
    parser.add_argument(
        "--preset", default="laptop", help="tiny, laptop, refine or gpu (default: laptop)"
    )
    parser.add_argument(
        "--out", metavar="FOLDER", help="checkpoints, logs, bundle (default: build/train)"
    )
    parser.add_argument("--real", metavar="FOLDER", help="labelled real lines to mix in")
    parser.add_argument("--start", metavar="BUNDLE", help="start from the weights of a bundle")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a setting, such as steps=500 or model.features=128; may be repeated",
    )
    parser.add_argument(
        "--devices", type=int, metavar="N", help="GPUs, or processes without one (default: 1)"
    )
    parser.add_argument(
        "--num_nodes",
        type=int,
        metavar="N",
        help="machines that run this command; NODE_RANK and MASTER_ADDR say which (default: 1)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(args: argparse.Namespace) -> int:
    """Train, going on from the last checkpoint of the same folder, and write the bundle.

    Args:
        args: The parsed arguments.

    Returns:
        0; 130 from any but the first process of a training that was interrupted.

    Raises:
        ConfigError: If the preset or a setting is unknown or out of range.
        DataError: If there is nothing to train on, or the folder's checkpoint does not fit.
    """
    from dataclasses import replace
    from pathlib import Path

    from text_recognizer.training.config import preset
    from text_recognizer.training.overrides import override

    config = override(preset(args.preset), args.set)
    names = ("out", "real", "start", "devices", "num_nodes")
    given = {name: getattr(args, name) for name in names}
    config = replace(config, **{name: value for name, value in given.items() if value is not None})

    from text_recognizer.training.processes import is_first
    from text_recognizer.training.run import fit, write_bundle

    try:
        module = fit(config, quiet=args.quiet)
    except KeyboardInterrupt:
        if not is_first():
            return 130  # the first process tells it
        if (Path(config.out) / "last.ckpt").exists():
            print(f"the same command goes on from {config.out}/last.ckpt", file=sys.stderr)
        raise
    if not is_first():
        return 0
    bundle = write_bundle(module, Path(config.out) / "bundle")
    cer = module.last_cer
    print(f"wrote {bundle.folder} (digest {bundle.digest[:12]}, validation CER {cer:.3f})")
    return 0
