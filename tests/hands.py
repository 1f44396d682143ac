"""Hands for tests that need no download: Pillow's own font, installed as font families would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import ImageFont

from text_recognizer.data.manifest import Manifest
from text_recognizer.data.parquet import encode_png, write_rows
from text_recognizer.data.sample import LINE_COLUMNS, PARAGRAPH_COLUMNS
from text_recognizer.sources.fonts import FontFamily, font_families
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.style import Style

#: One family of each split, by the names that decide it.
NAMES = ("caveat", "plain-hand", "zeyada")
FONTS = Path(__file__).resolve().parents[1] / "data" / "fonts"
PLAIN = Style(jitter=0.0, drift=0.0, texture=0.0, noise=0.0, blur=0.0, stroke=3.0)
WRITERS = {"train": ("w-train",), "val": ("w-val",), "test": ("w-test",)}
TEXTS = (
    "on a hill",
    "27 dogs",
    "A letter",
    "so it was",
    "Mr. Hill",
    "no, not I",
    "1905",
    "the end",
)


def install_fonts(data: Path, names: tuple[str, ...] = NAMES) -> list[FontFamily]:
    """Puts a font file where npm would have put each family; FreeType reads TrueType as woff2."""
    content = ImageFont.load_default(20).font_bytes
    for name in names:
        files = data / "fonts" / "node_modules" / "@fontsource" / name / "files"
        files.mkdir(parents=True)
        (files / f"{name}-latin-400-normal.woff2").write_bytes(content)
    return font_families(data / "fonts")


def install_sample(data: Path, family: FontFamily) -> None:
    """``data/sample`` with eight short lines for each split, all in one hand."""
    renderer, rows = Renderer([family]), []
    for split, writers in WRITERS.items():
        for index, text in enumerate(TEXTS):
            line = renderer.line(text, seed=index, style=PLAIN)
            row = {"id": f"{split}-{index}", "image": encode_png(np.asarray(line.image.pixels))}
            row |= {"text": text, "writer": writers[0], "split": split}
            rows.append(row | {"centres": list(line.centres)})
    folder = data / "sample"
    folder.mkdir(parents=True)
    files = (
        write_rows(folder / "lines.parquet", rows, LINE_COLUMNS),
        write_rows(folder / "paragraphs.parquet", [], PARAGRAPH_COLUMNS),
    )
    manifest = Manifest(name="toy", seed=0, renderer="0", writers=WRITERS, files=files)
    manifest.save(folder / "manifest.json")
