"""English text for rendering: lines and paragraphs cut from running sentences.

Not random letters: a reader meets common words often and rare ones sometimes, with names, dates,
amounts and punctuation among them. One part is real prose (``prose``), which has the spellings,
endings and little words of English in their places; the other is made (``grammar``,
``vocabulary``), which has rare words, numbers and capitals far more often than prose does.
Out-of-domain error falls with the diversity of the text (see ``vocabulary``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.sources.grammar import fragment, sentence
from text_recognizer.sources.prose import Part, passages, running_text

# How people depart from print, as shares of the lines that could show it.
NO_STOP = 0.25
NO_CAPITAL = 0.06
TITLE_CASE = 0.02
NO_APOSTROPHE = 0.04
FRAGMENTS = 0.06


@dataclass(frozen=True, kw_only=True)
class TextSource:
    """Endless English lines of a given length.

    Attributes:
        longest: longest line, in characters.
        upper: share of lines, or of paragraphs, written in capitals only.
        prose: share of lines, or of paragraphs, cut from real prose; the rest is made.
        part: part of the prose; ``"val"`` for lines that a language model is judged on.

    Raises:
        ConfigError: if ``longest`` is below 8, or ``upper`` or ``prose`` outside 0 to 1.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> len(TextSource(longest=30).line(rng)) <= 30
        True
    """

    longest: int = 72
    upper: float = 0.05
    prose: float = 0.5
    part: Part = "train"

    def __post_init__(self) -> None:
        if self.longest < 8:
            raise ConfigError(
                f"longest must be at least 8 characters, got {self.longest}; raise it"
            )
        for name, share in (("upper", self.upper), ("prose", self.prose)):
            if not 0 <= share <= 1:
                raise ConfigError(f"{name} must be a share from 0 to 1, got {share}; change it")
        if self.part not in ("train", "val"):
            raise ConfigError(f"part must be 'train' or 'val', got {self.part!r}; name one")

    def line(self, rng: np.random.Generator) -> str:
        """One line, cut from running text as a page would cut it and written as people write.

        Args:
            rng: decides.

        Returns:
            1 to ``longest`` printable ASCII characters.
        """
        usual = max(6.0, 0.62 * self.longest)
        limit = int(rng.triangular(6, usual, self.longest + 1))
        if rng.random() < FRAGMENTS:
            text = fragment(rng)[: self.longest].strip()
        elif rng.random() < self.prose:
            text = _fill(_cut(rng, limit, self.part), limit)
        else:
            words = _made(rng, characters=self.longest + 60).split()
            words = words[int(rng.integers(0, max(1, len(words) // 3))) :]
            text = _fill(words, limit)
        text = _handwritten(rng, text)
        return text.upper() if rng.random() < self.upper else text

    def paragraph(self, rng: np.random.Generator, *, characters: int) -> str:
        """Running sentences on one line.

        Args:
            rng: decides.
            characters: least length; the last sentence or passage is finished.
        """
        if rng.random() < self.prose:
            return _prose(rng, characters=characters, part=self.part)
        return _made(rng, characters=characters)

    def lines(self, rng: np.random.Generator, *, count: int, width: int) -> list[str]:
        """A paragraph as it is wrapped on a page.

        Args:
            rng: decides.
            count: number of lines, from 1.
            width: longest line in characters, from 8.

        Raises:
            InputError: if ``count`` or ``width`` is too small.

        Example:
            >>> len(TextSource().lines(np.random.default_rng(0), count=3, width=30))
            3
        """
        if count < 1 or width < 8:
            raise InputError(
                f"a paragraph has at least 1 line of at least 8 characters, got count={count}, "
                f"width={width}; raise them"
            )
        text = self.paragraph(rng, characters=count * (width + 1) + 40)
        words = (text.upper() if rng.random() < self.upper else text).split()
        wrapped: list[str] = []
        for _ in range(count):
            line = _fill(words, width)
            words = words[len(line.split()) :]
            wrapped.append(line)
        return wrapped


def _made(rng: np.random.Generator, *, characters: int) -> str:
    """Sentences of the grammar."""
    parts: list[str] = []
    while sum(map(len, parts)) + len(parts) < characters:
        parts.append(sentence(rng))
    return " ".join(parts)


def _prose(rng: np.random.Generator, *, characters: int, part: Part) -> str:
    """Passages that follow each other, from the start of one."""
    found = passages(part)
    place = int(rng.integers(len(found)))
    text = found[place]
    while len(text) < characters:
        place = (place + 1) % len(found)
        text += " " + found[place]
    return text


def _cut(rng: np.random.Generator, limit: int, part: Part) -> list[str]:
    """Words of the prose, from any word on, at least ``limit`` characters of them."""
    text = running_text(part)
    start = text.index(" ", int(rng.integers(len(text) - 2 * limit - 60))) + 1
    words = text[start : start + limit + 1].split(" ")
    return words[:-1] or words


def _handwritten(rng: np.random.Generator, text: str) -> str:
    """What people leave out: full stops, capitals, apostrophes; or every word has a capital."""
    if text.endswith(".") and len(text) > 1 and rng.random() < NO_STOP:
        text = text.rstrip(".") or text
    if rng.random() < NO_CAPITAL:
        text = text.lower() if rng.random() < 0.5 else text[:1].lower() + text[1:]
    if rng.random() < TITLE_CASE:
        text = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
    if "'" in text[1:-1] and rng.random() < NO_APOSTROPHE:
        text = text[:1] + text[1:-1].replace("'", "") + text[-1:]
    return text


def _fill(words: list[str], limit: int) -> str:
    """As many words as fit into ``limit`` characters; at least one, cut if need be."""
    line = words[0][:limit]
    for word in words[1:]:
        if len(line) + 1 + len(word) > limit:
            break
        line += " " + word
    return line
