"""The ordered characters a reader knows; id 0 is the CTC blank."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from text_recognizer.core.errors import CharsetError

# Characters that Unicode does not decompose to the ASCII a writer would have put down.
_REPLACEMENTS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad", "-"),
    **dict.fromkeys("\u2022\u00b7", "*"),
    **{"\u2026": "...", "\u2044": "/", "\u00d7": "x", "\u00f7": "/"},
    **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"},
    **{"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D"},
    **{"þ": "th", "Þ": "Th", "\u0131": "i"},
}
_UNFIT = {"Cc": "a control character", "Cs": "half a surrogate pair"}
_MARKS = {"Mn", "Mc", "Me"}


@dataclass(frozen=True)
class Charset:
    """An ordered set of characters; id 0 is the blank, id ``i + 1`` is ``characters[i]``.

    Args:
        characters: Every character once, in the order of the network's outputs.

    Raises:
        CharsetError: If ``characters`` is empty, repeats one, or holds a control character, a
            lone surrogate or a combining mark.

    Example:
        >>> charset = Charset("abc")
        >>> len(charset), charset.encode("cab"), charset.decode([3, 0, 1, 2])
        (4, [3, 1, 2], 'cab')
    """

    characters: str

    def __post_init__(self) -> None:
        """Check the characters at birth."""
        if not isinstance(self.characters, str) or not self.characters:
            raise CharsetError(
                "a charset is a non-empty string of characters; "
                f"received {self.characters!r}; try Charset.english()"
            )
        repeated = sorted({c for c in self.characters if self.characters.count(c) > 1})
        if repeated:
            raise CharsetError(
                f"a charset holds each character once; repeated: {repeated!r}; remove the copies"
            )
        for character in self.characters:
            category = unicodedata.category(character)
            if category in _UNFIT or category in _MARKS:
                what = _UNFIT.get(category, "a combining mark")
                raise CharsetError(
                    f"a charset holds characters that stand alone; received {character!r} "
                    f"(U+{ord(character):04X}), {what}; remove it or use the composed letter"
                )

    @classmethod
    def english(cls) -> Charset:
        """All 95 printable ASCII characters, space first: 96 ids with the blank.

        Example:
            >>> len(Charset.english())
            96
        """
        return cls("".join(chr(code) for code in range(0x20, 0x7F)))

    def __len__(self) -> int:
        """Number of ids, the blank included: the width of the network's output."""
        return len(self.characters) + 1

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {character: i for i, character in enumerate(self.characters, start=1)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the characters in order, in hex: equal digests mean equal ids.

        Example:
            >>> Charset("ab").digest[:8]
            'fb8e20fc'
        """
        return sha256(self.characters.encode()).hexdigest()

    def encode(self, text: str) -> list[int]:
        """Turn text into ids, one per character, none of them blank.

        Args:
            text: Any string of characters of this charset.

        Returns:
            ``len(text)`` ids in 1..``len(self) - 1``.

        Raises:
            CharsetError: If ``text`` is no string or holds other characters; the message lists
                them all.

        Example:
            >>> Charset("abc").encode("ba")
            [2, 1]
        """
        if not isinstance(text, str):
            raise CharsetError(
                f"encode takes a str; received {text!r} ({type(text).__name__}); pass the text"
            )
        missing = sorted(set(text) - self._ids.keys())
        if missing:
            shown = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing[:20])
            more = f" and {len(missing) - 20} more" if len(missing) > 20 else ""
            raise CharsetError(
                f"text must consist of the {len(self.characters)} characters of the charset; "
                f"not in it: {shown}{more}; call Charset.normalize(text) first or widen the charset"
            )
        return [self._ids[character] for character in text]

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text: blanks are skipped, repeats are kept (nothing is collapsed).

        Args:
            ids: Integers in 0..``len(self) - 1``; numpy integers are welcome.

        Returns:
            The characters of the ids other than 0.

        Raises:
            CharsetError: If an id is no integer or out of range.

        Example:
            >>> Charset("abc").decode([0, 1, 1, 0, 2])
            'aab'
        """
        pieces = []
        for position, each in enumerate(ids):
            try:
                index = operator.index(each)
            except TypeError:
                index = -1
            if not 0 <= index < len(self):
                raise CharsetError(
                    f"ids are integers in 0..{len(self) - 1}; received {each!r} at position "
                    f"{position}; check that the ids come from this charset (digest "
                    f"{self.digest[:8]})"
                )
            if index:
                pieces.append(self.characters[index - 1])
        return "".join(pieces)

    def covers(self, text: str) -> bool:
        """Whether every character of ``text`` has an id.

        Example:
            >>> Charset("abc").covers("cab"), Charset("abc").covers("dab")
            (True, False)
        """
        return set(text) <= self._ids.keys()

    def normalize(self, text: str) -> str:
        """Bring text into the charset: what has a plain equivalent is replaced, the rest dropped.

        Compatibility forms are folded (NFKC), curly quotes, dashes and ellipses become ASCII,
        accents are stripped, runs of white space become one space, and the ends are stripped.
        A character that is in the charset is never changed. Applying it twice changes nothing.

        Args:
            text: Any string.

        Returns:
            Text that :meth:`encode` takes.

        Raises:
            CharsetError: If ``text`` is no string.

        Example:
            >>> Charset.english().normalize("“Naïve”  —  ½ Œuvre… 日")
            '"Naive" - 1/2 OEuvre...'
        """
        if not isinstance(text, str):
            raise CharsetError(
                f"normalize takes a str; received {text!r} ({type(text).__name__}); pass the text"
            )
        composed = unicodedata.normalize("NFC", text)
        plain = "".join(self._plain(character) for character in composed)
        return " ".join(plain.split()) if " " in self._ids else "".join(plain.split())

    def _plain(self, character: str) -> str:
        """The closest text to one character within the charset, white space kept for later."""
        if character in self._ids:
            return character
        if character.isspace():
            return " "
        folded = _REPLACEMENTS.get(character) or unicodedata.normalize("NFKD", character)
        pieces = []
        for each in folded:
            if each in self._ids or each.isspace():
                pieces.append(each if each in self._ids else " ")
            else:
                pieces.extend(c for c in _REPLACEMENTS.get(each, "") if c in self._ids)
        return "".join(pieces)
