"""Rows of the embedded sample: texts that occur once, in the hands of their split."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import ConfigError
from text_recognizer.core.images import Box
from text_recognizer.data.manifest import SPLITS
from text_recognizer.data.parquet import encode_png
from text_recognizer.data.sample_config import SampleConfig
from text_recognizer.sources.text import TextSource

Pixels = NDArray[np.uint8]
Row = dict[str, Any]
_LINE, _PARAGRAPH = 0, 1


class Hand(Protocol):
    """What the sample needs of a renderer; the tests bring one without fonts."""

    version: str

    def writers(self, split: str) -> Sequence[str]:
        """Families of a split, in a fixed order."""
        ...

    def line(self, text: str, *, writer: str, seed: int) -> tuple[Pixels, Sequence[float]]:
        """One line, (H, W) grey, and the column of the middle of each character."""
        ...

    def paragraph(
        self, lines: Sequence[str], *, writer: str, seed: int
    ) -> tuple[Pixels, Sequence[Box]]:
        """One paragraph, (H, W) grey, and a box per line."""
        ...


def line_rows(config: SampleConfig, hand: Hand, used: set[str]) -> Iterator[Row]:
    """Lines of all splits, ready for Parquet.

    Args:
        config: How many, how long, how tall.
        hand: The renderer.
        used: Texts that stand in the sample already; grows.

    Raises:
        ConfigError: If the text source runs out of new texts.
    """
    sources = _sources(longest=config.longest)
    for split, index, seed, rng in _places(config, config.lines, _LINE):
        source = sources[split]
        text = _fresh(lambda rng=rng, source=source: source.line(rng), used)  # type: ignore[misc]
        writers = hand.writers(split)
        writer = writers[index % len(writers)]
        picture, centres = hand.line(text, writer=writer, seed=seed)
        pixels, scale = _shrink(picture, height=config.height)
        yield {
            "id": f"line-{split}-{index:04d}",
            "image": encode_png(pixels, levels=config.levels),
            "text": text,
            "writer": writer,
            "split": split,
            "centres": [round(float(centre) * scale, 1) for centre in centres],
        }


def paragraph_rows(config: SampleConfig, hand: Hand, used: set[str]) -> Iterator[Row]:
    """Paragraphs of all splits, with a box per line; arguments as in :func:`line_rows`."""
    sources = _sources(longest=config.longest, upper=0.0)
    for split, index, seed, rng in _places(config, config.paragraphs, _PARAGRAPH):
        source = sources[split]
        count = int(rng.integers(3, 10))
        width = int(rng.integers(config.longest * 3 // 5, config.longest + 1))
        text = _fresh(
            lambda rng=rng, source=source, count=count, width=width: "\n".join(  # type: ignore[misc]
                source.lines(rng, count=count, width=width)
            ),
            used,
        )
        writers = hand.writers(split)
        writer = writers[index % len(writers)]
        lines = text.split("\n")
        picture, boxes = hand.paragraph(lines, writer=writer, seed=seed)
        pixels, scale = _shrink(picture, width=config.width)
        yield {
            "id": f"paragraph-{split}-{index:03d}",
            "image": encode_png(pixels, levels=config.levels),
            "text": text,
            "writer": writer,
            "split": split,
            "lines": lines,
            "boxes": [_scaled(box, scale, pixels.shape) for box in boxes],
        }


def _sources(**settings: Any) -> dict[str, TextSource]:
    """The text of each split: what is judged on is cut from prose that nothing was trained on."""
    return {
        split: TextSource(part="train" if split == "train" else "val", **settings)
        for split in SPLITS
    }


def _places(
    config: SampleConfig, counts: Mapping[str, int], kind: int
) -> Iterator[tuple[str, int, int, np.random.Generator]]:
    """Split, number, render seed and text generator of every sample, independent of the others."""
    for split in SPLITS:
        for index in range(counts.get(split, 0)):
            root = np.random.SeedSequence([config.seed, kind, SPLITS.index(split), index])
            yield split, index, int(root.generate_state(1)[0]), np.random.default_rng(root)


def _fresh(draw: Callable[[], str], used: set[str]) -> str:
    """A text that no other sample has, so that no test text is read in training."""
    for _ in range(1000):
        text = draw()
        if text not in used:
            used.add(text)
            return text
    raise ConfigError(
        "the text source gave 1000 texts in a row that were used already; ask for fewer"
    )


def _shrink(
    pixels: Pixels, *, height: int | None = None, width: int | None = None
) -> tuple[Pixels, float]:
    """Scale a picture down to a height or width; never up. Also returns the scale."""
    from PIL import Image

    scale = min(
        1.0,
        height / pixels.shape[0] if height else 1.0,
        width / pixels.shape[1] if width else 1.0,
    )
    if scale == 1.0:
        return pixels, scale
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(small, np.uint8), scale


def _scaled(box: Box, scale: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    left, top = int(box.left * scale), int(box.top * scale)
    right = min(shape[1], max(left + 1, round(box.right * scale)))
    bottom = min(shape[0], max(top + 1, round(box.bottom * scale)))
    return min(left, right - 1), min(top, bottom - 1), right, bottom
