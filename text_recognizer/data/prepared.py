"""Lines ready for a model, made from text, from labelled folders or from samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import DataError, ImageError
from text_recognizer.core.images import LineImage, Sample
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.sources.folder import LABELS, read_labels
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource


@dataclass(frozen=True)
class PreparedSample:
    """A line ready for the model.

    Attributes:
        pixels: (H, W) ink, 0 to 255.
        text: what it says, within the charset.
        centres: column of the middle of each character, or none where that is not known.
    """

    pixels: npt.NDArray[np.uint8]
    text: str
    centres: tuple[float, ...] = ()


def render_sample(
    renderer: Renderer, source: TextSource, preprocess: Preprocess, seed: int
) -> PreparedSample:
    """One rendered line through the preprocessing of the reader.

    Args:
        renderer: knows the hands.
        source: gives the text.
        preprocess: the transform.
        seed: decides text and picture.
    """
    text = ""
    rng = np.random.default_rng((seed, 1))
    while not text.strip():
        text = source.line(rng).strip()
    line = renderer.line(text, seed=seed)
    prepared = preprocess.prepare(line.image)
    centres = tuple((c - prepared.left) * prepared.scale for c in line.centres)
    return PreparedSample(to_bytes(prepared.pixels), text, centres)


def read_real_lines(
    folder: Path, split: str, charset: Charset, preprocess: Preprocess
) -> list[PreparedSample]:
    """The lines of a ``labels.jsonl`` folder, prepared and normalised to the charset.

    Lines with struck-out words, ``>word<`` in the Copiste convention, are left out: their picture
    shows more than their text.

    Args:
        folder: holds ``labels.jsonl``, each line ``{"image", "text", "kind", "split", ...}``.
        split: which lines; a line that names no split is of every one.
        charset: what the model can say.
        preprocess: the transform.

    Raises:
        DataError: if the folder has no lines of that split, or a label or image is damaged.
    """
    if not (folder / LABELS).is_file():
        raise DataError(f"no {LABELS} in {str(folder)!r}; name a folder of labelled lines")
    samples = []
    for label in read_labels(folder):
        if label.kind != "line" or label.split not in ("", split):
            continue
        text = charset.normalize(label.text_ascii)
        if not text or ">" in label.text or "<" in label.text:
            continue
        try:
            pixels = preprocess(LineImage.open(label.image))
        except ImageError as error:
            raise DataError(
                f"a label needs a picture that can be read; {label.origin}: "
                f"{type(error).__name__}: {error}; mend or remove it"
            ) from error
        samples.append(PreparedSample(to_bytes(pixels), text))
    if not samples:
        raise DataError(f"no lines of split {split!r} in {str(folder)!r}; see its {LABELS}")
    return samples


def to_bytes(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Ink of 0..1 as 0 to 255, a quarter of the memory.

    Args:
        pixels: (H, W) in 0..1.

    Example:
        >>> to_bytes(np.array([[0.0, 1.0]], np.float32)).tolist()
        [[0, 255]]
    """
    return np.asarray(np.rint(pixels * 255), np.uint8)


def prepare_samples(
    samples: Sequence[Sample],
    charset: Charset,
    preprocess: Preprocess,
    *,
    centres: Sequence[Sequence[float]] | None = None,
) -> list[PreparedSample]:
    """Labelled lines, prepared and normalised to the charset; lines of which no text is left go.

    Args:
        samples: the lines, such as ``load_lines("train")``.
        charset: what the model can say.
        preprocess: the transform.
        centres: column of the middle of each character, for each sample, where they are known.

    Example:
        >>> sample = Sample(LineImage(np.full((9, 9), 255, np.uint8)), "caf\u00e9", "w", "1")
        >>> prepare_samples([sample], Charset.english(), Preprocess())[0].text
        'cafe'
    """
    prepared = []
    known = centres if centres is not None else [()] * len(samples)
    for sample, columns in zip(samples, known, strict=True):
        text = charset.normalize(sample.text)
        if not text:
            continue
        line = preprocess.prepare(sample.image)
        # A text that normalisation changed no longer has these characters in these places.
        moved = [(c - line.left) * line.scale for c in columns] if text == sample.text else []
        prepared.append(PreparedSample(to_bytes(line.pixels), text, tuple(moved)))
    return prepared
