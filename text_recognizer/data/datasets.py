"""Batches for training without end: rendered and real lines, similar widths together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError, DataError, InputError
from text_recognizer.data.augment import Augment, augment
from text_recognizer.data.prepared import PreparedSample, render_sample, to_bytes
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource

WIDTH_STEP = 64
"""Batches are padded to a multiple of this, so that a training sees few different widths."""

_PATIENCE = 1_000
"""Unusable lines in a row after which a stream gives up instead of hanging."""


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
        samples: at least one, all of the same height.
        charset: gives the class ids.
        stride: columns per frame of the model.

    Raises:
        CharsetError: if a text has a character that the charset lacks.
        InputError: if there is no sample, heights differ, or a text and its centres differ in
            length.

    Example:
        >>> sample = PreparedSample(np.zeros((48, 70), np.uint8), "hi", (10.0, 33.0))
        >>> batch = collate([sample], Charset.english())
        >>> batch.images.shape, batch.centres.tolist()
        (torch.Size([1, 1, 48, 128]), [[2, 8]])
    """
    if len({sample.pixels.shape[0] for sample in samples}) != 1:
        heights = sorted({sample.pixels.shape[0] for sample in samples})
        raise InputError(
            f"a batch is made of one or more samples of one height, got {len(samples)} of heights "
            f"{heights}; prepare them with one Preprocess"
        )
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
        if sample.centres and len(sample.centres) != len(ids):
            raise InputError(
                f"a sample has one centre per character, got {len(sample.centres)} for "
                f"{sample.text!r}; leave centres empty where they are not known"
            )
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


class LineStream(IterableDataset[Batch]):
    """Batches without end.

    A rendered line is used ``repeats`` times with different distortions, since rendering costs more
    than distorting. Lines are drawn into a pool, sorted by width and cut into batches.

    Args:
        charset: gives the class ids.
        preprocess: image to ink.
        renderer: renders new lines, or None to use real lines only.
        source: gives the text of rendered lines.
        real: lines to mix in.
        real_share: share of a batch that is real, where there are both.
        strength: of the distortions.
        batch_size: lines of a batch.
        seed: decides everything, from 0; each worker process draws its own stream from it, and so
            does each of several training processes, which tells its number to ``rank``.
        repeats: uses of a rendered line.
        longest: lines wider than this many columns are passed over.

    Raises:
        ConfigError: if a size is below 1, ``real_share`` not in 0 to 1, or the seed negative.
        DataError: if there is nothing to train on; while iterating, if no line fits its text.
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
        if min(batch_size, repeats, longest) < 1 or seed < 0 or not 0 <= real_share <= 1:
            raise ConfigError(
                "batch_size, repeats and longest must be at least 1, seed at least 0, real_share "
                f"from 0 to 1, got {batch_size}, {repeats}, {longest}, {seed}, {real_share}"
            )
        self.charset, self.preprocess = charset, preprocess
        self.renderer, self.source = renderer, source
        self.real = list(real)
        self.real_share = 1.0 if renderer is None else real_share if self.real else 0.0
        self.strength = strength or Augment()
        self.batch_size, self.seed, self.repeats, self.longest = batch_size, seed, repeats, longest
        self.rank = 0
        if not self.real and renderer is None:
            raise DataError(
                f"nothing to train on: got {len(self.real)} real lines and no renderer; "
                "give a renderer, real lines, or both"
            )

    def __iter__(self) -> Iterator[Batch]:
        """Batches, for ever."""
        info = torch.utils.data.get_worker_info()
        # Trailing zeros do not count: rank 0 draws what a single process does.
        worker = 0 if info is None else 1 + info.id
        rng = np.random.default_rng((self.seed, worker, self.rank))
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
        for _ in range(_PATIENCE):
            if rng.random() < self.real_share:
                sample = self.real[int(rng.integers(len(self.real)))]
            else:
                sample = self._rendered(rng, kept)
            ink = sample.pixels.astype(np.float32) / np.float32(255)
            pixels, (across, offset) = augment(ink, rng, self.strength)
            # CTC needs a frame per character and one between equal neighbours.
            if pixels.shape[1] <= self.longest and pixels.shape[1] >= 4 * 1.3 * len(sample.text):
                centres = tuple(across * c + offset for c in sample.centres)
                return PreparedSample(to_bytes(pixels), sample.text, centres)
        raise DataError(
            f"{_PATIENCE:,} lines in a row were too narrow for their text or wider than "
            f"{self.longest} columns, the last {sample.text!r} on {sample.pixels.shape[1]}; "
            "check that the images show what the labels say"
        )

    def _rendered(self, rng: np.random.Generator, kept: list[PreparedSample]) -> PreparedSample:
        """A new line one time in ``repeats``, else one of the last few hundred again."""
        if len(kept) < 64 or rng.random() < 1 / self.repeats:
            if self.renderer is None:
                raise DataError(f"a stream with real_share {self.real_share} needs a renderer")
            seed = int(rng.integers(2**62))
            sample = render_sample(self.renderer, self.source, self.preprocess, seed)
            kept.append(sample)
            if len(kept) > 600:
                kept.pop(int(rng.integers(len(kept))))
            return sample
        return kept[int(rng.integers(len(kept)))]
