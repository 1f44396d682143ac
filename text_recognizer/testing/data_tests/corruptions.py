"""Two dozen ways in which a set of labelled lines goes wrong, each with its story.

A corruption hits a chosen share of the rows and leaves the others alone, so that a test of data
can be asked which share it notices.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations.table import Row
from text_recognizer.data.manifest import SPLITS
from text_recognizer.testing.data_tests import damage

Places = Sequence[int]
#: Lines whose texts are swapped by ``same length`` differ by at most so many characters.
_ALIKE = 1


@dataclass(frozen=True, kw_only=True)
class Corruption:
    """One way to break a set.

    Args:
        name: A few words.
        story: How it comes about, one clause.
        one: Changes a single row; or
        some: changes rows at given places of the list, and returns the new list.
        blind_because: Why no rule over measured columns can see it; empty if one should.

    Example:
        >>> from text_recognizer.data.expectations import read_rows
        >>> broken = CORRUPTIONS["texts empty"](read_rows(["test"], limit=20), 0.1, seed=0)
        >>> sum(row.text == "" for row in broken)
        2
    """

    name: str
    story: str
    one: Callable[[Row], Row] | None = None
    some: Callable[[list[Row], Places], list[Row]] | None = None
    blind_because: str = ""

    def __call__(
        self, rows: Sequence[Row], share: float, *, seed: int | Sequence[int]
    ) -> list[Row]:
        """A broken copy of the rows.

        Args:
            rows: At least one; left as they are.
            share: Of the rows to hit, above 0 to 1; at least one row is, two where texts move
                between rows. Rows that the change would leave as they are, such as one without a
                quote to curl, are passed over, so fewer are hit where too few can be.
            seed: Decides which.

        Returns:
            The rows, in order; copies of rows follow at the end.

        Raises:
            InputError: If there is no row, or the share is out of its range.
        """
        if not rows or not 0 < share <= 1:
            raise InputError(
                "a corruption takes rows and the share of them to hit, above 0 to 1; received "
                f"{len(rows)} rows and {share!r}; 0.05 is usual"
            )
        count = max(1, round(share * len(rows)))
        order = [int(place) for place in np.random.default_rng(seed).permutation(len(rows))]
        if self.some is not None:
            return self.some(list(rows), order[: max(2, count)])
        return self._each(rows, order, count)

    def _each(self, rows: Sequence[Row], order: Places, count: int) -> list[Row]:
        broken, left = list(rows), count
        for place in order:
            if not left:
                break
            changed = self.one(rows[place]) if self.one else rows[place]
            if changed != rows[place]:
                broken[place] = changed
                left -= 1
        return broken


def _shifted(rows: list[Row], places: Places) -> list[Row]:
    """From one row on, as many texts as are to be hit stand one row too late."""
    start = min(places[0], len(rows) - len(places))
    texts = [row.text for row in rows]
    for place in range(start, start + len(places)):
        rows[place] = replace(rows[place], text=texts[place - 1])
    return rows


def _shuffled(rows: list[Row], places: Places) -> list[Row]:
    """Every hit row gets the text of the next hit one: none keeps its own."""
    return _moved(rows, places, [*places[1:], places[0]])


def _same_length(rows: list[Row], places: Places) -> list[Row]:
    """Hit rows get the text of another row of the same hand and nearly the same length."""
    start = places[0]
    order = sorted(range(len(rows)), key=lambda place: (rows[place].writer, len(rows[place].text)))
    pairs = [
        (one, two)
        for one, two in itertools.pairwise(order)
        if rows[one].writer == rows[two].writer
        and len(rows[two].text) - len(rows[one].text) <= _ALIKE
    ]
    chosen: list[int] = []
    for one, two in sorted(pairs, key=lambda pair: (pair[0] - start) % len(rows)):
        if len(chosen) < len(places) and one not in chosen and two not in chosen:
            chosen += [one, two]
    partners = [chosen[place ^ 1] for place in range(len(chosen))]
    return _moved(rows, chosen, partners)


def _moved(rows: list[Row], places: Places, sources: Places) -> list[Row]:
    texts = [row.text for row in rows]
    for place, source in zip(places, sources, strict=True):
        rows[place] = replace(rows[place], text=texts[source])
    return rows


def _copied(rows: list[Row], places: Places) -> list[Row]:
    return rows + [replace(rows[place], id=f"{rows[place].id}-copy") for place in places]


def _joined_twice(rows: list[Row], places: Places) -> list[Row]:
    return rows + [rows[place] for place in places]


def _leaked(row: Row) -> Row:
    return replace(row, split=SPLITS[(SPLITS.index(row.split) + 1) % len(SPLITS)])


def _text(name: str, change: Any, story: str, blind_because: str = "") -> Corruption:
    one = damage.with_text(change)
    return Corruption(name=name, story=story, one=one, blind_because=blind_because)


def _picture(name: str, change: Any, story: str, blind_because: str = "") -> Corruption:
    one = damage.with_picture(change)
    return Corruption(name=name, story=story, one=one, blind_because=blind_because)


def _all() -> list[Corruption]:
    return [
        _text("texts empty", damage.emptied, "an export lost the field"),
        _text("texts truncated", damage.truncated, "the field is too short for the text"),
        _text("HTML entities", damage.escaped, "texts were copied out of a page"),
        _text("mojibake", damage.misdecoded, "UTF-8 was opened as Windows-1252"),
        _text("curly quotes", damage.curled, "texts went through a word processor"),
        _text(
            *("one letter wrong", damage.misspelt, "somebody typed carelessly"),
            "the text is still one that a line may have",
        ),
        Corruption(name="texts one row late", story="a header was counted as a row", some=_shifted),
        Corruption(name="texts shuffled", story="one column was sorted alone", some=_shuffled),
        Corruption(
            name="texts swapped, same length",
            story="two annotators sat side by side",
            some=_same_length,
            blind_because="each text would fit the picture it got",
        ),
        _picture("inverted", damage.inverted, "a scanner was set to negatives"),
        _picture("blank", damage.blank, "the crop missed the writing"),
        _picture("cropped", damage.cropped, "the box of the line was too short"),
        _picture("sideways", damage.sideways, "the rotation a camera noted was not applied"),
        _picture(
            *("upside down", damage.upside_down, "sheets were fed from the other end"),
            "size, ink and contrast stay; only the mean of a whole set gives it away",
        ),
        _picture(
            *("mirrored", damage.mirrored, "an augmentation for photos was left on"),
            "size, ink and contrast stay",
        ),
        _picture("thumbnail", damage.thumbnail, "previews were fetched instead of scans"),
        _picture("blurred", damage.blurred, "previews were enlarged again"),
        _picture("faint", damage.faint, "the exposure was wrong"),
        _picture("JPEG ruined", damage.jpeg_ruined, "quality 2 was taken for 2 of 10"),
        _picture("file cut off", damage.cut_off, "an upload broke"),
        Corruption(name="rows joined twice", story="a join had two matches", some=_joined_twice),
        Corruption(name="copies under new ids", story="a page was scanned twice", some=_copied),
        Corruption(name="writer in two splits", story="lines were split, not hands", one=_leaked),
        Corruption(
            name="split misspelt",
            story="two tools name splits differently",
            one=lambda row: replace(row, split=row.split.capitalize()),
        ),
        Corruption(
            name="columns swapped",
            story="a CSV was written with another order",
            one=lambda row: replace(row, id=row.text, text=row.id),
        ),
    ]


#: All corruptions by name, in the order of the tables.
CORRUPTIONS: dict[str, Corruption] = {each.name: each for each in _all()}


def named(name: str) -> Corruption:
    """The corruption of a name.

    Raises:
        InputError: If there is none; the message lists them.

    Example:
        >>> named("mirrored").blind_because
        'size, ink and contrast stay'
    """
    if name not in CORRUPTIONS:
        raise InputError(
            f"a corruption is one of {', '.join(CORRUPTIONS)}; received {name!r}; choose one"
        )
    return CORRUPTIONS[name]
