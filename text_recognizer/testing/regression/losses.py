"""The lines with the highest loss: where the network gives the truth the least probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.reading.backends import run_lines
from text_recognizer.reading.ctc import log_likelihood
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.evaluate import Evaluation, evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.slicing import Slice, slice_report


@dataclass(frozen=True, kw_only=True)
class LineLoss:
    """One line and its loss.

    Args:
        id: The item's name.
        writer: Whose hand.
        text: What is written.
        read: What the reader reads.
        loss: Minus the natural logarithm of the probability of ``text``, per character.
        errors: Characters substituted, deleted or inserted.
    """

    id: str
    writer: str
    text: str
    read: str
    loss: float
    errors: int


def line_losses(reader: TextRecognizer, items: Sequence[LabelledItem]) -> list[LineLoss]:
    """The CTC loss of each line, per character, highest first.

    The loss sees more than the reading: a line may be read right by a hair's breadth, or wrong
    though the truth came second. A high loss on a line that people read with ease points at a
    fault of the label as often as at one of the model.

    Args:
        reader: A reader with a network.
        items: Lines with text.

    Returns:
        A loss for each item that has text in the reader's charset; infinite where the text does
        not fit into the frames.

    Raises:
        InputError: If an item is no line.

    Source:
        Graves et al. (2006), as ``reading.ctc``.
    """
    if any(item.kind != "line" for item in items):
        raise InputError("losses are of lines; received a paragraph; filter by kind")
    charset = reader.bundle.charset
    kept = [item for item in items if charset.normalize(item.text)]
    if not kept:
        return []
    results = evaluate(reader, kept, charset=charset)["line"].results
    inks = [reader.bundle.preprocess.prepare(item.open()).pixels for item in kept]
    lattices = run_lines(reader.backend, inks)
    found = []
    for result, lattice in zip(results, lattices, strict=True):
        likelihood = log_likelihood(lattice, charset.encode(result.reference))
        found.append(
            LineLoss(
                id=result.id,
                writer=result.writer,
                text=result.reference,
                read=result.hypothesis,
                loss=-likelihood / len(result.reference),
                errors=result.counts.errors,
            )
        )
    return sorted(found, key=lambda each: (-each.loss, each.id))


def hard_slices(evaluation: Evaluation) -> list[Slice]:
    """Grouped failures: the slices whose CER is higher than that of all lines, beyond doubt.

    Args:
        evaluation: Of lines; slants only where they were measured.

    Returns:
        The slices whose interval lies above the CER of everything, hardest first.
    """
    overall = evaluation.counts.cer
    found = [
        each
        for each in slice_report(evaluation)
        if each.interval is not None and each.interval.low > overall
    ]
    return sorted(found, key=lambda each: -each.cer)
