"""A character n-gram with Witten-Bell smoothing: what letters follow which.

It is trained on text that the caller names, and refuses texts that share a passage with the
ones it will be judged on.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError, InputError, ParseError

MAX_ORDER = 8
_FORMAT = 1


class CharacterLanguage:
    """Probabilities of the next character given the ones before, over the ids of a charset.

    The probability of a character after a context interpolates what was counted after that
    context with the probability after the context shortened by its oldest character::

        P(c | h) = (count(h c) + kinds(h) * P(c | h')) / (count(h) + kinds(h))

    where ``kinds(h)`` is the number of different characters seen after ``h``; below the empty
    context lies the uniform distribution. A context reaches back to the start of its line.

    Build one with :meth:`train` or :meth:`load`.

    Args:
        charset: The charset whose ids are counted.
        order: Length of the n-grams: a context has ``order - 1`` characters.
        tables: For each context length 0..order-1 an array (N, 3) of context code, id and count,
            sorted.

    Source:
        Witten & Bell (1991), "The zero-frequency problem", IEEE Transactions on Information
        Theory 37(4); Chen & Goodman (1999), Computer Speech & Language 13(4), section 2.5.

    Example:
        >>> language = CharacterLanguage.train(["abab abab"], Charset(" ab"), order=3)
        >>> row = np.exp(language.log_probs(Charset(" ab").encode("a")))
        >>> int(row[1:].argmax()) + 1 == Charset(" ab").encode("b")[0]
        True
    """

    def __init__(self, charset: Charset, order: int, tables: Sequence[NDArray[np.uint64]]) -> None:
        """Keep the tables and find the rows of each context in them."""
        _check_order(order, len(charset))
        if len(tables) != order:
            raise InputError(
                f"a model of order {order} has {order} tables; received {len(tables)}; "
                "build it with CharacterLanguage.train or load"
            )
        self.charset = charset
        self.order = order
        self._tables = [np.asarray(table, dtype=np.uint64) for table in tables]
        self._row = lru_cache(maxsize=50_000)(self._compute_row)

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        charset: Charset,
        *,
        order: int = 5,
        minimum: int = 1,
        forbidden: Iterable[str] = (),
    ) -> CharacterLanguage:
        """Count the n-grams of texts.

        Args:
            texts: One line of text each; normalised to the charset here.
            charset: The charset of the reader that will use the model.
            order: Length of the n-grams, 1..8.
            minimum: N-grams of three and more characters seen less often are dropped, which
                makes the model smaller.
            forbidden: Texts the model will be judged on: a training text that shares six words
                in a row with one of them is refused.

        Returns:
            The model.

        Raises:
            InputError: If there is no text, or one of them overlaps with ``forbidden``.
            ConfigError: If ``order`` or ``minimum`` is out of range.

        Example:
            >>> CharacterLanguage.train(["to be or not"], Charset.english(), order=2).order
            2
        """
        _check_order(order, len(charset))
        if minimum < 1:
            raise ConfigError(f"minimum is at least 1; received {minimum!r}; 1 keeps all n-grams")
        guard = {run for text in forbidden for run in _runs(text)}
        lines: list[list[int]] = []
        for text in [texts] if isinstance(texts, str) else texts:
            shared = next((run for run in _runs(text) if run in guard), None)
            if shared is not None:
                raise InputError(
                    "a language model must not see the texts it is judged on; received a text "
                    f"with {' '.join(shared)!r}; remove it from the training texts"
                )
            lines.append(charset.encode(charset.normalize(text)))
        if not any(lines):
            raise InputError(
                "a language model needs text within its charset; received none; pass lines of text"
            )
        return cls(charset, order, _count(lines, order, len(charset), minimum))

    def log_probs(self, context: Sequence[int]) -> NDArray[np.float64]:
        """Log-probabilities of the next character.

        Args:
            context: The ids before it, the nearest last; only the last ``order - 1`` count, and
                fewer mean that the line starts there.

        Returns:
            (C,) natural logarithms; those of ids 1..C-1 are of probabilities that sum to 1, the
            entry of the blank is 0 so that a blank costs nothing. Read-only.

        Example:
            >>> language = CharacterLanguage.train(["aab"], Charset("ab"), order=1)
            >>> np.exp(language.log_probs([]))[1:].round(2).tolist()
            [0.6, 0.4]
        """
        reach = self.order - 1
        return self._row(tuple(context[-reach:]) if reach else ())

    def bits_per_character(self, text: str) -> float:
        """How many bits a character of this text costs on average: the log2 of the perplexity.

        Args:
            text: Text within the charset, at least one character.

        Returns:
            Bits, at least 0; the uniform distribution costs log2(C - 1).

        Raises:
            InputError: If ``text`` is empty.
            CharsetError: If it holds other characters.

        Example:
            >>> model = CharacterLanguage.train(["ab" * 50], Charset("ab"), order=2)
            >>> model.bits_per_character("abab") < 0.2
            True
        """
        ids = self.charset.encode(text)
        if not ids:
            raise InputError(f"an average needs at least one character; received {text!r}")
        total = sum(float(self.log_probs(ids[:i])[each]) for i, each in enumerate(ids))
        return -total / len(ids) / float(np.log(2.0))

    def save(self, path: str | Path) -> Path:
        """Write the model to one compressed ``.npz`` file.

        Args:
            path: Where; the suffix ``.npz`` is appended if it is missing.

        Returns:
            The path written.
        """
        target = Path(path)
        target = target if target.suffix == ".npz" else target.with_name(f"{target.name}.npz")
        meta = {"format": _FORMAT, "order": self.order, "characters": self.charset.characters}
        arrays: dict[str, NDArray[Any]] = {"meta": np.array(json.dumps(meta))}
        for length, table in enumerate(self._tables):
            # Differences of sorted codes are small numbers, which compress well.
            arrays[f"context{length}"] = np.diff(table[:, 0], prepend=np.uint64(0))
            arrays[f"id{length}"] = table[:, 1].astype(np.uint16)
            arrays[f"count{length}"] = table[:, 2].astype(np.uint32)
        np.savez_compressed(target, **arrays)  # type: ignore[arg-type]
        return target

    @classmethod
    def load(cls, path: str | Path) -> CharacterLanguage:
        """Read a model written by :meth:`save`.

        Args:
            path: The ``.npz`` file.

        Returns:
            The model.

        Raises:
            ParseError: If the file is missing, damaged or of another format.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                meta = json.loads(str(stored["meta"]))
                if meta["format"] != _FORMAT:
                    raise ValueError(f"format {meta['format']!r}, not {_FORMAT}")
                tables = [
                    np.stack(
                        [
                            np.cumsum(stored[f"context{length}"], dtype=np.uint64),
                            stored[f"id{length}"].astype(np.uint64),
                            stored[f"count{length}"].astype(np.uint64),
                        ],
                        axis=1,
                    )
                    for length in range(meta["order"])
                ]
            return cls(Charset(meta["characters"]), meta["order"], tables)
        except (OSError, KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise ParseError(
                f"a language model is a file that CharacterLanguage.save wrote; {str(path)!r} "
                f"cannot be read ({type(error).__name__}: {error}); train and save it again"
            ) from error

    def _compute_row(self, context: tuple[int, ...]) -> NDArray[np.float64]:
        base = len(self.charset)
        probabilities = np.full(base, 1.0 / (base - 1))
        padded = (0,) * (self.order - 1 - len(context)) + context
        for length, table in enumerate(self._tables):
            code = np.uint64(_code(padded[len(padded) - length :], base))
            low, high = np.searchsorted(table[:, 0], [code, code + np.uint64(1)])
            if low == high:
                break  # a context never seen: no longer one was seen either
            ids, counts = table[low:high, 1].astype(np.intp), table[low:high, 2].astype(float)
            seen = np.zeros(base)
            seen[ids] = counts
            kinds = float(len(ids))
            probabilities = (seen + kinds * probabilities) / (counts.sum() + kinds)
        row: NDArray[np.float64] = np.zeros(base)
        row[1:] = np.log(probabilities[1:])
        row.setflags(write=False)
        return row


def _check_order(order: int, base: int) -> None:
    """Codes of contexts with the id after them must fit 64 bits."""
    if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= MAX_ORDER:
        raise ConfigError(f"order is an integer in 1..{MAX_ORDER}; received {order!r}; 5 is usual")
    if base**order >= 2**63:
        raise ConfigError(
            f"runs of {order} out of {base} ids exceed 64 bits; received order={order}; "
            "lower the order"
        )


def _code(context: Sequence[int], base: int) -> int:
    """A context as one number; 0 stands before the start of the line."""
    code = 0
    for each in context:
        code = code * base + each
    return code


def _count(
    lines: Sequence[Sequence[int]], order: int, base: int, minimum: int
) -> list[NDArray[np.uint64]]:
    """For each context length the sorted (N, 3) of context code, id and count."""
    start = [0] * (order - 1)
    ids = np.fromiter(chain.from_iterable(chain(start, line) for line in lines), dtype=np.uint64)
    places = np.flatnonzero(ids)
    codes, power = np.zeros(len(places), dtype=np.uint64), 1
    tables = []
    for length in range(order):
        if length:
            codes += ids[places - length] * np.uint64(power)
            power *= base
        found, counts = np.unique(codes * np.uint64(base) + ids[places], return_counts=True)
        kept = counts >= (minimum if length >= 2 else 1)
        found, counts = found[kept], counts[kept].astype(np.uint64)
        tables.append(np.stack([*np.divmod(found, np.uint64(base)), counts], axis=1))
    return tables


def _runs(text: str, words: int = 6) -> Iterator[tuple[str, ...]]:
    """All runs of that many words, without case and punctuation."""
    plain = "".join(c if c.isalnum() or c.isspace() else "" for c in text.casefold()).split()
    for i in range(len(plain) - words + 1):
        yield tuple(plain[i : i + words])
