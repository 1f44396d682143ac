"""The pages that readers are measured on, written out as PNG files."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.testing.labels import LabelledItem, read_folder, read_sample


@dataclass(frozen=True, kw_only=True)
class PageSet:
    """Paragraphs with their truth.

    Attributes:
        name: what to call it in a table.
        paths: PNG files.
        texts: the truth, lines separated by line feeds.
    """

    name: str
    paths: tuple[Path, ...]
    texts: tuple[str, ...]

    @property
    def lines(self) -> int:
        """Written lines in all."""
        return sum(len(text.split("\n")) for text in self.texts)


def handwriting_dir() -> Path | None:
    """The folder of real handwriting: TEXT_RECOGNIZER_HANDWRITING, else one beside the clone."""
    chosen = os.environ.get("TEXT_RECOGNIZER_HANDWRITING")
    folder = Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "shared/handwriting"
    return folder if folder.is_dir() else None


def page_sets(folder: Path, *, limit: int) -> tuple[list[PageSet], list[str]]:
    """Write out what is there.

    Args:
        folder: An empty folder.
        limit: Paragraphs of each set, at most.

    Returns:
        The sets, and a line for each that is absent.
    """
    sets, absent = [], []
    real = handwriting_dir()
    sources: dict[str, Callable[[], list[LabelledItem]]] = {
        "embedded sample": partial(read_sample, kind="paragraph", limit=limit),
        "csafe-dev": partial(read_folder, real / "csafe-dev", kind="paragraph", limit=limit)
        if real
        else list,
    }
    for name, source in sources.items():
        try:
            items = source()
        except TextRecognizerError as error:
            absent.append(f"{name}: {error}")
            continue
        if not items:
            absent.append(f"{name}: set TEXT_RECOGNIZER_HANDWRITING to the folder that holds it")
            continue
        paths = []
        for number, item in enumerate(items):
            path = folder / f"{name.replace(' ', '-')}-{number}.png"
            item.open().to_pil().save(path)
            paths.append(path)
        texts = tuple(item.text for item in items)
        sets.append(PageSet(name=name, paths=tuple(paths), texts=texts))
    return sets, absent
