"""TextRecognizer: the Reader that ships. A page or lines in, text with confidences out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError, ImageError, InputError
from text_recognizer.core.images import PageImage
from text_recognizer.core.readings import CharacterSpan, PageReading, Reading
from text_recognizer.data.preprocess import PreparedLine
from text_recognizer.reading.backends import Backend, Lattice, make_backend, run_lines
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.decode import FrameSpan, beam, greedy
from text_recognizer.reading.english import language_beam

if TYPE_CHECKING:
    from text_recognizer.data.segmentation.lines import Line

Decoder = Callable[[Lattice, Charset], list[FrameSpan]]

DECODERS: dict[str, Decoder] = {"beam": beam, "greedy": greedy, "language": language_beam}


class TextRecognizer:
    """Reads handwritten English: pages, paragraphs and lines.

    It holds no state between calls and may be used from several threads at once.

    Args:
        bundle: Charset, transform and weights.
        backend: What runs the weights.
        decoder: ``"greedy"``, ``"beam"``, ``"language"`` (a beam search with the English model
            that ships), or a function of (log-probabilities, charset) such as
            ``functools.partial(beam, width=64, language=...)``.

    Raises:
        ConfigError: For another decoder.

    Example:
        >>> reader = TextRecognizer.load()  # doctest: +SKIP
        >>> print(reader.read("page.png").text)  # doctest: +SKIP
        Dear Anna,
        the parcel came on Tuesday.
    """

    def __init__(
        self, bundle: Bundle, backend: Backend, *, decoder: str | Decoder = "greedy"
    ) -> None:
        """Put the parts together; ``load`` is the usual way."""
        self.bundle = bundle
        self.backend = backend
        self._decode = _decoder(decoder)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        backend: str = "onnx",
        decoder: str | Decoder = "greedy",
        threads: int = 1,
    ) -> TextRecognizer:
        """Load a reader from a bundle.

        Args:
            path: The bundle's folder; by default the one that ships with the package.
            backend: ``"onnx"`` (quick to start, no torch), ``"torch"`` (the same text), or
                ``"int8"`` (quicker, nearly the same text; not every bundle has it).
            decoder: ``"greedy"``, ``"beam"``, ``"language"`` or a function, see the class.
            threads: Threads of the ONNX backend, at least 1.

        Raises:
            BundleError: If the bundle is missing, damaged or does not fit together.
            ConfigError: For an unknown backend or decoder, or fewer than one thread.

        Example:
            >>> TextRecognizer.load(decoder="nearest")
            Traceback (most recent call last):
            ...
            text_recognizer.core.errors.ConfigError: a decoder is one of ['beam', ...] or ...
        """
        decode = _decoder(decoder)
        bundle = Bundle.load(path)
        return cls(bundle, make_backend(backend, bundle, threads=threads), decoder=decode)

    def read(self, image: Any) -> PageReading:
        """Read a page, a paragraph or a line.

        Args:
            image: Anything ``core.pixels.load_grey`` takes: path, bytes, file, Pillow image,
                array, PageImage.

        Returns:
            The lines in reading order with their boxes; none, confidence 0, where nothing is
            written. Spans are columns of the page.

        Raises:
            ImageError: If ``image`` is no image that can be read.
        """
        from text_recognizer.data.segmentation.lines import find_lines

        page = PageImage.open(image)
        lines = find_lines(page)
        readings = self.read_lines([line.image for line in lines])
        found = [
            (_onto_page(reading, line, page), line.box)
            for reading, line in zip(readings, lines, strict=True)
            if reading.text
        ]
        return PageReading(tuple(each for each, _ in found), tuple(box for _, box in found))

    def read_lines(self, images: Sequence[Any]) -> list[Reading]:
        """Read images of single lines.

        Args:
            images: A list; each element is anything ``load_grey`` takes.

        Returns:
            One reading for each, in the same order; text ``""`` and confidence 0 for a blank one.
            Spans are columns of that image.

        Raises:
            ImageError: If one is no image that can be read; the message says which.
            InputError: If ``images`` is a single image instead of a list.

        Example:
            >>> reader.read_lines(["one.png", "two.png"])[0].text  # doctest: +SKIP
            'the parcel came on Tuesday.'
        """
        prepared = [self._prepare(image, place) for place, image in enumerate(_listed(images))]
        written = [place for place, (line, _) in enumerate(prepared) if line.pixels.any()]
        readings = [Reading("", 0.0, (), self.bundle.digest)] * len(prepared)
        lattices = run_lines(self.backend, [prepared[place][0].pixels for place in written])
        for place, lattice in zip(written, lattices, strict=True):
            readings[place] = self._reading(lattice, *prepared[place])
        return readings

    def _prepare(self, image: Any, place: int) -> tuple[PreparedLine, int]:
        """The ink of a line and the width of its image, px."""
        try:
            page = PageImage.open(image)
            return self.bundle.preprocess.prepare(page), page.width
        except ImageError as error:
            raise ImageError(f"image {place} of the list: {error}") from error

    def _reading(self, lattice: Lattice, line: PreparedLine, width: int) -> Reading:
        """Decode one line and carry its frames back to columns of the image."""
        spans = _stripped(self._decode(lattice, self.bundle.charset))
        step = line.pixels.shape[1] / max(len(lattice), 1)

        def column(frame: int) -> float:
            return min(max(line.to_source(frame * step), 0.0), float(width))

        reading = Reading.from_characters(
            (
                CharacterSpan(span.character, column(span.start), column(span.end), span.confidence)
                for span in spans
            ),
            self.bundle.digest,
        )
        calibration = self.bundle.calibration
        return calibration.apply(reading) if calibration else reading


def _decoder(decoder: str | Decoder) -> Decoder:
    if callable(decoder):
        return decoder
    if decoder not in DECODERS:
        raise ConfigError(
            f"a decoder is one of {sorted(DECODERS)} or a function of (log-probabilities, "
            f"charset); received {decoder!r}; greedy is the quick one"
        )
    return DECODERS[decoder]


def _listed(images: Sequence[Any]) -> list[Any]:
    """A list of images; a single one would be taken apart into rows or letters."""
    if isinstance(images, (list, tuple)):
        return list(images)
    shape = getattr(images, "shape", None)
    if isinstance(images, (str, bytes, os.PathLike)) or shape is not None:
        what = repr(images)[:80] if shape is None else f"an array of shape {shape}"
        raise InputError(f"read_lines takes a list of images; received {what}; pass [image]")
    try:
        return list(images)
    except TypeError as error:
        raise InputError(
            f"read_lines takes a list of images; received {type(images).__name__}; pass [image]"
        ) from error


def _stripped(spans: list[FrameSpan]) -> list[FrameSpan]:
    """The spans without spaces at either end, which no writer puts down."""
    solid = [place for place, span in enumerate(spans) if not span.character.isspace()]
    return spans[solid[0] : solid[-1] + 1] if solid else []


def _onto_page(reading: Reading, line: Line, page: PageImage) -> Reading:
    """The reading of a cut-out line, with columns of the page it was cut from."""

    def column(local: float) -> float:
        return min(line.to_page(local), float(page.width))

    spans = tuple(
        replace(span, start=column(span.start), end=column(span.end)) for span in reading.characters
    )
    return replace(reading, characters=spans)
