"""English text for rendering: lines and paragraphs cut from running sentences.

Not random letters: a reader meets common words often and rare ones sometimes, with names, dates,
amounts and punctuation among them (``grammar``, ``vocabulary``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.sources.grammar import fragment, sentence


@dataclass(frozen=True, kw_only=True)
class TextSource:
    """Endless English lines of a given length.

    Attributes:
        longest: longest line, in characters.
        upper: share of lines written in capitals only.

    Raises:
        ConfigError: if ``longest`` is below 8 or ``upper`` outside 0 to 1.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> len(TextSource(longest=30).line(rng)) <= 30
        True
    """

    longest: int = 72
    upper: float = 0.03

    def __post_init__(self) -> None:
        if self.longest < 8:
            raise ConfigError(
                f"longest must be at least 8 characters, got {self.longest}; raise it"
            )
        if not 0 <= self.upper <= 1:
            raise ConfigError(f"upper must be a share from 0 to 1, got {self.upper}")

    def line(self, rng: np.random.Generator) -> str:
        """One line, cut from running text as a page would cut it.

        Args:
            rng: decides.

        Returns:
            1 to ``longest`` printable ASCII characters.
        """
        if rng.random() < 0.06:
            text = fragment(rng)[: self.longest].strip()
        else:
            usual = max(6.0, 0.62 * self.longest)
            limit = int(rng.triangular(6, usual, self.longest + 1))
            words = self.paragraph(rng, characters=self.longest + 60).split()
            words = words[int(rng.integers(0, max(1, len(words) // 3))) :]
            text = _fill(words, limit)
        return text.upper() if rng.random() < self.upper else text

    def paragraph(self, rng: np.random.Generator, *, characters: int) -> str:
        """Running sentences on one line.

        Args:
            rng: decides.
            characters: least length; the last sentence is finished.
        """
        parts: list[str] = []
        while sum(map(len, parts)) + len(parts) < characters:
            parts.append(sentence(rng))
        return " ".join(parts)

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
        words = self.paragraph(rng, characters=count * (width + 1) + 40).split()
        wrapped: list[str] = []
        for _ in range(count):
            line = _fill(words, width)
            words = words[len(line.split()) :]
            wrapped.append(line)
        return wrapped


def _fill(words: list[str], limit: int) -> str:
    """As many words as fit into ``limit`` characters; at least one, cut if need be."""
    line = words[0][:limit]
    for word in words[1:]:
        if len(line) + 1 + len(word) > limit:
            break
        line += " " + word
    return line
