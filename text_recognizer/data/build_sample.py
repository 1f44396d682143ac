"""Build the embedded sample: ``python -m text_recognizer.data.build_sample``.

Lines and paragraphs are rendered in the hands of ``data/fonts`` (``make fonts``), every family in
one split only, no text used twice. The same parameters give the same content; ``data/params.yaml``
holds them and ``data/dvc.yaml`` says what depends on what. With ``--check`` nothing is rendered:
the stored files are held against their manifest and searched for leaks.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ManifestError, TextRecognizerError, require
from text_recognizer.data.leaks import Record, check_leaks
from text_recognizer.data.manifest import SPLITS, Manifest
from text_recognizer.data.parquet import content_digest, write_rows
from text_recognizer.data.sample import LINE_COLUMNS, LINES, PARAGRAPH_COLUMNS, PARAGRAPHS
from text_recognizer.data.sample_config import SampleConfig
from text_recognizer.data.sample_rows import Hand, Row, line_rows, paragraph_rows
from text_recognizer.sources.paths import data_dir


def build(
    config: SampleConfig, hand: Hand, folder: Path, *, say: Callable[[str], None] = print
) -> Manifest:
    """Render the sample into a folder, after making sure that nothing leaks.

    Args:
        config: What it consists of.
        hand: The renderer.
        folder: Where ``lines.parquet``, ``paragraphs.parquet`` and ``manifest.json`` go.
        say: Receives a line now and then.

    Returns:
        The manifest, as saved.

    Raises:
        ManifestError: If something stands in two splits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    used: set[str] = set()
    lines = list(_announce(line_rows(config, hand, used), "lines", config.lines, say))
    paragraphs = list(
        _announce(paragraph_rows(config, hand, used), "paragraphs", config.paragraphs, say)
    )
    every = [*lines, *paragraphs]
    check_leaks(_records(every))
    settings = dataclasses.asdict(config)
    del settings["seed"]
    manifest = Manifest(
        name="embedded sample",
        seed=config.seed,
        renderer=hand.version,
        writers={
            split: tuple(sorted({row["writer"] for row in every if row["split"] == split}))
            for split in SPLITS
        },
        files=(
            write_rows(folder / LINES, lines, LINE_COLUMNS),
            write_rows(folder / PARAGRAPHS, paragraphs, PARAGRAPH_COLUMNS),
        ),
        settings=settings,
    )
    manifest.save(folder / "manifest.json")
    return manifest


def check(folder: Path) -> Manifest:
    """Hold a stored sample against its manifest and search it for leaks.

    Raises:
        ManifestError: If a file was changed, its content differs, or something leaks.
    """
    require("pyarrow", extra="data")
    import pyarrow.parquet

    manifest = Manifest.load(folder / "manifest.json")
    manifest.verify(folder)
    every: list[Row] = []
    for entry in manifest.files:
        rows = pyarrow.parquet.read_table(folder / entry.path).to_pylist()
        if content_digest(rows) != entry.content:
            raise ManifestError(
                f"the content of {folder / entry.path} must match its manifest; it does not, "
                "though the bytes do: pictures are decoded differently here; try another Pillow"
            )
        every.extend(rows)
    for row in every:
        if row["writer"] not in manifest.writers.get(row["split"], ()):
            raise ManifestError(
                f"a writer stands where the manifest says; {row['id']} in {row['split']} is by "
                f"{row['writer']!r}, who is not listed there; build the sample again"
            )
    check_leaks(_records(every))
    return manifest


def _records(rows: Sequence[Mapping[str, Any]]) -> Iterator[Record]:
    for row in rows:
        yield Record.of(
            id=row["id"],
            image=row["image"],
            text=row["text"],
            writer=row["writer"],
            split=row["split"],
        )


def _announce(
    rows: Iterator[Row], what: str, counts: Mapping[str, int], say: Callable[[str], None]
) -> Iterator[Row]:
    total = sum(counts.values())
    for done, row in enumerate(rows, start=1):
        yield row
        if done % 500 == 0 or done == total:
            say(f"{what}: {done} of {total}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns 0, or 2 with one line on standard error.

    Args:
        arguments: Words after the program's name; those of the process where None.
    """
    parser = argparse.ArgumentParser(
        prog="python -m text_recognizer.data.build_sample", description="Build the embedded sample."
    )
    parser.add_argument("--params", type=Path, help="YAML file (default: data/params.yaml)")
    parser.add_argument("--output", type=Path, help="folder (default: data/sample)")
    parser.add_argument("--check", action="store_true", help="check the stored sample instead")
    options = parser.parse_args(arguments)
    try:
        folder = options.output or data_dir() / "sample"
        if options.check:
            manifest = check(folder)
        else:
            from text_recognizer.data.hand import FontHand

            config = SampleConfig.read(options.params or data_dir() / "params.yaml")
            hand = FontHand(data_dir() / "fonts", noise=config.noise)
            manifest = build(config, hand, folder)
        size = sum(entry.size for entry in manifest.files)
        print(f"{folder}: {manifest.total} samples, {size / 1e6:.1f} MB, nothing leaks")
    except TextRecognizerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
