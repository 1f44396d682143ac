"""The words that sentences are made of: closed classes as lists, open classes by frequency.

Words of open classes come from ``words.tsv`` (see ``words.LICENSE.md``), by part of speech. Their
frequencies are flattened: out-of-domain error falls with the diversity of the text (Vogler et al.,
"Lacuna reconstruction", 2022, and our own trials).
"""

from __future__ import annotations

import functools
from importlib import resources

import numpy as np
import numpy.typing as npt

Lexicon = dict[str, tuple[tuple[str, ...], npt.NDArray[np.float64]]]

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DETERMINERS = [
    "the",
    "the",
    "the",
    "a",
    "a",
    "this",
    "that",
    "his",
    "her",
    "my",
    "our",
    "your",
    "their",
    "each",
    "some",
    "no",
    "every",
    "another",
]
PRONOUNS = ["I", "you", "he", "she", "it", "we", "they"]
OBJECTS = ["me", "you", "him", "her", "it", "us", "them", "everyone", "nothing", "something"]
MODALS = [
    "will",
    "would",
    "can",
    "could",
    "should",
    "must",
    "may",
    "might",
    "won't",
    "can't",
    "didn't",
    "wouldn't",
    "shall",
]
JOINERS = [
    "and",
    "but",
    "or",
    "so",
    "because",
    "when",
    "while",
    "if",
    "that",
    "as",
    "although",
    "until",
    "before",
    "after",
    "since",
]
PREPOSITIONS = [
    "of",
    "in",
    "to",
    "for",
    "with",
    "on",
    "at",
    "by",
    "from",
    "about",
    "over",
    "under",
    "between",
    "into",
    "near",
    "through",
    "across",
]
OPENERS = [
    "However",
    "Then",
    "Today",
    "Yesterday",
    "Perhaps",
    "Meanwhile",
    "Still",
    "Later",
    "Once",
    "Often",
    "Finally",
    "Again",
]
TITLES = ["Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "Miss", "Sir", "Capt."]
STREETS = ["Street", "Road", "Avenue", "Lane", "St.", "Rd.", "Ave.", "Square", "Drive", "Court"]
UNITS = [
    "kg",
    "km",
    "miles",
    "pounds",
    "hours",
    "minutes",
    "days",
    "weeks",
    "metres",
    "feet",
    "litres",
    "pages",
    "cm",
    "%",
    "pm",
    "am",
]


@functools.cache
def lexicon() -> Lexicon:
    """Words by Penn tag, with the cumulative probability of each, flattened by a power of 0.55.

    Example:
        >>> words, cumulative = lexicon()["NN"]
        >>> len(words) == len(cumulative)
        True
    """
    table = resources.files("text_recognizer.sources").joinpath("words.tsv").read_text("utf-8")
    words: dict[str, list[str]] = {}
    weights: dict[str, list[float]] = {}
    for row in table.splitlines()[1:]:
        tag, centibels, word = row.split("\t")
        words.setdefault(tag, []).append(word)
        weights.setdefault(tag, []).append(10 ** (-0.55 * int(centibels) / 100))
    return {
        tag: (tuple(words[tag]), np.cumsum(weights[tag]) / np.sum(weights[tag])) for tag in words
    }


def draw(rng: np.random.Generator, tag: str) -> str:
    """A word of a part of speech, common ones more often.

    Args:
        rng: decides.
        tag: Penn tag, a key of :func:`lexicon`.

    Example:
        >>> draw(np.random.default_rng(0), "NN").isascii()
        True
    """
    words, cumulative = lexicon()[tag]
    return words[min(int(np.searchsorted(cumulative, rng.random())), len(words) - 1)]
