"""``python -m text_recognizer.troubleshooting.scaling``: the long run behind the lab's figures.

About three minutes on a quiet core. A run that is stopped goes on from the parts it finished.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from text_recognizer.core.errors import TextRecognizerError


def main(arguments: list[str] | None = None) -> int:
    """Run the study and write its record.

    Args:
        arguments: Of the command line; those of the process where None.

    Returns:
        0, or 2 after an error with a message.
    """
    parser = argparse.ArgumentParser(
        prog="python -m text_recognizer.troubleshooting.scaling", description=__doc__
    )
    parser.add_argument(
        "--parts", type=Path, default=Path("build/scaling"), help="folder of finished parts"
    )
    parser.add_argument(
        "--folder", type=Path, default=None, help="folder of the record, if not data/records"
    )
    chosen = parser.parse_args(arguments)
    import torch

    from text_recognizer.troubleshooting.scaling.study import run_study

    torch.set_num_threads(1)
    try:
        print(run_study(chosen.parts, folder=chosen.folder))
    except TextRecognizerError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
