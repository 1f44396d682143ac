"""The regression bank: lines of the test split that a reader got wrong or right, frozen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import DataError, InputError, ParseError
from text_recognizer.data.records import read_record
from text_recognizer.testing.evaluate import Evaluation
from text_recognizer.testing.labels import LabelledItem, read_sample, spread

SPLIT = "test"


@dataclass(frozen=True, kw_only=True)
class BankItem:
    """One frozen line.

    Args:
        id: Its name in the embedded sample.
        text: What is written.
        read: What the reader of record read.

    Example:
        >>> BankItem(id="line-test-0003", text="cat", read="cut").failed
        True
    """

    id: str
    text: str
    read: str

    @property
    def failed(self) -> bool:
        """Whether the reader of record got it wrong."""
        return self.text != self.read


@dataclass(frozen=True, kw_only=True)
class RegressionBank:
    """Frozen failures and successes of one reader.

    Args:
        digest: Of the bundle that read them.
        backend: What ran it.
        items: The lines, each once, at least one.

    Raises:
        InputError: If there is no item, or one occurs twice.
    """

    digest: str
    backend: str
    items: tuple[BankItem, ...]

    def __post_init__(self) -> None:
        """Each line counts once."""
        ids = [item.id for item in self.items]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if not ids or twice:
            raise InputError(
                f"a bank has items, each once; received {len(ids)}, with {twice[:3]} twice; make "
                "it with make_bank"
            )

    def to_dict(self) -> dict[str, Any]:
        """The bank as JSON types."""
        return {
            "digest": self.digest,
            "backend": self.backend,
            "items": [asdict(item) for item in self.items],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RegressionBank:
        """The inverse of :meth:`to_dict`.

        Raises:
            ParseError: If a field is missing or unknown.
        """
        try:
            items = tuple(BankItem(**item) for item in values["items"])
            return cls(digest=values["digest"], backend=values["backend"], items=items)
        except (KeyError, TypeError, InputError) as error:
            raise ParseError(
                f"a bank states digest, backend and items of id, text, read; received "
                f"{type(error).__name__}: {error}; restore data/records/regression.json"
            ) from error


def load_bank() -> RegressionBank:
    """The bank that ships with the course.

    Raises:
        ParseError: If its record is missing or damaged.

    Example:
        >>> any(item.failed for item in load_bank().items)
        True
    """
    return RegressionBank.from_dict(read_record("regression").payload.get("bank", {}))


def make_bank(
    evaluation: Evaluation, *, digest: str, backend: str, failures: int = 40, successes: int = 20
) -> RegressionBank:
    """Freeze failures of a reader, from the worst to the least, and some of its successes.

    Args:
        evaluation: Of lines of the test split.
        digest: Of the bundle.
        backend: What ran it.
        failures: How many of the lines with errors, spread evenly over their ranks.
        successes: How many of the lines without, spread evenly over their lengths.

    Raises:
        InputError: If there are not as many.
    """
    right = [result for result in evaluation.results if not result.counts.errors]
    right.sort(key=lambda result: (-len(result.reference), result.id))
    wrong = evaluation.worst(len(evaluation.results))
    if len(right) < successes or len(wrong) < failures:
        raise InputError(
            f"a bank of {failures} failures and {successes} successes needs as many; received "
            f"{len(wrong)} and {len(right)}; evaluate more lines"
        )
    chosen = sorted(
        [*spread(wrong, failures), *spread(right, successes)], key=lambda result: result.id
    )
    items = tuple(
        BankItem(id=each.id, text=each.reference, read=each.hypothesis) for each in chosen
    )
    return RegressionBank(digest=digest, backend=backend, items=items)


def bank_lines(bank: RegressionBank) -> list[LabelledItem]:
    """The lines of a bank, out of the test split of the embedded sample.

    Raises:
        DataError: If an item is in no test line, or its text is another there.
    """
    known = {item.id: item for item in read_sample(split=SPLIT, kind="line")}
    strange = [
        item.id for item in bank.items if item.id not in known or known[item.id].text != item.text
    ]
    if strange:
        raise DataError(
            f"every item of a regression bank is a line of the {SPLIT} split with its text; "
            f"{len(strange)} of {len(bank.items)} are not, such as {strange[0]!r}; a reader was "
            "trained on the others: take them out"
        )
    return [known[item.id] for item in bank.items]


def check_bank(bank: RegressionBank) -> CheckResult:
    """Whether every item is a line of the test split: the number that is not, limit 0."""
    known = {item.id for item in read_sample(split=SPLIT, kind="line")}
    outside = [item.id for item in bank.items if item.id not in known]
    return CheckResult(
        name=f"items of the bank outside the {SPLIT} split",
        passed=not outside,
        measured=float(len(outside)),
        limit=0.0,
        reason=f"such as {outside[0]}" if outside else f"all {len(bank.items)} are inside",
    )
