"""What a reader returns, what a reader is, and a fake one for tests.

Confidence is defined here, once.

- Raw: a character's is the largest softmax probability of that character over the frames it
  covers, a line's the geometric mean of its characters'.
- Calibrated (``reading.calibration``, where the bundle has one): a character's is the probability
  that it is right; a line's is the share of it that is read right, 1 - expected CER, lost letters
  included. Both grow with the raw ones.
- A page's is the geometric mean over all its characters, each with the confidence of its line.

Where there is no character the confidence is 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Box, PageImage


def _check_confidence(value: float, what: str) -> None:
    """Confidences are probabilities."""
    if not 0.0 <= value <= 1.0:
        raise InputError(
            f"the confidence of {what} lies in 0..1; received {value!r}; pass a probability, "
            "not a logit or a percentage"
        )


def geometric_mean(confidences: Iterable[float], weights: Iterable[float] | None = None) -> float:
    """The geometric mean of confidences; 0 for none, and 0 if one with weight is 0.

    Args:
        confidences: Values in 0..1.
        weights: One weight >= 0 for each, by default 1.

    Returns:
        A value in 0..1.

    Raises:
        InputError: If there are not as many weights as confidences.

    Example:
        >>> round(geometric_mean([0.9, 0.4]), 6)
        0.6
    """
    values = list(confidences)
    factors = [1.0] * len(values) if weights is None else list(weights)
    if len(factors) != len(values):
        raise InputError(
            f"each confidence needs one weight; received {len(values)} confidences and "
            f"{len(factors)} weights; pass lists of one length"
        )
    total = sum(factors)
    if total <= 0 or any(w > 0 and v <= 0 for v, w in zip(values, factors, strict=True)):
        return 0.0
    logs = sum(w * math.log(v) for v, w in zip(values, factors, strict=True) if w > 0)
    return min(1.0, math.exp(logs / total))


@dataclass(frozen=True)
class CharacterSpan:
    """One character of a reading and where it stands.

    Args:
        character: A single character.
        start: Left edge, px columns of the image given to the reader.
        end: Right edge, px, at least ``start``.
        confidence: 0..1, see the module's definition.

    Raises:
        InputError: If a field is out of its range.

    Example:
        >>> CharacterSpan("a", 12.0, 20.0, 0.97).character
        'a'
    """

    character: str
    start: float
    end: float
    confidence: float

    def __post_init__(self) -> None:
        """Check the fields at birth."""
        if not isinstance(self.character, str) or len(self.character) != 1:
            raise InputError(
                f"a span holds one character; received {self.character!r}; make one span for each"
            )
        if not (math.isfinite(self.start) and math.isfinite(self.end) and self.start <= self.end):
            raise InputError(
                f"a span needs finite start <= end; received {self.start!r} and {self.end!r} for "
                f"{self.character!r}; check the frame-to-pixel scale"
            )
        _check_confidence(self.confidence, f"the character {self.character!r}")

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON types."""
        return {
            "character": self.character,
            "start": float(self.start),
            "end": float(self.end),
            "confidence": float(self.confidence),
        }


@dataclass(frozen=True)
class Reading:
    """The text read from one line.

    Args:
        text: What was read; empty where nothing was found.
        confidence: 0..1, see the module's definition; 0 for an empty text.
        characters: One span per character of ``text``, or none where a reader cannot tell.
        bundle: Digest of the bundle that read it, empty if there is none.

    Raises:
        InputError: If the confidence is out of range or the spans spell another text.

    Example:
        >>> Reading("hi", 0.9).to_dict()["text"]
        'hi'
    """

    text: str
    confidence: float
    characters: tuple[CharacterSpan, ...] = ()
    bundle: str = ""

    def __post_init__(self) -> None:
        """Check that text, confidence and spans agree."""
        _check_confidence(self.confidence, f"the reading {self.text!r}")
        object.__setattr__(self, "characters", tuple(self.characters))
        spelled = "".join(span.character for span in self.characters)
        if self.characters and spelled != self.text:
            raise InputError(
                f"the spans of a reading spell its text; received text {self.text!r} and spans "
                f"for {spelled!r}; build it with Reading.from_characters"
            )
        if not self.text and self.confidence != 0:
            raise InputError(
                f"an empty reading has confidence 0; received {self.confidence!r}; pass 0.0"
            )

    @classmethod
    def from_characters(cls, characters: Iterable[CharacterSpan], bundle: str = "") -> Reading:
        """Build a reading from its spans; text and raw confidence follow from them.

        Args:
            characters: Spans in reading order.
            bundle: Digest of the bundle that read them.

        Returns:
            A reading whose confidence is the geometric mean of the spans' confidences.

        Example:
            >>> Reading.from_characters([CharacterSpan("a", 0, 4, 0.25)]).confidence
            0.25
        """
        spans = tuple(characters)
        text = "".join(span.character for span in spans)
        return cls(text, geometric_mean(span.confidence for span in spans), spans, bundle)

    def to_dict(self) -> dict[str, Any]:
        """Text, confidence, characters and bundle as JSON types."""
        return {
            "text": self.text,
            "confidence": float(self.confidence),
            "characters": [span.to_dict() for span in self.characters],
            "bundle": self.bundle,
        }


