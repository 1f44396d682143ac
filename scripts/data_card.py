"""Write data/CARD.md from the sample's manifest and the catalogue of real sets.

    python scripts/data_card.py [--check]

With --check nothing is written; the exit status is 1 if the file is not what it would be. After
Gebru et al. (2021), "Datasheets for datasets", Communications of the ACM 64(12).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.data.manifest import SPLITS, FileEntry, Manifest
from text_recognizer.sources.catalog import SourceSet, catalog

DATA = Path(__file__).resolve().parents[1] / "data"
CARD = DATA / "CARD.md"
HEAD = """# Data card

What the course's data is, where it comes from, and what it must not be used for. Written by
`python scripts/data_card.py` from `data/sample/manifest.json` and `data/raw/*/metadata.toml`; a
test keeps it current.

## The embedded sample

Lines and paragraphs of English, rendered with handwriting fonts and distorted letter by letter:
no person wrote them, no person's data is in them. Every lab runs on it. It serves to test, to
teach and to train a small reader; error rates on it say little about real handwriting, for which
the card of the reader has others.
"""
WRITERS = """A rendered sample's writer is its font family. No family stands in two splits, no text
stands twice, no picture of one split resembles another's:
`python -m text_recognizer.data.build_sample --check` proves it again."""
TERMS = """- Fonts: SIL Open Font License 1.1 or Apache License 2.0, by family. The packages stand
  in `data/fonts/package.json` and carry their licences; both allow what was drawn with them.
- Text: written by a grammar over a word list under CC-BY-SA-4.0
  (`text_recognizer/sources/words.LICENSE.md`). Where a renderer uses prose, its sources are named
  in `text_recognizer/sources/prose.LICENSE.md`.
- The samples themselves: MIT, like the code."""
LIMITS = """- English, printable ASCII; no accents, no other script, no formulas, no tables.
- Fonts are tidier than hands: strangers' joined, hurried writing is under-represented.
- Names, addresses, dates and amounts are invented; a match with anybody is chance."""
REAL = """## Sets of real handwriting

None of their images is in the repository. `make data` lists them, `make data DATA_ARGS=NAME`
downloads one from its makers; what is said here is what its `metadata.toml` says."""
RULES = """A set to measure has a test split only: training on it, choosing by it, or putting its
text into a language model would spoil the figures of the reader's card. Real writers are known by
a number or not at all; nothing here serves to identify a person, and must not be used to."""


def render(root: Path = DATA) -> str:
    """The card in Markdown.

    Args:
        root: The data folder.
    """
    manifest = Manifest.load(root / "sample" / "manifest.json")
    sets = catalog(root).values()
    parts = [
        HEAD.rstrip(),
        _table(
            ("", *SPLITS),
            [
                *([Path(each.path).stem, *_counts(each)] for each in manifest.files),
                ["hands", *(f"{len(manifest.writers[split]):,}" for split in SPLITS)],
            ],
        ),
        WRITERS,
        _held_back(manifest),
        _made(manifest),
        "Files:\n\n"
        + _table(
            ("file", "MB", "columns", "sha256"),
            [
                (each.path, f"{each.size / 1e6:.1f}", ", ".join(each.columns), f"`{each.sha256}`")
                for each in manifest.files
            ],
        ),
        f"Licences:\n\n{TERMS}",
        f"Limits:\n\n{LIMITS}",
        REAL,
        _overview(list(sets)),
        RULES,
        *(_set(each) for each in sets),
    ]
    return "\n\n".join(parts) + "\n"


def write(root: Path = DATA) -> Path:
    """Write the card and return its path."""
    path = root / "CARD.md"
    path.write_text(render(root), encoding="utf-8")
    return path


def _counts(entry: FileEntry) -> list[str]:
    return [f"{entry.counts.get(split, 0):,}" for split in SPLITS]


def _held_back(manifest: Manifest) -> str:
    named = [f"- {split}: {', '.join(manifest.writers[split])}" for split in ("val", "test")]
    return "Hands that are held back:\n\n" + "\n".join(named)


def _made(manifest: Manifest) -> str:
    settings = ", ".join(
        f"{name} {value}"
        for name, value in sorted(manifest.settings.items())
        if not isinstance(value, dict)
    )
    return (
        f"Made by renderer version {manifest.renderer}, seed {manifest.seed}, with {settings}; "
        "`dvc repro data/dvc.yaml` makes it again, with the fonts of `make fonts`."
    )


def _overview(sets: Sequence[SourceSet]) -> str:
    rows = [
        (
            f"[{each.name}](#{each.name})",
            each.kind,
            "to train" if each.use == "train" else "to measure",
            f"{each.size / 1e6:,.0f} MB" if each.size else "not stated",
            "published" if all(file.sha256 for file in each.files) else "first download is trusted",
        )
        for each in sets
    ]
    return _table(("set", "samples", "use", "download", "checksum"), rows)


def _set(each: SourceSet) -> str:
    facts = {
        "what": each.title,
        "where": each.homepage,
        "licence": each.licence,
        "citation": each.citation,
        "splits": each.split_rule,
    }
    counted = ", ".join(f"{len(names)} {split}" for split, names in each.splits.items())
    if counted:
        facts["writers listed"] = counted
    lines = "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)
    notes = f"\n\n{each.notes.strip()}" if each.notes.strip() else ""
    return f"### {each.name}\n\n{lines}{notes}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> int:
    """Write the card, or say whether it is current."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        print(f"wrote {write()}")
        return 0
    current = CARD.is_file() and CARD.read_text("utf-8") == render()
    if not current:
        print(f"{CARD} is not current; run: python scripts/data_card.py", file=sys.stderr)
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
