"""A tiny embedded sample in a folder of its own, made without any font."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from text_recognizer.core.images import Box
from text_recognizer.data.manifest import Manifest
from text_recognizer.data.parquet import encode_png, write_rows
from text_recognizer.data.sample import LINE_COLUMNS, PARAGRAPH_COLUMNS
from text_recognizer.data.sample_config import SampleConfig

WRITERS = {"test": ("w-test",), "val": ("w-val",), "train": ("w-a", "w-b")}


def make_rows(counts: dict[str, int], *, paragraphs: bool = False) -> list[dict[str, object]]:
    """Rows whose pictures carry their number in their grey level."""
    rows: list[dict[str, object]] = []
    for split, count in counts.items():
        for index in range(count):
            number = len(rows)
            pixels = np.full((20, 40 + number), 17 * (number % 15), np.uint8)
            row: dict[str, object] = {
                "id": f"{split}-{index}",
                "image": encode_png(pixels),
                "text": f"text {number}",
                "writer": WRITERS[split][index % len(WRITERS[split])],
                "split": split,
            }
            if paragraphs:
                row["lines"] = [f"text {number}", "second"]
                row["text"] = f"text {number}\nsecond"
                row["boxes"] = [(0, 0, 40, 10), (0, 10, 40, 20)]
            else:
                row["centres"] = [
                    2.0 * place + 0.25 * number for place in range(len(str(row["text"])))
                ]
            rows.append(row)
    return rows


def write_sample(data: Path, *, lines: dict[str, int], paragraphs: dict[str, int]) -> Path:
    """``data/sample`` with its two files and manifest; returns the folder."""
    folder = data / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    files = (
        write_rows(folder / "lines.parquet", make_rows(lines), LINE_COLUMNS),
        write_rows(
            folder / "paragraphs.parquet",
            make_rows(paragraphs, paragraphs=True),
            PARAGRAPH_COLUMNS,
        ),
    )
    made = Manifest(name="toy", seed=0, renderer="0", writers=WRITERS, files=files)
    made.save(folder / "manifest.json")
    return folder


SMALL = SampleConfig(
    seed=5,
    lines={"train": 12, "val": 4, "test": 6},
    paragraphs={"train": 2, "val": 1, "test": 2},
    longest=24,
    height=30,
    width=150,
)


class Scribbler:
    """A renderer without fonts: every character becomes a stroke at a height of its own."""

    version = "stand-in"

    def __init__(self, families: dict[str, list[str]] | None = None) -> None:
        self.families = families or {"train": ["a", "b", "c"], "val": ["d"], "test": ["e", "f"]}

    def writers(self, split: str) -> Sequence[str]:
        return self.families[split]

    def line(self, text: str, *, writer: str, seed: int) -> tuple[np.ndarray, Sequence[float]]:
        rng = np.random.default_rng(seed)
        pixels = np.full((40, 8 * len(text) + 8), 245, np.uint8)
        for index, character in enumerate(text):
            top = (ord(character) + ord(writer)) % 20
            pixels[top : top + int(rng.integers(6, 18)), 8 * index + 4 : 8 * index + 7] = 20
        return pixels, [8 * index + 5.5 for index in range(len(text))]

    def paragraph(
        self, lines: Sequence[str], *, writer: str, seed: int
    ) -> tuple[np.ndarray, Sequence[Box]]:
        pixels = np.full((40 * len(lines), 8 * max(map(len, lines)) + 8), 245, np.uint8)
        boxes = []
        for index, text in enumerate(lines):
            line, _ = self.line(text, writer=writer, seed=seed + index)
            pixels[40 * index : 40 * index + 40, : line.shape[1]] = line
            boxes.append(Box(0, 40 * index, line.shape[1], 40 * index + 40))
        return pixels, boxes
