"""Batches for training: rendered lines that never end, real lines mixed in, similar widths together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import DataError
from text_recognizer.core.images import LineImage
from text_recognizer.data.augment import Augment, augment
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource

WIDTH_STEP = 64
"""Batches are padded to a multiple of this, so that a training sees few different widths."""


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


@dataclass(frozen=True)
class Batch:
    """Lines of similar width.

    Attributes:
        images: (B, 1, H, W) ink in 0..1, padded with paper on the right.
        widths: (B,) columns before padding.
        targets: (B, L) class ids, padded with 0.
        lengths: (B,) characters of each text.
        centres: (B, L) frame of each character's middle, -1 where it is not known.
        texts: the texts.
    """

    images: Tensor
    widths: Tensor
    targets: Tensor
    lengths: Tensor
    centres: Tensor
    texts: tuple[str, ...]


def collate(samples: Sequence[PreparedSample], charset: Charset, *, stride: int = 4) -> Batch:
    """Pads samples into one batch.

    Args:
        samples: at least one.
        charset: gives the class ids.
        stride: columns per frame of the model.

    Raises:
        CharsetError: if a text has a character that the charset lacks.
    """
    widths = [sample.pixels.shape[1] for sample in samples]
    width = -(-max(widths) // WIDTH_STEP) * WIDTH_STEP
    longest = max(1, *(len(sample.text) for sample in samples))
    images = np.zeros((len(samples), 1, samples[0].pixels.shape[0], width), np.float32)
    targets = np.zeros((len(samples), longest), np.int64)
    centres = np.full((len(samples), longest), -1, np.int64)
    for i, sample in enumerate(samples):
        images[i, 0, :, : widths[i]] = sample.pixels.astype(np.float32) / 255
        ids = charset.encode(sample.text)
        targets[i, : len(ids)] = ids
        if sample.centres:
            frames = np.asarray(sample.centres) / stride
            inside = (frames >= 0) & (frames < widths[i] / stride)
            centres[i, : len(ids)] = np.where(inside, frames, -1)
    return Batch(
        images=torch.from_numpy(images),
        widths=torch.tensor(widths),
        targets=torch.from_numpy(targets),
        lengths=torch.tensor([len(sample.text) for sample in samples]),
        centres=torch.from_numpy(centres),
        texts=tuple(sample.text for sample in samples),
    )


def render_sample(
    renderer: Renderer, source: TextSource, preprocess: Preprocess, seed: int
) -> PreparedSample:
    """One rendered line through the preprocessing of the reader; the same seed gives the same line."""
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

    Raises:
        DataError: if the folder has no lines of that split.
    """
    labels = folder / "labels.jsonl"
    if not labels.is_file():
        raise DataError(f"no labels.jsonl in {str(folder)!r}; name a folder of labelled lines")
    samples = []
    for row in map(json.loads, labels.read_text("utf-8").splitlines()):
        if row.get("kind", "line") != "line" or row.get("split", split) != split:
            continue
        text = charset.normalize(row.get("text_ascii") or row["text"])
        if not text or ">" in row["text"] or "<" in row["text"]:
            continue
        pixels = preprocess(LineImage.open(folder / row["image"]))
        samples.append(PreparedSample(to_bytes(pixels), text))
    if not samples:
        raise DataError(f"no lines of split {split!r} in {str(folder)!r}; see its labels.jsonl")
    return samples


def to_bytes(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Ink of 0..1 as 0 to 255."""
    return np.asarray(np.rint(pixels * 255), np.uint8)


class LineStream(IterableDataset[Batch]):
    """Batches without end.

    A rendered line is used ``repeats`` times with different distortions, since rendering costs more
    than distorting. Lines are drawn into a pool, sorted by width and cut into batches.

    Args:
        renderer: renders new lines, or None to use real lines only.
        real: lines to mix in.
        real_share: share of a batch that is real, where there are both.
        batch_size: lines of a batch.
        seed: decides everything; each worker process draws its own stream from it.
        repeats: uses of a rendered line.
        longest: lines wider than this many columns are passed over.
    """

    def __init__(
        self,
        *,
        charset: Charset,
        preprocess: Preprocess,
        renderer: Renderer | None,
        source: TextSource,
        real: Sequence[PreparedSample] = (),
        real_share: float = 0.35,
        strength: Augment | None = None,
        batch_size: int = 16,
        seed: int = 0,
        repeats: int = 3,
        longest: int = 1500,
    ) -> None:
        super().__init__()
        self.charset, self.preprocess = charset, preprocess
        self.renderer, self.source = renderer, source
        self.real = list(real)
        self.real_share = 1.0 if renderer is None else real_share if self.real else 0.0
        self.strength = strength or Augment()
        self.batch_size, self.seed, self.repeats, self.longest = batch_size, seed, repeats, longest
        if not self.real and renderer is None:
            raise DataError("nothing to train on: give a renderer, real lines, or both")

    def __iter__(self) -> Iterator[Batch]:
        """Batches, for ever."""
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng((self.seed, 0 if info is None else 1 + info.id))
        kept: list[PreparedSample] = []
        while True:
            pool = sorted(
                (self._draw(rng, kept) for _ in range(12 * self.batch_size)),
                key=lambda sample: sample.pixels.shape[1],
            )
            starts = rng.permutation(np.arange(0, len(pool), self.batch_size))
            for start in starts:
                yield collate(pool[start : start + self.batch_size], self.charset)

    def _draw(self, rng: np.random.Generator, kept: list[PreparedSample]) -> PreparedSample:
        while True:
            if rng.random() < self.real_share:
                sample = self.real[int(rng.integers(len(self.real)))]
            else:
                sample = self._rendered(rng, kept)
            ink = sample.pixels.astype(np.float32) / 255
            pixels, (across, offset) = augment(ink, rng, self.strength)
            # CTC needs a frame per character and one between equal neighbours.
            if pixels.shape[1] <= self.longest and pixels.shape[1] >= 4 * 1.3 * len(sample.text):
                centres = tuple(across * c + offset for c in sample.centres)
                return PreparedSample(to_bytes(pixels), sample.text, centres)

    def _rendered(self, rng: np.random.Generator, kept: list[PreparedSample]) -> PreparedSample:
        """A new line one time in ``repeats``, else one of the last few hundred again."""
        if len(kept) < 64 or rng.random() < 1 / self.repeats:
            if self.renderer is None:
                raise DataError("this stream has no renderer; give it one")
            seed = int(rng.integers(2**62))
            sample = render_sample(self.renderer, self.source, self.preprocess, seed)
            kept.append(sample)
            if len(kept) > 600:
                kept.pop(int(rng.integers(len(kept))))
            return sample
        return kept[int(rng.integers(len(kept)))]
