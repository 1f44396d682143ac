"""English text for rendering: a small grammar over word frequencies, with names, dates and amounts.

The words are drawn from ``words.tsv`` (see ``words.LICENSE.md``), so that a reader meets common words
often and rare ones sometimes. Frequencies are flattened: out-of-domain error falls with the diversity
of the text (Vogler et al., "Lacuna reconstruction", 2022, and our own trials).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import numpy as np

from text_recognizer.core.errors import ConfigError

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DETERMINERS = "the the the a a this that his her my our your their each some no every another".split()
_PRONOUNS = "I you he she it we they".split()
_OBJECTS = "me you him her it us them everyone nothing something".split()
_MODALS = "will would can could should must may might won't can't didn't wouldn't shall".split()
_JOINERS = "and but or so because when while if that as although until before after since".split()
_PREPOSITIONS = "of in to for with on at by from about over under between into near through across".split()
_OPENERS = "However Then Today Yesterday Perhaps Meanwhile Still Later Once Often Finally Again".split()
_TITLES = "Mr. Mrs. Ms. Dr. Prof. Miss Sir Capt.".split()
_STREETS = "Street Road Avenue Lane St. Rd. Ave. Square Drive Court".split()
_UNITS = "kg km miles pounds hours minutes days weeks metres feet litres pages cm % pm am".split()


@functools.cache
def _lexicon() -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Words by tag with the cumulative probability of each, flattened by an exponent of 0.55."""
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
            raise ConfigError(f"longest must be at least 8 characters, got {self.longest}; raise it")
        if not 0 <= self.upper <= 1:
            raise ConfigError(f"upper must be a share from 0 to 1, got {self.upper}")

    def line(self, rng: np.random.Generator) -> str:
        """One line of 1 to ``longest`` characters, cut from running text as a page would cut it."""
        if rng.random() < 0.06:
            text = _pick(rng, (_word, _number, _date, _name, _address))(rng)[: self.longest].strip()
        else:
            limit = int(rng.triangular(6, 0.62 * self.longest, self.longest + 1))
            words = self.paragraph(rng, characters=self.longest + 60).split()
            words = words[int(rng.integers(0, max(1, len(words) // 3))) :]
            text = _fill(words, limit)
        return text.upper() if rng.random() < self.upper else text

    def paragraph(self, rng: np.random.Generator, *, characters: int) -> str:
        """Running sentences of at least ``characters`` characters, on one line."""
        parts: list[str] = []
        while sum(map(len, parts)) + len(parts) < characters:
            parts.append(sentence(rng))
        return " ".join(parts)

    def lines(self, rng: np.random.Generator, *, count: int, width: int) -> list[str]:
        """A paragraph wrapped into ``count`` lines of at most ``width`` characters."""
        words = self.paragraph(rng, characters=count * (width + 1) + 40).split()
        wrapped: list[str] = []
        for _ in range(count):
            line = _fill(words, width)
            words = words[len(line.split()) :]
            wrapped.append(line)
        return wrapped


def sentence(rng: np.random.Generator) -> str:
    """One sentence: clauses joined, sometimes opened by an adverb, quoted, or a fragment."""
    roll = rng.random()
    if roll < 0.08:
        return _pick(rng, (_address, _date, _number, _letter_end))(rng) + str(rng.choice([".", "", ","]))
    if roll < 0.14:
        body = " ".join(_word(rng) for _ in range(int(rng.integers(2, 9))))
    else:
        body = _clause(rng)
        while rng.random() < 0.35:
            body += _pick_text(rng, [", ", " ", ", ", "; ", " - "]) + _pick_text(rng, _JOINERS) + " " + _clause(rng)
    if rng.random() < 0.12:
        body = f"{_pick_text(rng, _OPENERS)}, {body}"
    if rng.random() < 0.07:
        mark = _pick_text(rng, ["?", "!", ",", "."])
        quote = _pick_text(rng, ['"', "'"])
        body = f"{quote}{_capitalise(body)}{mark}{quote} {_pick_text(rng, ['said', 'asked', 'cried'])} {_name(rng)}"
    return _capitalise(body) + _pick_text(rng, [".", ".", ".", ".", ".", ".", "!", "?", ":", "..."])


def _clause(rng: np.random.Generator) -> str:
    roll = rng.random()
    if roll < 0.4:
        subject, verb = _pick_text(rng, _PRONOUNS), _draw(rng, "VBD")
    elif roll < 0.55:
        subject, verb = _noun_phrase(rng), f"{_pick_text(rng, _MODALS)} {_draw(rng, 'VB')}"
    elif roll < 0.7:
        subject, verb = _noun_phrase(rng), f"was {_draw(rng, 'VBG')}"
    elif roll < 0.8:
        subject, verb = _plural(rng), f"{_pick_text(rng, ['are', 'were', 'have been'])} {_draw(rng, 'VBN')}"
    elif roll < 0.9:
        subject, verb = _name(rng), _draw(rng, "VBZ")
    else:
        subject, verb = _noun_phrase(rng), f"is {_draw(rng, 'RB')} {_draw(rng, 'JJ')}"
    words = [subject, verb]
    if rng.random() < 0.55:
        words.append(_pick(rng, (_noun_phrase, _noun_phrase, _plural, _object, _amount))(rng))
    if rng.random() < 0.5:
        words.append(f"{_pick_text(rng, _PREPOSITIONS)} {_pick(rng, (_noun_phrase, _name, _plural, _date))(rng)}")
    if rng.random() < 0.15:
        words.append(_draw(rng, "RB"))
    return " ".join(words)


def _noun_phrase(rng: np.random.Generator) -> str:
    words = [_pick_text(rng, _DETERMINERS)]
    if rng.random() < 0.45:
        words.append(_draw(rng, "JJ"))
    words.append(_draw(rng, "NN"))
    if words[0] == "a" and words[1][0] in "aeiou":
        words[0] = "an"
    return " ".join(words) + ("'s " + _draw(rng, "NN") if rng.random() < 0.05 else "")


def _plural(rng: np.random.Generator) -> str:
    return f"{_draw(rng, 'JJ')} {_draw(rng, 'NNS')}" if rng.random() < 0.5 else _draw(rng, "NNS")


def _object(rng: np.random.Generator) -> str:
    return _pick_text(rng, _OBJECTS)


def _word(rng: np.random.Generator) -> str:
    """Any word; open classes by size, so that spelling and not grammar decides."""
    tag = _pick_text(rng, ["NN", "NN", "NNS", "JJ", "VB", "VBD", "VBG", "VBN", "RB", "NNP", "NNP"])
    words, _ = _lexicon()[tag]
    return words[int(rng.integers(len(words)))]


def _name(rng: np.random.Generator) -> str:
    name = _draw(rng, "NNP")
    roll = rng.random()
    if roll < 0.2:
        return f"{_pick_text(rng, _TITLES)} {name}"
    if roll < 0.35:
        return f"{_initial(rng)} {name}"
    return f"{name} {_draw(rng, 'NNP')}" if roll < 0.55 else name


def _initial(rng: np.random.Generator) -> str:
    return chr(65 + int(rng.integers(26))) + "."


def _date(rng: np.random.Generator) -> str:
    day, month, year = int(rng.integers(1, 32)), int(rng.integers(1, 13)), int(rng.integers(1700, 2040))
    name = _MONTHS[month - 1]
    return _pick_text(
        rng,
        [f"{day} {name} {year}", f"{name} {day}, {year}", f"{day}/{month}/{year}", f"{name} {day}", str(year),
         f"{_pick_text(rng, _DAYS)}, {name} {day}", _pick_text(rng, _DAYS), f"{year}-{month:02}-{day:02}"],
    )


def _amount(rng: np.random.Generator) -> str:
    number = int(10 ** rng.uniform(0, 5))
    cents = f".{int(rng.integers(100)):02}" if rng.random() < 0.4 else ""
    return _pick_text(
        rng, [f"${number:,}{cents}", f"{number} {_pick_text(rng, _UNITS)}", f"{number}%", f"{number}{cents}"]
    )


def _number(rng: np.random.Generator) -> str:
    digits = "".join(str(int(d)) for d in rng.integers(0, 10, int(rng.integers(2, 9))))
    phone = f"({digits[:3]}) {digits[3:6]}-{digits[-4:]}"
    hour = f"{int(rng.integers(1, 13))}:{int(rng.integers(60)):02}"
    code = f"{chr(65 + int(rng.integers(26)))}{digits[:4]}"
    return _pick_text(rng, [digits, phone, hour, f"No. {digits}", f"#{digits[:3]}", code, _amount(rng)])


def _address(rng: np.random.Generator) -> str:
    number = int(rng.integers(1, 9999))
    return f"{number} {_draw(rng, 'NNP')} {_pick_text(rng, _STREETS)}" + (
        f", {_draw(rng, 'NNP')}" if rng.random() < 0.5 else ""
    )


def _letter_end(rng: np.random.Generator) -> str:
    start = _pick_text(rng, ["Dear", "Yours sincerely,", "Best wishes,", "Love,", "P.S.", "To:", "cc:", "Re:"])
    return f"{start} {_name(rng)}"


def _draw(rng: np.random.Generator, tag: str) -> str:
    words, cumulative = _lexicon()[tag]
    return words[min(int(np.searchsorted(cumulative, rng.random())), len(words) - 1)]


def _pick(
    rng: np.random.Generator, choices: tuple[Callable[[np.random.Generator], str], ...]
) -> Callable[[np.random.Generator], str]:
    return choices[int(rng.integers(len(choices)))]


def _pick_text(rng: np.random.Generator, choices: list[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fill(words: list[str], limit: int) -> str:
    """As many words as fit into ``limit`` characters; at least one, cut if need be."""
    line = words[0][:limit]
    for word in words[1:]:
        if len(line) + 1 + len(word) > limit:
            break
        line += " " + word
    return line
