"""Cost as pages grow: one reader on pages of 1, 2, 4 ... 64 lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.figures import number, table
from benchmarks.pages import PageSet
from benchmarks.process import WorkerError
from benchmarks.readers import Runner, character_error
from text_recognizer.data.sample import load_lines

SIZES = (1, 2, 4, 8, 16, 32, 64)
#: Lines in all that each size is measured on, at least: small pages are read several times over.
LINES = 8
#: Rows of paper between two lines, and around the page, px.
GAP = 16


@dataclass(frozen=True, kw_only=True)
class Growth:
    """One reader on pages of each size.

    Attributes:
        reader: its name.
        sizes: lines of a page.
        seconds: CPU seconds for a page of each size.
        cers: errors per character on them.
    """

    reader: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    cers: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)


def stacked_pages(folder: Path, *, sizes: Sequence[int] = SIZES) -> dict[int, PageSet]:
    """Pages of single lines of the embedded sample, one below the other.

    Args:
        folder: Where to write the images.
        sizes: Lines of a page.

    Returns:
        Pages by size; each size has at least eight lines in all, the same ones as the others.
    """
    samples = load_lines("test", limit=max(LINES, *sizes))
    sets = {}
    for size in sizes:
        paths, texts = [], []
        for first in range(0, max(LINES, size), size):
            part = samples[first : first + size]
            path = folder / f"stacked-{size}-{first}.png"
            Image.fromarray(_stack([sample.image.pixels for sample in part])).save(path)
            paths.append(path)
            texts.append("\n".join(sample.text for sample in part))
        sets[size] = PageSet(name=f"{size} lines", paths=tuple(paths), texts=tuple(texts))
    return sets


def _stack(lines: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Lines on one white page, each with its own paper made white."""
    height = sum(line.shape[0] + GAP for line in lines) + GAP
    page = np.full((height, max(line.shape[1] for line in lines) + 2 * GAP), 255, np.uint8)
    top = GAP
    for line in lines:
        rows, columns = line.shape
        white = np.clip(line * (255.0 / max(float(np.median(line)), 1.0)), 0, 255)
        page[top : top + rows, GAP : GAP + columns] = white
        top += rows + GAP
    return page


def measure_growth(name: str, runner: Runner, sets: Mapping[int, PageSet]) -> Growth:
    """Let one reader read the pages of all sizes, in one process if it has one.

    Raises:
        WorkerError: If it fails, or leaves out a page.
    """
    pages = PageSet(
        name="stacked",
        paths=tuple(path for each in sets.values() for path in each.paths),
        texts=tuple(text for each in sets.values() for text in each.texts),
    )
    texts, seconds, _ = runner(pages)
    if len(texts) != len(pages.texts):
        raise WorkerError(f"{name} gave {len(texts)} texts for {len(pages.texts)} pages")
    costs, cers, start = [], [], 0
    for each in sets.values():
        end = start + len(each.paths)
        costs.append(sum(seconds[start:end]) / len(each.paths))
        cers.append(character_error(each.texts, texts[start:end]))
        start = end
    return Growth(reader=name, sizes=tuple(sets), seconds=tuple(costs), cers=tuple(cers))


def growth_table(found: Sequence[Growth]) -> str:
    """A block of rows for each reader: seconds for a page, for a line, and the ratio to the first.

    Args:
        found: The readers, all on the same sizes, the one to compare with first.
    """
    head = ["reader", "lines a page", *map(str, found[0].sizes)]
    rows = []
    for each in found:
        rows.append([each.reader, "CPU s a page", *map(number, each.seconds)])
        by_line = [s / n for s, n in zip(each.seconds, each.sizes, strict=True)]
        rows.append(["", "CPU s a line", *map(number, by_line)])
        if each is not found[0]:
            ratios = [a / b for a, b in zip(each.seconds, found[0].seconds, strict=True)]
            rows.append(["", "ratio", *(f"x{number(ratio)}" for ratio in ratios)])
        rows.append(["", "CER", *(f"{cer:.2f}" for cer in each.cers)])
    return table(head, rows)
