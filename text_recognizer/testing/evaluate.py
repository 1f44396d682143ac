"""Evaluate a reader: error rates with intervals over writers, slices, worst readings.

How texts are compared, once and for all: reference and reading are both brought into the charset
by ``Charset.normalize`` (curly quotes, dashes, accents), upper and lower case differ, and all
white space is one class: a newline, a space and a run of them are the same single space. So a
page that was read with other line breaks is judged by its words and letters.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage, PageImage
from text_recognizer.core.readings import PageReading, Reader, Reading
from text_recognizer.core.scores import ErrorCounts
from text_recognizer.stats.compare import Interval, bootstrap_ratio
from text_recognizer.testing.labels import LabelledItem

BATCH = 32
ENGLISH = Charset.english()
Feature = Callable[[LineImage], float]


@dataclass(frozen=True, kw_only=True)
class ItemResult:
    """One labelled image and what was read.

    Args:
        id: The item's name.
        kind: ``"line"`` or ``"paragraph"``.
        writer: Whom it counts for.
        reference: What is written, normalised.
        hypothesis: What was read, normalised.
        confidence: The reader's confidence, 0..1.
        counts: The errors.
        lines: Lines of the reference.
        reading: What the reader returned, as it was.
        features: What was measured of the image, such as its slant.

    Example:
        >>> counts = ErrorCounts.compare("ab", "ac")
        >>> ItemResult(id="1", kind="line", writer="w", reference="ab", hypothesis="ac",
        ...            confidence=0.9, counts=counts).counts.cer
        0.5
    """

    id: str
    kind: str
    writer: str
    reference: str
    hypothesis: str
    confidence: float
    counts: ErrorCounts
    lines: int = 1
    reading: Reading | PageReading | None = None
    features: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """What a report shows of it, as JSON types."""
        return {
            "id": self.id,
            "writer": self.writer,
            "reference": self.reference,
            "hypothesis": self.hypothesis,
            "confidence": round(self.confidence, 4),
            "errors": self.counts.errors,
        }


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The results of one kind of image.

    Args:
        kind: ``"line"`` or ``"paragraph"``.
        results: One per image, at least one.
        seconds: Wall-clock time of the reader alone.
        level: Confidence level of the intervals.
        seed: Seed of the resampling.

    Raises:
        InputError: If there are no results.
    """

    kind: str
    results: tuple[ItemResult, ...]
    seconds: float
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        """There must be something to report."""
        if not self.results:
            raise InputError(f"an evaluation needs results; received none of kind {self.kind!r}")

    @property
    def counts(self) -> ErrorCounts:
        """The errors of all results."""
        return sum((result.counts for result in self.results), ErrorCounts())

    @property
    def writers(self) -> int:
        """How many writers the intervals resample."""
        return len({result.writer for result in self.results})

    @property
    def lines_per_second(self) -> float:
        """Lines of the references per second of reading."""
        return sum(result.lines for result in self.results) / max(self.seconds, 1e-9)

    def interval(self, rate: str = "cer") -> Interval | None:
        """The rate with its bootstrap interval over writers.

        Args:
            rate: ``"cer"`` or ``"wer"``.

        Returns:
            The interval; None where there is a single writer, or nothing to read.

        Raises:
            InputError: For another rate.
        """
        if rate not in ("cer", "wer"):
            raise InputError(f"rate is 'cer' or 'wer'; received {rate!r}; choose one")
        every = [result.counts for result in self.results]
        errors = [counts.errors if rate == "cer" else counts.word_errors for counts in every]
        totals = [counts.characters if rate == "cer" else counts.words for counts in every]
        if self.writers < 2 or not sum(totals):
            return None
        groups = [result.writer for result in self.results]
        return bootstrap_ratio(errors, totals, groups, level=self.level, seed=self.seed)

    def worst(self, count: int = 5) -> list[ItemResult]:
        """The results with the highest CER, longest first among equals."""
        ranked = sorted(self.results, key=lambda r: (-r.counts.cer, -r.counts.characters, r.id))
        return [result for result in ranked if result.counts.errors][:count]

    def to_dict(self, *, worst: int = 5) -> dict[str, Any]:
        """Rates, intervals, speed, slices and worst readings as JSON types."""
        total = self.counts
        report: dict[str, Any] = {
            "kind": self.kind,
            "samples": len(self.results),
            "writers": self.writers,
            "characters": total.characters,
            "substitutions": total.substitutions,
            "deletions": total.deletions,
            "insertions": total.insertions,
            "words": total.words,
            "word_errors": total.word_errors,
            "seconds": round(self.seconds, 3),
            "lines_per_second": round(self.lines_per_second, 2),
            "cer_by_length": {
                name: round(each.cer, 4)
                for name, each in slices(self.results, by_length).items()
                if each.characters
            },
            "worst": [result.to_dict() for result in self.worst(worst)],
        }
        for rate in ("cer", "wer"):
            interval = self.interval(rate)
            value = total.cer if rate == "cer" else total.wer
            # JSON knows no infinity: a rate over an empty reference is reported as null.
            report[rate] = value if value != float("inf") else None
            report[f"{rate}_interval"] = interval.to_dict() if interval else None
        return report


