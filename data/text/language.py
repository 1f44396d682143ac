"""Make text_recognizer/artifacts/language/english.npz, a character model of English.

    python data/text/language.py --forbidden LABELS.jsonl ...

It counts the training part of the prose, cut into lines as a page would cut it, and made lines
with names, dates, amounts and capitals (``sources.text``). Passages that share six words in a row
with a text of ``--forbidden`` (JSON lines with a "text") are refused.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from text_recognizer.core.charset import Charset
from text_recognizer.reading.english import PATH
from text_recognizer.reading.language import CharacterLanguage
from text_recognizer.sources.prose import passages
from text_recognizer.sources.text import TextSource

ORDER = 5
MADE = 6000
SEED = 21


def main() -> None:
    """Check, train, save, and say how well the model expects held-out prose."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--forbidden", type=Path, nargs="*", default=[], metavar="LABELS")
    parser.add_argument("--output", type=Path, default=PATH)
    settings = parser.parse_args()
    charset = Charset.english()
    rng = np.random.default_rng(SEED)
    made = TextSource(prose=0.0, upper=0.2)
    extra = [made.line(rng) for _ in range(MADE)]
    forbidden = list(texts(settings.forbidden))
    CharacterLanguage.train([*passages("train"), *extra], charset, order=1, forbidden=forbidden)
    print(f"no passage shares six words in a row with {len(forbidden):,} forbidden texts")
    lines = [*cut(passages("train"), rng), *extra]
    model = CharacterLanguage.train(lines, charset, order=ORDER)
    settings.output.parent.mkdir(parents=True, exist_ok=True)
    model.save(settings.output)
    held_out = list(cut(passages("val"), rng))[:1000]
    bits = sum(model.bits_per_character(line) * len(line) for line in held_out)
    print(f"{settings.output.stat().st_size:,} bytes; {sum(map(len, lines)):,} characters")
    print(f"{bits / sum(map(len, held_out)):.3f} bits per character of held-out prose")


def cut(whole: Iterable[str], rng: np.random.Generator) -> Iterator[str]:
    """Passages as lines of 3 to 11 words: a line of a page starts anywhere in a sentence."""
    for passage in whole:
        words = passage.split()
        while words:
            count = int(rng.integers(3, 12))
            yield " ".join(words[:count])
            words = words[count:]


def texts(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of label files, and all lines of a file joined, as a passage runs on."""
    for path in paths:
        found = [json.loads(row)["text"] for row in path.read_text("utf-8").splitlines()]
        yield from found
        yield " ".join(found)


if __name__ == "__main__":
    main()
