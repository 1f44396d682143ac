"""The simpler reader that a trained one must beat: cut a line into glyphs, name each by its likes.

It knows nothing of language or context and learns no features: a line is cut where the ink is thin,
and every piece is called what most of the nearest training glyphs are called. The ML Test Score
(Breck et al., 2017, test Model 5, "a simpler model is not better") asks for such a reader, since a
network that does not beat it is not worth its upkeep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from text_recognizer.core.errors import ConfigError
from text_recognizer.core.images import PageImage, Sample
from text_recognizer.core.readings import CharacterSpan, PageReading, Reading
from text_recognizer.data.preprocess import PreparedLine, Preprocess
from text_recognizer.reading.glyphs import Glyphs, Ink, Piece, cut_glyphs, raster, segment

_QUERIES = 256


class NearestGlyphReader:
    """Reads by nearest neighbours among segmented glyphs; a ``Reader`` like any other.

    The confidence of a character is the share of its nearest glyphs that agree with it. It is no
    softmax, so compare it with that of ``TextRecognizer`` by rank only. A space has confidence 1.

    Args:
        glyphs: What :func:`cut_glyphs` found in training lines.
        neighbours: Glyphs that vote, at least 1.
        preprocess: The transform that the glyphs were cut with.

    Raises:
        ConfigError: If ``neighbours`` is out of range.

    Example:
        >>> from text_recognizer.data.sample import load_centres, load_lines  # doctest: +SKIP
        >>> lines, centres = load_lines("train", 400), load_centres("train", 400)  # doctest: +SKIP
        >>> reader = NearestGlyphReader.fit(lines, centres)  # doctest: +SKIP
    """

    def __init__(
        self, glyphs: Glyphs, *, neighbours: int = 5, preprocess: Preprocess | None = None
    ) -> None:
        """Keep the glyphs; nothing is computed before a line is read."""
        if not 1 <= neighbours <= len(glyphs.labels):
            raise ConfigError(
                f"neighbours is a number from 1 to the {len(glyphs.labels)} glyphs; received "
                f"{neighbours!r}; 5 is usual"
            )
        self.glyphs = glyphs
        self.neighbours = neighbours
        self.preprocess = preprocess or Preprocess()
        self._squares = (glyphs.rasters**2).sum(axis=1)

    @classmethod
    def fit(
        cls,
        samples: Sequence[Sample],
        centres: Sequence[Sequence[float]],
        *,
        neighbours: int = 5,
        preprocess: Preprocess | None = None,
    ) -> NearestGlyphReader:
        """Cut glyphs from labelled lines and keep them all.

        Args:
            samples: Lines with their texts.
            centres: For each line the columns of its characters' middles, px of its image.
            neighbours: Glyphs that vote, at least 1.
            preprocess: The transform of lines; the default one if None.

        Raises:
            InputError: If lines and centres do not pair up, or no glyph is found.
        """
        transform = preprocess or Preprocess()
        glyphs = cut_glyphs(samples, centres, transform)
        return cls(glyphs, neighbours=neighbours, preprocess=transform)

    def read(self, image: Any) -> PageReading:
        """Read a page, a paragraph or a line: anything ``load_grey`` takes.

        Lines carry text and confidence, no spans.

        Raises:
            ImageError: If ``image`` is no image that can be read.
        """
        from text_recognizer.data.segmentation.lines import find_lines

        lines = find_lines(PageImage.open(image))
        readings = self.read_lines([line.image for line in lines])
        found = [
            (Reading(reading.text, reading.confidence), line.box)
            for reading, line in zip(readings, lines, strict=True)
            if reading.text
        ]
        return PageReading(tuple(each for each, _ in found), tuple(box for _, box in found))

    def read_lines(self, images: Sequence[Any]) -> list[Reading]:
        """Read images of single lines, one reading for each, in the same order.

        Raises:
            ImageError: If one is no image that can be read.
        """
        prepared = [self.preprocess.prepare(PageImage.open(image)) for image in images]
        pieces = [segment(line.pixels, self.glyphs.pitch) for line in prepared]
        rasters = [
            raster(line.pixels, piece)
            for line, found in zip(prepared, pieces, strict=True)
            for piece in found
        ]
        named = iter(self._name(rasters))
        return [
            self._reading(line, [(piece, *next(named)) for piece in found])
            for line, found in zip(prepared, pieces, strict=True)
        ]

    def _name(self, rasters: Sequence[Ink]) -> Iterable[tuple[str, float]]:
        """The character that most of the nearest glyphs have, and their share."""
        for start in range(0, len(rasters), _QUERIES):
            queries = np.stack(rasters[start : start + _QUERIES])
            distances = self._squares - 2 * queries @ self.glyphs.rasters.T
            nearest = np.argpartition(distances, self.neighbours - 1, axis=1)[:, : self.neighbours]
            for row, places in zip(distances, nearest, strict=True):
                votes = self.glyphs.labels[places[np.argsort(row[places], kind="stable")]].tolist()
                best = max(votes, key=votes.count)  # on a tie, the nearest
                yield best, votes.count(best) / self.neighbours

    def _reading(self, line: PreparedLine, found: Sequence[tuple[Piece, str, float]]) -> Reading:
        """Put the characters of a line together, with spaces in the wide gaps."""
        spans: list[CharacterSpan] = []
        last: int | None = None
        for (left, right), character, confidence in found:
            start, end = line.to_source(left), line.to_source(right)
            if last is not None and left - last >= self.glyphs.gap:
                spans.append(CharacterSpan(" ", line.to_source(last), start, 1.0))
            spans.append(CharacterSpan(character, start, end, confidence))
            last = right
        return Reading.from_characters(spans)
