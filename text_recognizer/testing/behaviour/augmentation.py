"""The readers trained with and without augmentation, and which behaviours tell them apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from text_recognizer.core.charset import Charset
from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import BundleError, InputError
from text_recognizer.core.readings import Reader
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.backends import make_backend
from text_recognizer.reading.bundle import INT8, SETTINGS, Bundle, file_digest
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.sources.paths import data_dir
from text_recognizer.stats.compare import Interval, bootstrap_difference
from text_recognizer.testing.behaviour.cases import Behaviour, Judgement, WrittenLine
from text_recognizer.testing.behaviour.report import BehaviourResult
from text_recognizer.testing.behaviour.run import run_behaviours

CONDITIONS = ("with", "without")
COMMAND = "python -m text_recognizer.testing.behaviour train"


def pair_dir() -> Path:
    """Where the two readers lie: ``data/records/augmentation``."""
    return data_dir() / "records" / "augmentation"


def save_small(bundle: Bundle, folder: Path) -> None:
    """Keep of a bundle only its int8 form, which reads and cannot be trained further.

    Args:
        bundle: With the int8 form.
        folder: Where to; made if absent.

    Raises:
        BundleError: If it has no int8 form.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INT8).write_bytes(bundle.int8.read_bytes())
    content = {
        "charset": bundle.charset.characters,
        "preprocess": bundle.preprocess.to_dict(),
        "model": dict(bundle.model),
        "metrics": dict(bundle.metrics),
        "files": {INT8: bundle.files[INT8]},
    }
    text = json.dumps(content, indent=1, sort_keys=True)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load_small(folder: Path) -> TextRecognizer:
    """A reader out of what :func:`save_small` keeps.

    Raises:
        BundleError: If a file is missing, damaged or differs from its checksum.
    """
    try:
        content = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        bundle = Bundle(
            folder=folder,
            charset=Charset(content["charset"]),
            preprocess=Preprocess.from_dict(content["preprocess"]),
            model=content["model"],
            metrics=content["metrics"],
            files=content["files"],
        )
        expected = content["files"][INT8]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(
            f"a small reader has {SETTINGS} and {INT8}; {folder.name!r} gave "
            f"{type(error).__name__}: {error}; restore it with git, or make it with: {COMMAND}"
        ) from error
    found = file_digest(folder / INT8)
    if found != expected:
        raise BundleError(
            f"{INT8} of {folder.name!r} must have the sha256 that {SETTINGS} states; stated "
            f"{expected}, found {found}; restore it with git, or make it with: {COMMAND}"
        )
    return TextRecognizer(bundle, make_backend("int8", bundle))


def load_pair(folder: Path | None = None) -> dict[str, TextRecognizer]:
    """The two readers that ship with the course, 415,000 weights each.

    Args:
        folder: Another folder than ``data/records/augmentation``.

    Returns:
        Readers by condition, ``"with"`` and ``"without"`` augmentation.

    Raises:
        BundleError: If one is missing or damaged.

    Example:
        >>> sorted(load_pair())
        ['with', 'without']
    """
    return {name: load_small((folder or pair_dir()) / name) for name in CONDITIONS}


@dataclass(frozen=True, kw_only=True)
class PairedRate:
    """One behaviour on two readers, over the same cases.

    Args:
        name: Of the behaviour; ``"all"`` for all of them together.
        rates: Failure rate of each reader, 0..1.
        difference: Rate of the second minus that of the first, with an interval over writers.
        moved: The same of the share of characters by which a reading moves. It counts how far a
            reading goes wrong and not only whether it does, so fewer lines decide.
    """

    name: str
    rates: tuple[float, float]
    difference: Interval
    moved: Interval

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON types."""
        return {
            "name": self.name,
            "rates": list(self.rates),
            "difference": self.difference.to_dict(),
            "moved": self.moved.to_dict(),
        }


def compare_readers(
    readers: Mapping[str, Reader],
    behaviours: Sequence[Behaviour],
    lines: Sequence[WrittenLine],
    *,
    seed: int = 0,
) -> list[PairedRate]:
    """Run the same behaviours on two readers.

    Args:
        readers: Two, by name; the second is expected to fail more.
        behaviours: What to run; their cases must be of two writers or more.
        lines: What cases are made of.
        seed: Of the cases and of the intervals.

    Returns:
        One entry for each behaviour, and last ``"all"`` for every case of all but the control.

    Raises:
        InputError: If there are not two readers.
    """
    if len(readers) != 2:
        raise InputError(
            f"two readers are compared; received {len(readers)}; pass them as a mapping of names"
        )
    first, second = (
        run_behaviours(reader, behaviours, lines, seed=seed).results for reader in readers.values()
    )
    pairs = list(zip(first, second, strict=True))
    counted = [pair for pair in pairs if pair[0].behaviour.capability != "control"]
    rates = [_paired(one.behaviour.name, [(one, two)], seed) for one, two in pairs]
    return [*rates, _paired("all", counted or pairs, seed)]


def check_tells_apart(rates: Sequence[PairedRate]) -> CheckResult:
    """Whether the second reader's readings move more; red where it holds still as well.

    Args:
        rates: From :func:`compare_readers`; the last one is judged by the lower end of ``moved``.
    """
    last = rates[-1]
    return CheckResult(
        name="the reader without augmentation is moved more",
        passed=last.moved.low > 0,
        measured=last.moved.low,
        limit=0.0,
        reason=f"failure rates {last.rates[0]:.2f} and {last.rates[1]:.2f}",
    )


def _paired(
    name: str, pairs: Sequence[tuple[BehaviourResult, BehaviourResult]], seed: int
) -> PairedRate:
    cases = [both for one, two in pairs for both in zip(one.outcomes, two.outcomes, strict=True)]
    writers = [one.case.writer for one, _ in cases]
    ones = [1.0] * len(cases)

    def difference(measure: Callable[[Judgement], float]) -> tuple[list[list[float]], Interval]:
        columns = [[measure(each.judgement) for each in col] for col in zip(*cases, strict=True)]
        return columns, bootstrap_difference(columns[0], columns[1], ones, writers, seed=seed)

    failed, rates = difference(lambda judged: float(not judged.passed))
    _, moved = difference(lambda judged: min(1.0, judged.edits / max(1, judged.characters)))
    return PairedRate(
        name=name,
        rates=(sum(failed[0]) / len(cases), sum(failed[1]) / len(cases)),
        difference=rates,
        moved=moved,
    )
