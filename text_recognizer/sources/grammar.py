"""A small grammar of English: sentences, names, dates, amounts, addresses and ends of letters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from text_recognizer.sources.vocabulary import (
    DAYS,
    DETERMINERS,
    JOINERS,
    MODALS,
    MONTHS,
    NOTES,
    OBJECTS,
    OPENERS,
    PREPOSITIONS,
    PRONOUNS,
    STREETS,
    TITLES,
    UNITS,
    draw,
    lexicon,
)

Phrase = Callable[[np.random.Generator], str]


def sentence(rng: np.random.Generator) -> str:
    """One sentence: clauses joined, sometimes opened by an adverb, quoted, or a fragment.

    Args:
        rng: decides.

    Returns:
        Printable ASCII on one line.

    Example:
        >>> sentence(np.random.default_rng(0)) == sentence(np.random.default_rng(0))
        True
    """
    roll = rng.random()
    if roll < 0.08:
        return _pick(rng, (_address, _date, _number, _letter_end))(rng) + str(
            rng.choice([".", "", ","])
        )
    if roll < 0.18:
        return _note(rng)
    if roll < 0.24:
        body = " ".join(_word(rng) for _ in range(int(rng.integers(2, 9))))
    else:
        body = _clause(rng)
        while rng.random() < 0.35:
            body += (
                _pick_text(rng, [", ", " ", ", ", "; ", " - "])
                + _pick_text(rng, JOINERS)
                + " "
                + _clause(rng)
            )
    if rng.random() < 0.12:
        body = f"{_pick_text(rng, OPENERS)}, {body}"
    if rng.random() < 0.07:
        mark = _pick_text(rng, ["?", "!", ",", "."])
        quote = _pick_text(rng, ['"', "'"])
        speaks = _pick_text(rng, ["said", "asked", "cried"])
        body = f"{quote}{_capitalise(body)}{mark}{quote} {speaks} {_name(rng)}"
    return _capitalise(body) + _pick_text(rng, [".", ".", ".", ".", ".", ".", "!", "?", ":", "..."])


def fragment(rng: np.random.Generator) -> str:
    """What stands alone on a line of a form or a list: a word, number, date, name or address.

    Args:
        rng: decides.

    Example:
        >>> len(fragment(np.random.default_rng(0))) > 0
        True
    """
    return _pick(rng, (_word, _number, _date, _name, _address))(rng)


def _clause(rng: np.random.Generator) -> str:
    roll = rng.random()
    if roll < 0.4:
        subject, verb = _pick_text(rng, PRONOUNS), draw(rng, "VBD")
    elif roll < 0.55:
        subject, verb = _noun_phrase(rng), f"{_pick_text(rng, MODALS)} {draw(rng, 'VB')}"
    elif roll < 0.7:
        subject, verb = _noun_phrase(rng), f"was {draw(rng, 'VBG')}"
    elif roll < 0.8:
        subject, verb = (
            _plural(rng),
            f"{_pick_text(rng, ['are', 'were', 'have been'])} {draw(rng, 'VBN')}",
        )
    elif roll < 0.9:
        subject, verb = _name(rng), draw(rng, "VBZ")
    else:
        subject, verb = _noun_phrase(rng), f"is {draw(rng, 'RB')} {draw(rng, 'JJ')}"
    words = [subject, verb]
    if rng.random() < 0.55:
        words.append(_pick(rng, (_noun_phrase, _noun_phrase, _plural, _object, _amount))(rng))
    if rng.random() < 0.5:
        words.append(_pick_text(rng, PREPOSITIONS))
        words.append(_pick(rng, (_noun_phrase, _name, _plural, _date))(rng))
    if rng.random() < 0.15:
        words.append(draw(rng, "RB"))
    return " ".join(words)


def _noun_phrase(rng: np.random.Generator) -> str:
    words = [_pick_text(rng, DETERMINERS)]
    if rng.random() < 0.45:
        words.append(draw(rng, "JJ"))
    words.append(draw(rng, "NN"))
    if words[0] == "a" and words[1][0] in "aeiou":
        words[0] = "an"
    return " ".join(words) + ("'s " + draw(rng, "NN") if rng.random() < 0.05 else "")


def _plural(rng: np.random.Generator) -> str:
    return f"{draw(rng, 'JJ')} {draw(rng, 'NNS')}" if rng.random() < 0.5 else draw(rng, "NNS")


def _object(rng: np.random.Generator) -> str:
    return _pick_text(rng, OBJECTS)


def _word(rng: np.random.Generator) -> str:
    """Any word; open classes by size, so that spelling and not grammar decides."""
    tag = _pick_text(rng, ["NN", "NN", "NNS", "JJ", "VB", "VBD", "VBG", "VBN", "RB", "NNP", "NNP"])
    words, _ = lexicon()[tag]
    return words[int(rng.integers(len(words)))]


def _name(rng: np.random.Generator) -> str:
    name = draw(rng, "NNP")
    roll = rng.random()
    if roll < 0.2:
        return f"{_pick_text(rng, TITLES)} {name}"
    if roll < 0.35:
        return f"{_initial(rng)} {name}"
    return f"{name} {draw(rng, 'NNP')}" if roll < 0.55 else name


def _initial(rng: np.random.Generator) -> str:
    return chr(65 + int(rng.integers(26))) + "."


def _date(rng: np.random.Generator) -> str:
    day, month, year = (
        int(rng.integers(1, 32)),
        int(rng.integers(1, 13)),
        int(rng.integers(1700, 2040)),
    )
    name = MONTHS[month - 1]
    return _pick_text(
        rng,
        [
            f"{day} {name} {year}",
            f"{name} {day}, {year}",
            f"{day}/{month}/{year}",
            f"{name} {day}",
            str(year),
            f"{_pick_text(rng, DAYS)}, {name} {day}",
            _pick_text(rng, DAYS),
            f"{year}-{month:02}-{day:02}",
        ],
    )


def _amount(rng: np.random.Generator) -> str:
    number = int(10 ** rng.uniform(0, 5))
    cents = f".{int(rng.integers(100)):02}" if rng.random() < 0.4 else ""
    return _pick_text(
        rng,
        [
            f"${number:,}{cents}",
            f"{number} {_pick_text(rng, UNITS)}",
            f"{number}%",
            f"{number}{cents}",
        ],
    )


def _number(rng: np.random.Generator) -> str:
    digits = "".join(str(int(d)) for d in rng.integers(0, 10, int(rng.integers(2, 9))))
    phone = f"({digits[:3]}) {digits[3:6]}-{digits[-4:]}"
    code = f"{chr(65 + int(rng.integers(26)))}{digits[:4]}"
    return _pick_text(
        rng, [digits, phone, _time(rng), f"No. {digits}", f"#{digits[:3]}", code, _amount(rng)]
    )


def _time(rng: np.random.Generator) -> str:
    return f"{int(rng.integers(1, 13))}:{int(rng.integers(60)):02}"


def _address(rng: np.random.Generator) -> str:
    number = int(rng.integers(1, 9999))
    return f"{number} {draw(rng, 'NNP')} {_pick_text(rng, STREETS)}" + (
        f", {draw(rng, 'NNP')}" if rng.random() < 0.5 else ""
    )


def _note(rng: np.random.Generator) -> str:
    """What people write to each other, with names, dates and amounts of their own."""
    note = _pick_text(rng, NOTES)
    for slot, phrase in _SLOTS.items():
        while slot in note:
            note = note.replace(slot, phrase(rng), 1)
    return note


def _letter_end(rng: np.random.Generator) -> str:
    start = _pick_text(
        rng, ["Dear", "Yours sincerely,", "Best wishes,", "Love,", "P.S.", "To:", "cc:", "Re:"]
    )
    return f"{start} {_name(rng)}"


_SLOTS: dict[str, Phrase] = {
    "{name}": _name,
    "{thing}": lambda rng: draw(rng, "NN"),
    "{date}": _date,
    "{time}": _time,
    "{amount}": _amount,
    "{place}": lambda rng: draw(rng, "NNP"),
}


def _pick(rng: np.random.Generator, choices: tuple[Phrase, ...]) -> Phrase:
    return choices[int(rng.integers(len(choices)))]


def _pick_text(rng: np.random.Generator, choices: list[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
