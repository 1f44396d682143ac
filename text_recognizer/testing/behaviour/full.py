"""The behaviours in full: what ``data/records/behaviour.json`` holds, and whether a run agrees."""

from __future__ import annotations

from typing import Any

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reader
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.behaviour.augmentation import CONDITIONS, compare_readers, load_pair
from text_recognizer.testing.behaviour.cases import Behaviour, load_written
from text_recognizer.testing.behaviour.direction import direction_tests
from text_recognizer.testing.behaviour.faulty import FAULTS, FaultyReader, exposes
from text_recognizer.testing.behaviour.invariance import invariance_tests, own_behaviour
from text_recognizer.testing.behaviour.minimum import minimum_tests
from text_recognizer.testing.behaviour.perturbations import LADDERS, dim, margin, nudge, shrink
from text_recognizer.testing.behaviour.remember import RememberingReader
from text_recognizer.testing.behaviour.report import BehaviourReport
from text_recognizer.testing.behaviour.run import run_behaviours
from text_recognizer.testing.behaviour.shares import wilson
from text_recognizer.testing.records import Record

#: What the full run uses: lines of INV and DIR tests, cases of an MFT, lines to cut words from.
LINES, CASES, CUT_FROM = 200, 60, 600
#: Shares of failed readings for which the record says how strong a change must be.
SHARES = (0.1, 0.2)
#: A fast run disagrees if the record lies outside of its interval of this level.
LEVEL = 0.999


def solutions() -> dict[str, Behaviour]:
    """For each planted fault a behaviour that exposes it."""
    erased = next(each for each in direction_tests() if each.capability == "erased word")
    return {
        "wide_margin": own_behaviour(lambda pixels: margin(pixels, 1), name="wide margins"),
        "dim": own_behaviour(lambda pixels: dim(pixels, 0.4), name="dim light"),
        "odd_width": own_behaviour(lambda pixels: nudge(pixels, 1), name="one column more"),
        "small": own_behaviour(lambda pixels: shrink(pixels, 0.5), name="half the size"),
        "stale": erased,
    }


def measure_all(*, seed: int = 0, lines: int = LINES) -> dict[str, Any]:
    """Run every behaviour on the shipped reader, the pair, and the planted faults.

    Args:
        seed: Of the cases.
        lines: Of INV and DIR tests.

    Returns:
        The payload of the record.
    """
    reader = TextRecognizer.load(backend="int8")
    written = load_written(lines, seed=seed)
    words = run_behaviours(reader, minimum_tests(cases=CASES), load_written(CUT_FROM), seed=seed)
    changed = run_behaviours(reader, [*invariance_tests(), *direction_tests()], written, seed=seed)
    return {
        "digest": reader.bundle.digest,
        "backend": "int8",
        "lines": lines,
        **BehaviourReport(results=words.results + changed.results).to_dict(),
        "breaking": {
            name: [changed.breaking_strength(name, share) for share in SHARES] for name in LADDERS
        },
        "worst": [each.to_dict() for each in changed.worst(10, kind="INV")],
        "pair": measure_pair(seed=seed, lines=lines),
        "faults": measure_faults(reader, seed=seed),
    }


def measure_pair(*, seed: int = 0, lines: int = LINES) -> dict[str, Any]:
    """The readers with and without augmentation on the INV tests of movement and pen."""
    pair = load_pair()
    written = load_written(lines, seed=seed)
    found = {}
    for capability in ("slant", "rotation", "blur", "thick ink"):
        rates = compare_readers(pair, invariance_tests([capability]), written, seed=seed)
        found[capability] = [each.to_dict() for each in rates]
    validation = {name: dict(pair[name].bundle.metrics["validation"]) for name in CONDITIONS}
    return {"validation": validation, "rates": found}


def measure_faults(
    reader: Reader, *, seed: int = 0, repeats: int = 10, lines: int = 24
) -> dict[str, dict[str, int]]:
    """How often each test exposes each planted fault.

    Args:
        reader: The sound reader.
        seed: Of the first draw of lines.
        repeats: Draws of lines.
        lines: Of each draw.

    Returns:
        By fault and by the test written for a fault, the draws out of ``repeats`` in which it was
        exposed.
    """
    tests, reader = solutions(), RememberingReader(reader)
    found = {fault: dict.fromkeys(tests, 0) for fault in FAULTS}
    for draw in range(seed, seed + repeats):
        written = load_written(lines, seed=draw)
        for name, test in tests.items():
            for fault in FAULTS:
                verdict = exposes(test, reader, FaultyReader(reader, fault), written, seed=draw)
                found[fault][name] += verdict.exposed
    return found


def agrees(report: BehaviourReport, record: Record) -> CheckResult:
    """Whether a short run agrees with the record: the number of behaviours that do not.

    A behaviour disagrees if the recorded failure rate lies outside of the 99.9 % interval of the
    run.

    Args:
        report: Of behaviours that the record has.
        record: ``read_record("behaviour")``.

    Raises:
        InputError: If the record has none of the behaviours.
    """
    known = {each["name"]: float(each["rate"]) for each in record.payload["results"]}
    shared = [each for each in report.results if each.behaviour.name in known]
    if not shared:
        raise InputError(
            f"a run is compared with the record by the names of behaviours; received "
            f"{[each.behaviour.name for each in report.results][:3]}, none of which it has; run "
            "those of invariance, minimum and direction"
        )
    off = [
        each.behaviour.name
        for each in shared
        if known[each.behaviour.name] not in wilson(each.failures, len(each.outcomes), level=LEVEL)
    ]
    return CheckResult(
        name="behaviours that differ from the record",
        passed=not off,
        measured=float(len(off)),
        limit=0.0,
        reason=", ".join(off[:3]) or f"all {len(shared)} agree",
    )
