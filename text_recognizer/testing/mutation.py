"""Mutation testing: which small changes of the code no test notices. Reads what mutmut 3 wrote."""

from __future__ import annotations

import fnmatch
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.data.records import read_record

__all__ = [
    "VERDICTS",
    "Mutant",
    "MutationScore",
    "Reason",
    "Survivor",
    "explain",
    "read_verdicts",
    "recorded_scores",
    "recorded_survivors",
    "scores",
]

#: What mutmut's exit status of a mutant's tests means; any other is suspicious.
VERDICTS: dict[int | None, str] = {
    0: "survived",
    1: "killed",
    3: "killed",
    5: "untested",
    33: "untested",
    34: "skipped",
    36: "timeout",
    24: "timeout",
    -24: "timeout",
    152: "timeout",
    255: "timeout",
}
Row = TypeVar("Row")
_NAME = re.compile(r"(?P<module>[\w.]+)\.x(?:ǁ(?P<cls>\w+)ǁ|_)(?P<function>\w+)__mutmut_(\d+)")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """Where one mutant is.

    Args:
        name: What mutmut calls it.
        module: Dotted name of the module.
        function: Name of the function, or of class and method joined by a point.
    """

    name: str
    module: str
    function: str

    @classmethod
    def parse(cls, name: str) -> Mutant:
        """Take mutmut's name of a mutant apart.

        Raises:
            ParseError: It is not of that form.

        Example:
            >>> Mutant.parse("text_recognizer.core.scores.x__rate__mutmut_2").function
            '_rate'
        """
        match = _NAME.fullmatch(name)
        if match is None:
            raise ParseError(
                "mutmut 3 calls a mutant module.x_function__mutmut_1 or "
                f"module.xǁClassǁmethod__mutmut_1; received {name!r}; use the pinned mutmut"
            )
        parts = filter(None, (match["cls"], match["function"]))
        return cls(name=name, module=match["module"], function=".".join(parts))


@dataclass(frozen=True, kw_only=True)
class MutationScore:
    """The mutants of one module, counted.

    Args:
        module: Dotted name of the module.
        mutants: How many there are.
        killed: How many made a test fail.
        survived: How many no test noticed.
        timeout: How many did not end; the tests noticed these, too.
        other: The rest: without any test, skipped, suspicious.
    """

    module: str
    mutants: int
    killed: int
    survived: int
    timeout: int = 0
    other: int = 0

    def __post_init__(self) -> None:
        """Check that the counts add up."""
        if self.mutants != self.killed + self.survived + self.timeout + self.other:
            raise InputError(
                f"the counts of {self.module} add up to its mutants; received {self!r}; "
                "count them with scores()"
            )

    @property
    def share(self) -> float:
        """The share that the tests notice, 0..1: killed and timed out, of all."""
        return (self.killed + self.timeout) / self.mutants if self.mutants else 0.0


@dataclass(frozen=True, kw_only=True)
class Survivor:
    """A change that no test notices.

    Args:
        module: Dotted name of the module.
        function: The function that was changed.
        removed: What stood there.
        added: What stands there in the mutant.
        kind: `"equivalent"`, `"message"`, `"tolerance"`, or `""` while nobody has looked at it.
        why: Why it may survive.
    """

    module: str
    function: str
    removed: str
    added: str
    kind: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why certain mutants may survive.

    Args:
        function: A pattern for the whole name of the function.
        change: A pattern somewhere in `removed -> added`.
        kind: See :class:`Survivor`.
        why: One sentence.
    """

    function: str
    change: str
    kind: str
    why: str

    def covers(self, survivor: Survivor) -> bool:
        """Whether it speaks of this survivor."""
        change = f"{survivor.removed} -> {survivor.added}"
        function = re.fullmatch(self.function, survivor.function)
        return bool(function and re.search(self.change, change))


def read_verdicts(folder: Path, only: Sequence[str] = ()) -> dict[str, str]:
    """Read the verdict of every mutant.

    Args:
        folder: The folder `mutants` that mutmut wrote.
        only: Patterns of the mutants that were asked for, as in a shell; all unless given.

    Returns:
        For the name of each mutant one of `VERDICTS`, or `"suspicious"`.

    Raises:
        ParseError: There is no result, one cannot be read, or a mutant was never tried.
    """
    verdicts: dict[str, str] = {}
    for path in sorted(folder.rglob("*.meta")):
        try:
            known = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()
            codes = {name: code for name, code in known if _asked(name, only)}
            verdicts |= {name: VERDICTS.get(code, "suspicious") for name, code in codes.items()}
            untried = [name for name, code in codes.items() if code is None]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ParseError(
                f"mutmut 3 writes JSON with exit_code_by_key; reading {path.name} failed with "
                f"{type(error).__name__}: {error}; use the pinned mutmut, or run it again"
            ) from error
        if untried:
            raise ParseError(
                f"every mutant has a verdict; {len(untried)} of {path.name} have none, such as "
                f"{untried[0]}; the run was cut short, so run it to its end"
            )
    if not verdicts:
        raise ParseError(
            f"a finished run leaves files *.meta with mutants; {folder} has none; run mutmut there"
        )
    return verdicts


def _asked(name: str, only: Sequence[str]) -> bool:
    return not only or any(fnmatch.fnmatch(name, pattern) for pattern in only)


def scores(verdicts: Mapping[str, str]) -> list[MutationScore]:
    """Count verdicts by module, sorted by name.

    Example:
        >>> scores({"a.b.x_f__mutmut_1": "killed", "a.b.x_f__mutmut_2": "survived"})[0].share
        0.5
    """
    counted: dict[str, Counter[str]] = {}
    for name, verdict in verdicts.items():
        counted.setdefault(Mutant.parse(name).module, Counter())[verdict] += 1
    known = ("killed", "survived", "timeout")
    return [
        MutationScore(
            module=module,
            mutants=count.total(),
            other=sum(number for verdict, number in count.items() if verdict not in known),
            **{verdict: count[verdict] for verdict in known},
        )
        for module, count in sorted(counted.items())
    ]


def explain(survivors: Iterable[Survivor], reasons: Sequence[Reason]) -> list[Survivor]:
    """Give each survivor the first reason that covers it; those without keep an empty one.

    Raises:
        InputError: A reason covers nothing: the code or the tests have changed.
    """
    found = list(survivors)
    for reason in reasons:
        if not any(map(reason.covers, found)):
            raise InputError(
                f"a reason covers a survivor; {reason.change!r} in {reason.function!r} covers "
                "none any more; remove it"
            )
    explained = []
    for one in found:
        given = next((each for each in reasons if each.covers(one)), None)
        explained.append(replace(one, kind=given.kind, why=given.why) if given else one)
    return explained


def recorded_scores(*, folder: Path | None = None) -> list[MutationScore]:
    """The scores of the recorded run, one row a module.

    Raises:
        ParseError: The record is missing or damaged.
    """
    return _rows("scores", MutationScore, folder)


def recorded_survivors(*, folder: Path | None = None) -> list[Survivor]:
    """The survivors of the recorded run with their reasons; see :func:`recorded_scores`."""
    return _rows("survivors", Survivor, folder)


def _rows(field: str, make: Callable[..., Row], folder: Path | None) -> list[Row]:
    record = read_record("mutation", folder=folder)
    try:
        return [make(**row) for row in record.payload[field]]
    except (KeyError, TypeError, ValueError) as error:
        raise ParseError(
            f"the record of mutants has a list of {field}; reading it failed with "
            f"{type(error).__name__}: {error}; make it again: {record.command}"
        ) from error
