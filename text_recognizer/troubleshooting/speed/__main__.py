"""Make the record of the loading sweep: ``python -m text_recognizer.troubleshooting.speed``.

About twelve minutes on two cores. Where they also do other things, run it again with ``--add``: of
all rounds the fastest counts. The record that ships holds twelve rounds, made in three runs.

Exit status: 0 all well; 2 wrong usage, or
a typed error in one line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.data.records import read_record, write_record
from text_recognizer.troubleshooting.speed.grid import (
    COMMAND,
    FITTED_MS,
    RECORD,
    add_rounds,
    grid_cases,
    recorded_trials,
    sweep,
    to_payload,
)
from text_recognizer.troubleshooting.speed.loading_model import held_out


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sweep, write its record, and say how often the cost model is right.

    Args:
        arguments: words after the program's name; those of the process where None.

    Returns:
        The exit status, see the module.

    Raises:
        SystemExit: from argparse, for ``--help`` and wrong usage.
    """
    parser = argparse.ArgumentParser(prog=COMMAND, allow_abbrev=False)
    parser.description = "Sweep num_workers against item cost, batch size and step."
    parser.add_argument("--repeats", type=int, default=6, help="rounds (%(default)s)")
    parser.add_argument("--cases", type=int, help="only so many of the cases, to try it out")
    parser.add_argument("--add", action="store_true", help="to the rounds of the record there")
    parser.add_argument("--folder", type=Path, help="of the record (default: data/records)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        cases = grid_cases()[: options.cases]
        trials = sweep(cases, repeats=options.repeats, report=print)
        payload = to_payload(trials, repeats=options.repeats)
        if options.add:
            payload = add_rounds(payload, read_record(RECORD, folder=options.folder).payload)
        path = write_record(RECORD, payload, seed=0, command=COMMAND, folder=options.folder)
        forecasts = held_out(recorded_trials(options.folder), FITTED_MS)
    except TextRecognizerError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    right = sum(forecast.right for forecast in forecasts)
    print(f"written: {path.name}; held-out winners right: {right} of {len(forecasts)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
