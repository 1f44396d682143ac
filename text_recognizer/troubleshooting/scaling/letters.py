"""A task that scales in seconds: which letter stands in the middle of a window of a line.

The embedded sample knows the centre of each character, so that no alignment has to be learnt, and
cross entropy at the centres is trained and measured directly (as the alignment loss of the line
model does). Windows are described by pooled gradients, so that a small network suffices, and the
hands of the held-out lines are never trained on.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.data.prepared import to_bytes
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.data.sample import load_centres, load_lines

__all__ = ["FEATURES", "LETTERS", "SHIFTS", "Letters", "describe_line", "load_letters"]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHIFTS = 3
"""Windows per letter: in the middle, two pixels to the left, two to the right."""

_ROWS, _CELL, _ACROSS, _CHANNELS = 48, 6, 6, 5
FEATURES = _CHANNELS * (_ROWS // _CELL) * _ACROSS
"""Numbers that describe a window: 5 channels x 8 rows x 6 columns of cells."""


@dataclass(frozen=True, kw_only=True)
class Letters:
    """Windows around the lower-case letters of some lines.

    Args:
        features: (N, 3, 240) float32; the window in three places, see ``SHIFTS``.
        labels: (N,) place of each letter in the alphabet, 0 to 25.
        places: (N,) place of each letter's line among the lines, rising from 0.
        ids: A number for each line, the same in every draw.
        hands: Writer of each line.

    Raises:
        InputError: If the lengths differ.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    places: NDArray[np.int64]
    ids: NDArray[np.int64]
    hands: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the lengths at birth."""
        lengths = len(self.features), len(self.labels), len(self.places)
        if len(set(lengths)) != 1:
            raise InputError(
                "letters have one window, one label and one line each; received "
                f"{lengths[0]}, {lengths[1]} and {lengths[2]}; take them from one load_letters"
            )

    def __len__(self) -> int:
        """Number of letters."""
        return len(self.labels)


def load_letters(split: str = "train", lines: int | None = None, seed: int = 0) -> Letters:
    """The letters of some lines of the embedded sample, ready for a small network.

    Args:
        split: ``"train"``, ``"val"`` or ``"test"``; no hand is in two of them.
        lines: How many lines; all where None.
        seed: Which lines; fewer lines with the same seed are among more of them.

    Returns:
        The letters; the largest draw of each seed is kept in memory.

    Raises:
        InputError: If there are not so many lines, or split or seed breaks its rule.
        ManifestError: If the sample is damaged.

    Example:
        >>> load_letters("test", 2).features.shape[1:]
        (3, 240)
    """
    if lines is not None and lines < 1:
        raise InputError(f"lines are at least 1; received {lines!r}; leave it out for all")
    drawn = _DRAWN.get((split, seed))
    if drawn is None or lines is None or lines > len(drawn.hands):
        drawn = _DRAWN[split, seed] = _load(split, lines, seed)
    if lines is None or lines == len(drawn.hands):
        return drawn
    count = int(np.searchsorted(drawn.places, lines))
    return Letters(
        features=drawn.features[:count],
        labels=drawn.labels[:count],
        places=drawn.places[:count],
        ids=drawn.ids[:lines],
        hands=drawn.hands[:lines],
    )


_DRAWN: dict[tuple[str, int], Letters] = {}
"""The largest draw of each seed so far: smaller ones are its beginning."""


def _load(split: str, lines: int | None, seed: int) -> Letters:
    samples, centres = load_lines(split, lines, seed), load_centres(split, lines, seed)
    if not samples or len(samples) < (lines or 0):
        raise InputError(
            f"lines are 1 to {len(samples)} in the split {split!r}; received {lines!r}; "
            "the sample has no more"
        )
    features, labels, places = [], [], []
    for place, (sample, columns) in enumerate(zip(samples, centres, strict=True)):
        known = [(c, x) for c, x in zip(sample.text, columns, strict=True) if c in LETTERS]
        features.append(_described(_Line(sample.id, sample.image, tuple(x for _, x in known))))
        labels += [LETTERS.index(c) for c, _ in known]
        places += [place] * len(known)
    return Letters(
        features=np.concatenate(features),
        labels=np.array(labels, np.int64),
        places=np.array(places, np.int64),
        ids=np.array([zlib.crc32(sample.id.encode()) for sample in samples], np.int64),
        hands=tuple(sample.writer for sample in samples),
    )


@dataclass(frozen=True)
class _Line:
    """A line, told from others by its id alone: it is described once however often it is drawn."""

    id: str
    image: LineImage
    centres: tuple[float, ...]

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Line) and self.id == other.id


@lru_cache(maxsize=4096)
def _described(line: _Line) -> NDArray[np.float32]:
    return describe_line(line.image, line.centres)


def describe_line(image: LineImage, centres: Sequence[float]) -> NDArray[np.float32]:
    """Pooled gradients around given columns of a line, a plain form of HOG.

    Args:
        image: The line, as it came.
        centres: Columns of ``image``, px.

    Returns:
        (number of centres, 3, 240) features of windows of 48 x 36 px of the line as the reader
        prepares it, in three places; each has length 1, or 0 where there is no ink.

    Source:
        Dalal & Triggs (2005), "Histograms of oriented gradients for human detection", CVPR.

    Example:
        >>> from text_recognizer.core.images import LineImage
        >>> blank = LineImage(np.full((64, 100), 255, np.uint8))
        >>> float(describe_line(blank, [50.0]).max())
        0.0
    """
    line = Preprocess(height=_ROWS).prepare(image)
    # Whole numbers, so that the last bits of another processor do not matter.
    ink = to_bytes(line.pixels).astype(np.float64) / 255
    down = np.diff(ink, axis=0, prepend=ink[:1])
    right = np.diff(ink, axis=1, prepend=ink[:, :1])
    maps = np.stack([ink, *(np.maximum(g, 0) for g in (down, -down, right, -right))])
    maps = maps.reshape(_CHANNELS, _ROWS // _CELL, _CELL, -1).mean(2)
    # Room for a window at either end, and for the shifts.
    margin = _CELL * _ACROSS // 2 + 3
    sums = np.cumsum(np.pad(maps, ((0, 0), (0, 0), (margin, margin + _CELL))), axis=2)
    cells = (sums[:, :, _CELL:] - sums[:, :, :-_CELL]) / _CELL
    columns = (np.asarray(centres, np.float64) - line.left) * line.scale
    middle = np.clip(np.rint(columns).astype(np.int64), 0, ink.shape[1] - 1)
    starts = middle[:, None, None] + 2 + np.array([0, -2, 2])[:, None] + _CELL * np.arange(_ACROSS)
    windows = np.moveaxis(cells[:, :, starts], (2, 3), (0, 1)).reshape(
        len(middle), SHIFTS, FEATURES
    )
    # The square root tames strong strokes; unit length does away with the contrast of the pen.
    windows = np.sqrt(np.maximum(windows, 0))
    lengths = np.linalg.norm(windows, axis=2, keepdims=True)
    result: NDArray[np.float32] = (windows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return result
