"""The behaviours in full: what ``data/records/behaviour.json`` holds, and whether a run agrees."""

from __future__ import annotations

from typing import Any

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reader
from text_recognizer.data.records import Record
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.behaviour.augmentation import CONDITIONS, compare_readers, load_pair
from text_recognizer.testing.behaviour.cases import (
    TOLERANCE,
    Behaviour,
    Pixels,
    allowed_edits,
    load_written,
)
from text_recognizer.testing.behaviour.direction import SLACK, direction_tests
from text_recognizer.testing.behaviour.faulty import FAULTS, FaultyReader, exposes
from text_recognizer.testing.behaviour.invariance import invariance_tests, own_behaviour
from text_recognizer.testing.behaviour.minimum import minimum_tests
from text_recognizer.testing.behaviour.perturbations import LADDERS, dim, nudge, shrink
from text_recognizer.testing.behaviour.remember import RememberingReader
from text_recognizer.testing.behaviour.report import BehaviourReport, BehaviourResult
from text_recognizer.testing.behaviour.run import run_behaviours

#: What the full run uses: lines of INV and DIR tests, cases of an MFT, lines to cut words from.
LINES, CASES, CUT_FROM = 200, 60, 600
#: Shares of failed readings for which the record says how strong a change must be.
SHARES = (0.1, 0.2)
#: A run disagrees with the record if chance explains the difference less often than this.
CHANCE = 0.001


def solutions() -> dict[str, Behaviour]:
    """For each planted fault a behaviour that exposes it."""
    erased = next(each for each in direction_tests() if each.capability == "erased word")
    return {
        "wide_margin": own_behaviour(_wide, name="a wide left margin"),
        "dim": own_behaviour(lambda pixels: dim(pixels, 0.4), name="dim light"),
        "odd_width": own_behaviour(lambda pixels: nudge(pixels, 1), name="one column more"),
        "small": own_behaviour(lambda pixels: shrink(pixels, 0.5), name="half the size"),
        "stale": erased,
    }


def _wide(pixels: Pixels) -> Pixels:
    """Paper before the line, as wide as the line is high."""
    return nudge(pixels, pixels.shape[0])


def measure_control(control: BehaviourResult) -> dict[str, Any]:
    """What the allowances of INV and DIR tests rest on: how often a control exceeds them.

    Args:
        control: The result of a change that nobody would call one.

    Returns:
        The failure rate by the share of characters that may differ, and the share of lines whose
        confidence rises by more than the slack of the DIR tests.
    """
    judged = [outcome.judgement for outcome in control.outcomes]
    rises = [o.readings[-1].confidence - o.readings[0].confidence for o in control.outcomes]
    return {
        "rates": {
            str(share): sum(each.edits > allowed_edits(each.expected, share) for each in judged)
            / len(judged)
            for share in (0.0, 0.05, TOLERANCE, 0.15, 0.2)
        },
        "surer": sum(rise > SLACK for rise in rises) / len(rises),
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
        "control": measure_control(changed.results[0]),
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

    A behaviour disagrees if failure rates as far apart as those of the run and of the record would
    come by chance less than once in a thousand times (Fisher's exact test).

    Args:
        report: Of behaviours that the record has.
        record: ``read_record("behaviour")``.

    Raises:
        InputError: If the record has none of the behaviours.
    """
    from scipy.stats import fisher_exact  # a second to import: only where it is used

    known = {each["name"]: each for each in record.payload["results"]}
    shared = [each for each in report.results if each.behaviour.name in known]
    if not shared:
        raise InputError(
            f"a run is compared with the record by the names of behaviours; received "
            f"{[each.behaviour.name for each in report.results][:3]}, none of which it has; run "
            "those of invariance, minimum and direction"
        )
    off = []
    for each in shared:
        before, cases = known[each.behaviour.name], len(each.outcomes)
        table = [
            [each.failures, cases - each.failures],
            [before["failures"], before["cases"] - before["failures"]],
        ]
        if float(fisher_exact(table)[1]) < CHANCE:
            off.append(each.behaviour.name)
    return CheckResult(
        name="behaviours that differ from the record",
        passed=not off,
        measured=float(len(off)),
        limit=0.0,
        reason=", ".join(off[:3]) or f"all {len(shared)} agree",
    )
