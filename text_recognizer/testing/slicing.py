"""Error rates by slice: writer, slant, length and class of character, each with an interval.

One rate over everything hides whom the reader fails. A slice is a part of the images, or of their
characters, that somebody can name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from text_recognizer.stats.compare import Interval, bootstrap_ratio
from text_recognizer.testing.alignment import align_texts
from text_recognizer.testing.evaluate import Evaluation, ItemResult, by_length

#: Classes of characters, in the order of the table; each character is in exactly one.
CLASSES: dict[str, Callable[[str], bool]] = {
    "small letters": str.islower,
    "capitals": str.isupper,
    "digits": str.isdigit,
    "spaces": str.isspace,
    "punctuation": lambda c: not (c.isalnum() or c.isspace()),
}
#: Upper ends of the slices by slant, degrees.
SLANTS = (
    (-6, "leaning left"),
    (12, "upright"),
    (27, "leaning right"),
    (90, "leaning far right"),
)
#: Writers named in the table where there are more.
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Slice:
    """The error rate of one slice.

    Args:
        group: What was sliced by: ``"writer"``, ``"slant"``, ``"length"`` or ``"characters"``.
        name: Which slice.
        images: Images that have something in it.
        writers: Writers of these.
        errors: Characters substituted, deleted or inserted.
        characters: Characters of the reference.
        interval: CER with its interval over writers, over images for a single writer; None where
            there is only one of them or nothing to read.

    Example:
        >>> Slice(group="length", name="000-019", images=3, writers=1, errors=1, characters=20).cer
        0.05
    """

    group: str
    name: str
    images: int
    writers: int
    errors: int
    characters: int
    interval: Interval | None = None

    @property
    def cer(self) -> float:
        """Errors per character of the reference; NaN where there is none."""
        return self.errors / self.characters if self.characters else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """The slice as JSON types."""
        known = {"low": self.interval.low, "high": self.interval.high} if self.interval else {}
        return {
            "group": self.group,
            "name": self.name,
            "images": self.images,
            "writers": self.writers,
            "characters": self.characters,
            "cer": round(self.cer, 4) if self.characters else None,
            **{end: round(value, 4) for end, value in known.items()},
        }


def count_classes(reference: str, hypothesis: str) -> dict[str, tuple[int, int]]:
    """Errors and characters of each class.

    An error belongs to the class of the reference's character; an insertion, which has none, to
    that of the character read. So the classes' errors add up to all errors.

    Args:
        reference: What is written.
        hypothesis: What was read.

    Returns:
        (errors, characters of the reference) by class.

    Example:
        >>> count_classes("No. 7", "no 71")["digits"], count_classes("No. 7", "no 71")["capitals"]
        ((1, 1), (1, 1))
    """
    found = {name: [0, 0] for name in CLASSES}
    for step in align_texts(reference, hypothesis):
        inserted = step.operation == "insertion"
        character = hypothesis[step.hypothesis] if inserted else reference[step.reference]
        counts = found[class_of(character)]
        counts[0] += step.operation != "equal"
        counts[1] += not inserted
    return {name: (errors, characters) for name, (errors, characters) in found.items()}


def class_of(character: str) -> str:
    """The class of a character of the charset, one of :data:`CLASSES`.

    Example:
        >>> class_of("Q"), class_of("-")
        ('capitals', 'punctuation')
    """
    return next((name for name, has in CLASSES.items() if has(character)), "punctuation")


def by_slant(result: ItemResult) -> str | None:
    """Slice by the slant that was measured of the image; None where it was not.

    Example:
        >>> from text_recognizer.core.scores import ErrorCounts
        >>> by_slant(ItemResult(id="", kind="line", writer="", reference="", hypothesis="",
        ...                     confidence=0.0, counts=ErrorCounts(), features={"slant": 15.0}))
        'leaning right'
    """
    slant = result.features.get("slant")
    return None if slant is None else next(name for end, name in SLANTS if slant <= end)


def slice_report(evaluation: Evaluation) -> list[Slice]:
    """All slices of an evaluation that hold anything: by writer, slant, length, characters.

    Args:
        evaluation: Of lines or paragraphs; slants only where they were measured.

    Returns:
        Slices in the order of the table. Of many writers only the easiest, the middle one and the
        hardest are named, by CER.

    Example:
        >>> import numpy as np
        >>> from text_recognizer.core import EchoReader
        >>> from text_recognizer.testing import LabelledItem, evaluate
        >>> item = LabelledItem(np.full((9, 9), 255, np.uint8), "No 7", kind="line", writer="w",
        ...                     id="1")
        >>> [(s.name, s.cer) for s in slice_report(evaluate(EchoReader(["No 1"]), [item])["line"])]
        [('w', 0.25), ('000-019', 0.25), ('small letters', 0.0), ('capitals', 0.0), \
('digits', 1.0), ('spaces', 0.0)]
    """
    results = evaluation.results
    found = _writers(evaluation)
    slanted = {result.id: by_slant(result) for result in results}
    for name in (name for _, name in SLANTS):
        chosen = [result for result in results if slanted[result.id] == name]
        found += _slice(evaluation, "slant", name, chosen)
    for name in sorted({by_length(result) for result in results}):
        chosen = [result for result in results if by_length(result) == name]
        found += _slice(evaluation, "length", name, chosen)
    counted = [count_classes(result.reference, result.hypothesis) for result in results]
    for name in CLASSES:
        pairs = [each[name] for each in counted]
        found += _slice(evaluation, "characters", name, results, pairs)
    return found


def _writers(evaluation: Evaluation) -> list[Slice]:
    """Each writer; the two easiest, the middle one and the two hardest where there are many."""
    names = sorted({result.writer for result in evaluation.results})
    every = [
        each
        for name in names
        for each in _slice(
            evaluation, "writer", name, [r for r in evaluation.results if r.writer == name]
        )
    ]
    every.sort(key=lambda each: (each.cer, each.name))
    if len(every) <= NAMED:
        return every
    middle = median_low(range(len(every)))
    return [every[place] for place in (0, 1, middle, -2, -1)]


def _slice(
    evaluation: Evaluation,
    group: str,
    name: str,
    results: Sequence[ItemResult],
    pairs: Sequence[tuple[int, int]] | None = None,
) -> list[Slice]:
    """One slice, or none where it holds nothing to read."""
    if pairs is None:
        pairs = [(result.counts.errors, result.counts.characters) for result in results]
    kept = [(result, *pair) for result, pair in zip(results, pairs, strict=True) if any(pair)]
    errors, characters = (sum(column) for column in zip(*pairs, strict=True)) if pairs else (0, 0)
    if not characters:
        return []
    writers = {result.writer for result, _, _ in kept}
    groups = [result.id if group == "writer" else result.writer for result, _, _ in kept]
    interval = None
    if len(set(groups)) > 1:
        interval = bootstrap_ratio(
            [wrong for _, wrong, _ in kept],
            [count for _, _, count in kept],
            groups,
            level=evaluation.level,
            seed=evaluation.seed,
        )
    return [
        Slice(
            group=group,
            name=name,
            images=len(kept),
            writers=len(writers),
            errors=errors,
            characters=characters,
            interval=interval,
        )
    ]


def slice_table(slices: Sequence[Slice]) -> str:
    """The slices as text for a terminal, a group after the other.

    Args:
        slices: From :func:`slice_report`.

    Example:
        >>> one = Slice(group="length", name="000-019", images=3, writers=1, errors=1,
        ...             characters=20)
        >>> print(slice_table([one]))
        by           slice              images writers   chars   CER  95 % interval
        length       000-019                 3       1      20 0.050
    """
    head = f"{'by':<12} {'slice':<18} {'images':>6} {'writers':>7} {'chars':>7} {'CER':>5}"
    rows = [head + "  95 % interval"]
    before = ""
    for each in slices:
        group, before = ("" if each.group == before else each.group), each.group
        span = f"  {each.interval.low:.3f} to {each.interval.high:.3f}" if each.interval else ""
        rows.append(
            f"{group:<12} {each.name[:18]:<18} {each.images:>6} {each.writers:>7} "
            f"{each.characters:>7} {each.cer:>5.3f}{span}"
        )
    return "\n".join(rows)