def evaluate(
    reader: Reader,
    items: Sequence[LabelledItem],
    *,
    charset: Charset | None = None,
    features: Mapping[str, Feature] | None = None,
    progress: Callable[[int, int], None] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Evaluation]:
    """Read labelled images and count the errors.

    Args:
        reader: Any Reader; lines go to ``read_lines`` in batches, paragraphs to ``read``.
        items: What to read; the images are opened here, a batch at a time.
        charset: What references and readings are normalised to; printable ASCII by default.
        features: What to measure of each line's image, such as ``{"slant": slant_of}``.
        progress: Called with (images done, images in all) after each batch.
        level: Confidence level of the intervals.
        seed: Seed of their resampling.

    Returns:
        One Evaluation per kind that occurs, lines first.

    Raises:
        InputError: If there are no items, or the reader returns another number of readings.
        ParseError: If an image cannot be read; the message names its label.

    Example:
        >>> import numpy as np
        >>> from text_recognizer.core.readings import EchoReader
        >>> paper = np.full((48, 99), 255, np.uint8)
        >>> items = [LabelledItem(paper, "abcd", kind="line", writer="w", id="1")]
        >>> evaluate(EchoReader(["abxd"]), items)["line"].counts.cer
        0.25
    """
    if not items:
        raise InputError("an evaluation needs labelled images; received none; check the filters")
    done = 0
    evaluations = {}
    for kind, size in (("line", BATCH), ("paragraph", 1)):
        wanted = [item for item in items if item.kind == kind]
        results: list[ItemResult] = []
        seconds = 0.0
        for first in range(0, len(wanted), size):
            batch = wanted[first : first + size]
            images = [item.open() for item in batch]
            start = time.perf_counter()
            readings = _read(reader, kind, images)
            seconds += time.perf_counter() - start
            trios = zip(batch, images, readings, strict=True)
            results += [_judge(*trio, charset or ENGLISH, features or {}) for trio in trios]
            done += len(batch)
            if progress:
                progress(done, len(items))
        if wanted:
            evaluations[kind] = Evaluation(
                kind=kind, results=tuple(results), seconds=seconds, level=level, seed=seed
            )
    return evaluations


def _read(
    reader: Reader, kind: str, images: Sequence[LineImage | PageImage]
) -> Sequence[Reading | PageReading]:
    """One reading per image, or an InputError."""
    lines = kind == "line"
    readings: Sequence[Any] = reader.read_lines(images) if lines else [reader.read(images[0])]
    if len(readings) != len(images):
        raise InputError(
            f"a reader returns one reading per image; received {len(readings)} for "
            f"{len(images)} images from {type(reader).__name__}; correct its read_lines"
        )
    return readings


def slices(
    results: Iterable[ItemResult], key: Callable[[ItemResult], Hashable]
) -> dict[Hashable, ErrorCounts]:
    """The error counts by slice, sorted by the keys' text; they add up to the whole.

    Args:
        results: The results of an evaluation.
        key: What a result is sliced by, such as :func:`by_length` or ``lambda r: r.writer``.

    Example:
        >>> slices([], by_length)
        {}
    """
    counts: dict[Hashable, ErrorCounts] = {}
    for result in results:
        name = key(result)
        counts[name] = counts.get(name, ErrorCounts()) + result.counts
    return dict(sorted(counts.items(), key=lambda pair: str(pair[0])))


def by_length(result: ItemResult) -> str:
    """Slice by characters of the reference: 000-019, 020-039, ... and 200+.

    Example:
        >>> by_length(ItemResult(id="", kind="line", writer="", reference="x" * 25,
        ...                      hypothesis="", confidence=0.0, counts=ErrorCounts()))
        '020-039'
    """
    start = len(result.reference) // 20 * 20
    return "200+" if start >= 200 else f"{start:03d}-{start + 19:03d}"


def _judge(
    item: LabelledItem, image: Any, reading: Any, charset: Charset, features: Mapping[str, Feature]
) -> ItemResult:
    """Normalise both texts the same way and count; measure the image of a line."""
    reference, hypothesis = charset.normalize(item.text), charset.normalize(reading.text)
    wished = features.items() if item.kind == "line" else ()
    return ItemResult(
        id=item.id,
        kind=item.kind,
        writer=item.writer,
        reference=reference,
        hypothesis=hypothesis,
        confidence=reading.confidence,
        counts=ErrorCounts.compare(reference, hypothesis),
        lines=max(1, len(item.text.splitlines())),
        reading=reading,
        features={name: measure(image) for name, measure in wished},
    )
