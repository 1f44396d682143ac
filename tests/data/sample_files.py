"""A tiny embedded sample in a folder of its own, made without any font."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from text_recognizer.data.manifest import Manifest
from text_recognizer.data.parquet import encode_png, write_rows
from text_recognizer.data.sample import LINE_COLUMNS, PARAGRAPH_COLUMNS

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
