"""``python -m text_recognizer.testing.behaviour``: the records of behaviours and regressions.

::

    ... train --condition with        a quarter of an hour; needs fonts (make fonts)
    ... train --condition without
    ... behaviour                     data/records/behaviour.json
    ... regression                    data/records/regression.json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.data.records import write_record
from text_recognizer.testing.behaviour.augmentation import CONDITIONS, pair_dir, save_small

PROGRAM = "python -m text_recognizer.testing.behaviour"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one record, or train one of the two small readers.

    Args:
        arguments: Of the command line; those of the process if None.

    Returns:
        0, or 1 after an error that is printed.
    """
    parser = argparse.ArgumentParser(prog=PROGRAM)
    parser.add_argument("what", choices=("train", "behaviour", "regression"))
    parser.add_argument("--condition", choices=CONDITIONS, default="with", help="of train")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="of train (default: 3500)")
    parser.add_argument("--lines", type=int, help="of a record (default: those that are shipped)")
    parser.add_argument("--out", type=Path, help="another folder than data/records")
    given = parser.parse_args(arguments)
    try:
        return _train(given) if given.what == "train" else _record(given)
    except TextRecognizerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _train(given: argparse.Namespace) -> int:
    from text_recognizer.testing.behaviour.pair import STEPS, train_condition

    folder = Path("build") / "augmentation" / given.condition
    steps = STEPS if given.steps is None else given.steps
    bundle = train_condition(given.condition, folder, steps=steps, seed=given.seed)
    save_small(bundle, (given.out or pair_dir()) / given.condition)
    cer = bundle.metrics["validation"]["cer"]
    print(f"{given.condition} augmentation: {steps} steps, validation CER {cer:.3f}")
    return 0


def _record(given: argparse.Namespace) -> int:
    from text_recognizer.testing.behaviour.full import LINES, measure_all
    from text_recognizer.testing.regression.full import measure_regression

    if given.what == "behaviour":
        payload = measure_all(seed=given.seed, lines=given.lines or LINES)
    else:
        payload = measure_regression(seed=given.seed, limit=given.lines)
    command = f"{PROGRAM} {given.what} --seed {given.seed}"
    path = write_record(given.what, payload, seed=given.seed, command=command, folder=given.out)
    print(f"wrote {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
