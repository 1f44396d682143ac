"""How good the data tests are: what they detect, and how often they cry wolf, over bootstraps.

A set of clean lines is drawn again and again, by hand, since lines of one hand resemble each other.
Each draw is tested as it is (an alarm is false) and after each corruption (an alarm is right).
The tolerance is chosen on hands of the train split and confirmed on those of val and test.

The rules are checked on plain columns, by ``text_recognizer.data.expectations.checks``: Great
Expectations, which gives the same verdicts on the same tables (a test compares them), needs a
second for each.

``python -m text_recognizer.testing.data_tests`` makes the record, in some minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from text_recognizer.data.expectations.rules import SAMPLE_RANGES, Tolerance, line_rules
from text_recognizer.data.records import Record, read_record, write_record
from text_recognizer.testing.data_tests.detections import Detection, detection
from text_recognizer.testing.data_tests.draws import SIZE, sample_rows
from text_recognizer.testing.data_tests.tuning import Point, choose, false_alarms, sweep

NAME = "data_tests"
COMMAND = "python -m text_recognizer.testing.data_tests"
#: Where the tolerance is tuned, and the other hands on which it is confirmed.
TUNED_ON, CONFIRMED_ON = ("train",), ("val", "test")


def measure(*, bootstraps: int = 200, clean: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Tune on some hands and confirm on others: the payload of the record.

    Args:
        bootstraps: Sets drawn and broken, on either side.
        clean: Sets drawn and left clean.
        seed: Of all draws.

    Returns:
        JSON values: the curve, the tolerance chosen, false alarms and detections.
    """
    _say(f"sweeping tolerances on {', '.join(TUNED_ON)}")
    points = sweep(sample_rows(*TUNED_ON), bootstraps=bootstraps, clean=clean, seed=seed)
    chosen = choose(points)
    elsewhere = {}
    for splits in (*((split,) for split in CONFIRMED_ON), CONFIRMED_ON):
        name = " and ".join(splits)
        _say(f"clean sets of {name}")
        elsewhere[name] = false_alarms(sample_rows(*splits), bootstraps=clean, seed=seed)
    _say(f"detection on {', '.join(CONFIRMED_ON)} at {chosen}")
    found = detection(
        sample_rows(*CONFIRMED_ON), line_rules(chosen), bootstraps=bootstraps, seed=seed
    )
    return {
        "rows": SIZE,
        "bootstraps": bootstraps,
        "clean": clean,
        "ranges": {name: list(ends) for name, ends in SAMPLE_RANGES.items()},
        "tolerance": {"mostly": chosen.mostly, "widen": chosen.widen},
        "curve": [
            {
                "widen": point.tolerance.widen,
                "mostly": point.tolerance.mostly,
                "false_alarms": point.false_alarms,
                "detection": point.detection,
                "elsewhere": {name: each[point.tolerance] for name, each in elsewhere.items()},
            }
            for point in points
        ],
        "detection": [
            {
                "corruption": each.corruption,
                "share": each.share,
                "alarms": "".join("01"[alarm] for alarm in each.alarms),
                "rules": dict(each.rules),
            }
            for each in found
        ],
    }


def recorded(record: Record | None = None) -> list[Detection]:
    """The detections of the record: on val and test, at the tolerance tuned on train.

    Args:
        record: By default the shipped one.

    Raises:
        ParseError: If it is missing or damaged.

    Example:
        >>> clean = recorded()[0]
        >>> clean.corruption, len(clean.alarms), clean.rate < 0.01
        ('clean', 200, True)
    """
    payload = (record or read_record(NAME)).payload
    return [
        Detection(
            corruption=each["corruption"],
            share=each["share"],
            alarms=tuple(alarm == "1" for alarm in each["alarms"]),
            rules=each["rules"],
        )
        for each in payload["detection"]
    ]


def recorded_curve(record: Record | None = None) -> list[Point]:
    """The curve of the record: on train, with false alarms of val and of test beside it.

    Args:
        record: By default the shipped one.

    Raises:
        ParseError: If it is missing or damaged.
    """
    payload = (record or read_record(NAME)).payload
    return [
        Point(
            tolerance=Tolerance(mostly=each["mostly"], widen=each["widen"]),
            false_alarms=each["false_alarms"],
            detection=each["detection"],
            elsewhere=each["elsewhere"],
        )
        for each in payload["curve"]
    ]


def disagreements(bootstraps: int = 2, record: Record | None = None) -> list[str]:
    """Run the first draws of the record again, and tell what came out otherwise.

    Args:
        bootstraps: Draws to repeat, at most those of the record.
        record: By default the shipped one.

    Returns:
        One sentence a difference; empty if the record is what the code does.
    """
    record = record or read_record(NAME)
    rules = line_rules(Tolerance(**record.payload["tolerance"]))
    again = detection(sample_rows(*CONFIRMED_ON), rules, bootstraps=bootstraps, seed=record.seed)
    stored = {(each.corruption, each.share): each.alarms for each in recorded(record)}
    ran = {(each.corruption, each.share): each.alarms for each in again}
    return [
        f"{name} at {share:g}: recorded {stored.get((name, share), ())[:bootstraps]}, "
        f"now {ran.get((name, share), ())}"
        for name, share in sorted({*stored, *ran})
        if stored.get((name, share), ())[:bootstraps] != ran.get((name, share), ())
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the record.

    Args:
        arguments: Of the command line; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bootstraps", type=int, default=200, help="sets drawn and broken")
    parser.add_argument("--clean", type=int, default=1000, help="sets drawn and left clean")
    parser.add_argument("--folder", type=Path, default=None, help="instead of data/records")
    given = parser.parse_args(arguments)
    payload = measure(bootstraps=given.bootstraps, clean=given.clean, seed=given.seed)
    path = write_record(NAME, payload, seed=given.seed, command=COMMAND, folder=given.folder)
    _say(f"wrote {path.name}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
