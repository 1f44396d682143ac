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
# Notes and letters of every day, written for this package; {name}, {thing}, {date}, {time},
# {amount} and {place} are filled in.
NOTES = [
    "Can you pick up the {thing} on your way home?",
    "I'll be back at {time}.",
    "I'm sorry I missed your call {date}.",
    "Thank you so much for the {thing} you sent me.",
    "Don't forget to call {name} about the {thing}.",
    "We're meeting {name} at {time} in {place}.",
    "Please let me know if {time} works for you.",
    "How are you and {name}?",
    "It was lovely to see you and {name} last week.",
    "I can't find my {thing} anywhere.",
    "Could you send me the address in {place}?",
    "We'd love to have you stay with us in {place}.",
    "I hope you're feeling better.",
    "The rent is {amount} a month, due {date}.",
    "My new number is {amount}, ask for {name}.",
    "You owe me {amount} for the {thing}.",
    "What time does the train to {place} leave?",
    "I've been thinking about what you said.",
    "Let's go to {place} next summer!",
    "Happy birthday, {name}!",
    "Did you hear about {name}?",
    "She's moving to {place} with {name}.",
    "Buy {amount} of {thing}, milk, eggs and bread.",
    "He wasn't at school {date} because he was ill.",
    "Have you seen {name} since {date}?",
    "I'm writing to ask about the {thing}.",
    "We haven't decided yet, but I think so.",
    "If you need anything, just ask {name}.",
    "My name is {name} and I live in {place}.",
    "I was born in {place}, {date}.",
    "I've got to go now, see you {date}.",
    "Please find enclosed {amount} for the {thing}.",
    "Give my love to {name} and the kids.",
    "Who's coming to dinner on {date}?",
    "The {thing} is broken again; can you fix it?",
    "We left {place} at {time} and got home by {time}.",
    "You should've told me about {name}.",
    "I'd rather stay at home tonight, if you don't mind.",
    "The meeting with {name} is moved to {date}, {time}.",
    "Why didn't you answer my letter?",
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