@dataclass(frozen=True)
class PageReading:
    """The lines read from one page, in reading order.

    Args:
        lines: One reading per line.
        boxes: Where each line stands on the page, px.

    Raises:
        InputError: If there are not as many boxes as lines.

    Example:
        >>> page = PageReading((Reading("a", 0.9),), (Box(0, 0, 10, 5),))
        >>> page.text, round(page.confidence, 6)
        ('a', 0.9)
    """

    lines: tuple[Reading, ...]
    boxes: tuple[Box, ...]

    def __post_init__(self) -> None:
        """Check that lines and boxes pair up."""
        object.__setattr__(self, "lines", tuple(self.lines))
        object.__setattr__(self, "boxes", tuple(self.boxes))
        if len(self.lines) != len(self.boxes):
            raise InputError(
                f"each line of a page has one box; received {len(self.lines)} lines and "
                f"{len(self.boxes)} boxes; pass tuples of one length"
            )

    @property
    def text(self) -> str:
        """The lines' texts, joined by newlines."""
        return "\n".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """Geometric mean of the lines', by their characters, 0..1; 0 for an empty page."""
        return geometric_mean(
            (line.confidence for line in self.lines), (len(line.text) for line in self.lines)
        )

    def to_dict(self) -> dict[str, Any]:
        """Text, confidence and lines, each with its box, as JSON types."""
        lines = [
            {**line.to_dict(), "box": list(box.to_tuple())}
            for line, box in zip(self.lines, self.boxes, strict=True)
        ]
        return {"text": self.text, "confidence": self.confidence, "lines": lines}


@runtime_checkable
class Reader(Protocol):
    """Whatever reads pages and lines; every stage takes one and asks for nothing else."""

    def read(self, image: Any) -> PageReading:
        """Read a page, a paragraph or a line: anything ``load_grey`` takes."""
        ...

    def read_lines(self, images: Sequence[Any]) -> list[Reading]:
        """Read images of single lines, one reading for each, in the same order."""
        ...


class EchoReader:
    """A fake Reader that says the given texts in turn, whatever it is shown.

    Args:
        texts: What it says: one text per page (newlines separate lines) or per line image.
        confidence: The confidence of every reading that is not empty, 0..1.

    Example:
        >>> import numpy as np
        >>> reader = EchoReader(["one", "two"])
        >>> [line.text for line in reader.read_lines([np.zeros((4, 9), np.uint8)])]
        ['one']
        >>> reader.read(np.zeros((4, 9), np.uint8)).text
        'two'
    """

    def __init__(self, texts: Sequence[str], *, confidence: float = 1.0) -> None:
        """Keep the texts; a single str is refused, since it would be said letter by letter."""
        if isinstance(texts, str):
            raise InputError(f"EchoReader takes a list of texts; received {texts!r}; pass [text]")
        _check_confidence(confidence, "an EchoReader")
        self._texts = list(texts)
        self._confidence = confidence
        self._said = 0

    def read(self, image: Any) -> PageReading:
        """Say the next text, a line for each of its lines; every box is the whole page.

        Raises:
            ImageError: If ``image`` is none.
            InputError: If all texts have been said.
        """
        page = PageImage.open(image)
        lines = tuple(self._reading(line) for line in self._next().split("\n"))
        return PageReading(lines, (Box(0, 0, page.width, page.height),) * len(lines))

    def read_lines(self, images: Sequence[Any]) -> list[Reading]:
        """Say the next texts, one for each image.

        Raises:
            InputError: If all texts have been said.
        """
        return [self._reading(self._next()) for _ in images]

    def _reading(self, text: str) -> Reading:
        return Reading(text, self._confidence if text else 0.0)

    def _next(self) -> str:
        if self._said >= len(self._texts):
            raise InputError(
                f"an EchoReader says each text once; received image {self._said + 1} for "
                f"{len(self._texts)} texts; give it as many texts as there are images"
            )
        self._said += 1
        return self._texts[self._said - 1]
