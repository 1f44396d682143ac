"""From frame probabilities to text: greedy, and a prefix beam search with a language model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import InputError
from text_recognizer.reading.ctc import BLANK, align, check_log_probs, collapse, expand
from text_recognizer.reading.prefixes import Language, PrefixTree, Scores, ranked

__all__ = ["FrameSpan", "Hypothesis", "beam", "beam_search", "collapse", "expand", "greedy"]


@dataclass(frozen=True)
class FrameSpan:
    """One decoded character and its frames.

    Args:
        character: A single character.
        start: Its first frame.
        end: The frame after its last.
        confidence: Its largest probability over these frames, 0..1 (see ``core.readings``).

    Example:
        >>> FrameSpan("a", 3, 5, 0.9).end
        5
    """

    character: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class Hypothesis:
    """One text that the beam search kept.

    Args:
        ids: The ids of the text.
        score: Its log-probability, plus weighted language score and bonus where these are used.

    Example:
        >>> Hypothesis((1, 2), -0.5).ids
        (1, 2)
    """

    ids: tuple[int, ...]
    score: float


def greedy(log_probs: NDArray[Any], charset: Charset) -> list[FrameSpan]:
    """Take the best id of each frame and collapse: best-path decoding.

    Args:
        log_probs: (T, C) log-probabilities, C = ``len(charset)``.
        charset: The charset of the model.

    Returns:
        One span per character, in order; empty if every frame is blank or there is none.

    Raises:
        InputError: If ``log_probs`` is no lattice over this charset.

    Source:
        Graves et al. (2006), section 3.2.

    Example:
        >>> lattice = np.log([[0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.8, 0.1, 0.1]])
        >>> greedy(lattice, Charset("ab"))
        [FrameSpan(character='a', start=0, end=2, confidence=0.8)]
    """
    lattice = check_log_probs(log_probs, len(charset))
    if not len(lattice):
        return []
    path = lattice.argmax(axis=1)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(path)) + 1])
    ends = np.concatenate([starts[1:], [len(path)]])
    kept = path[starts] != BLANK
    frames = list(zip(starts[kept].tolist(), ends[kept].tolist(), strict=True))
    return _spans(lattice, path[starts[kept]].tolist(), frames, charset)


def beam(
    log_probs: NDArray[Any],
    charset: Charset,
    *,
    width: int = 16,
    language: Language | None = None,
    weight: float = 0.5,
    bonus: float = 0.0,
    floor: float = -12.0,
    margin: float = math.inf,
) -> list[FrameSpan]:
    """Find the most probable text by prefix beam search, then align it to the frames.

    Args:
        log_probs: (T, C) log-probabilities, C = ``len(charset)``.
        charset: The charset of the model.
        width: Texts kept per frame, at least 1.
        language: A character language model over the same charset, or none.
        weight: Exponent of the language model's probability, at least 0.
        bonus: Added to the log score for every character; it offsets the language model's
            preference for short texts.
        floor: Ids below this log-probability in a frame are not tried there; minus infinity
            tries all.
        margin: Texts whose score lies further than this behind the best are dropped.

    Returns:
        One span per character of the best text.

    Raises:
        InputError: If ``log_probs`` is no lattice over this charset or a setting is out of range.

    Example:
        >>> lattice = np.log([[0.6, 0.4], [0.6, 0.4]])
        >>> "".join(s.character for s in greedy(lattice, Charset("a")))
        ''
        >>> "".join(s.character for s in beam(lattice, Charset("a")))
        'a'
    """
    lattice = check_log_probs(log_probs, len(charset))
    best = beam_search(
        lattice,
        width=width,
        language=language,
        weight=weight,
        bonus=bonus,
        floor=floor,
        margin=margin,
    )[0].ids
    return _spans(lattice, best, align(lattice, best), charset)


def beam_search(
    log_probs: NDArray[Any],
    *,
    width: int = 16,
    language: Language | None = None,
    weight: float = 0.5,
    bonus: float = 0.0,
    floor: float = -12.0,
    margin: float = math.inf,
) -> list[Hypothesis]:
    """The best texts, best first; the settings are those of :func:`beam`.

    A prefix keeps two log-probabilities, of its paths that end in a blank and of those that end
    in its last character, because only the former may repeat that character.

    Returns:
        At most ``width`` hypotheses, at least one.

    Raises:
        InputError: If ``log_probs`` is no lattice or a setting is out of range.

    Source:
        Graves & Jaitly (2014), ICML, algorithm 1; Hannun et al. (2014), arXiv:1408.2873.

    Example:
        >>> [h.ids for h in beam_search(np.log([[0.6, 0.4], [0.6, 0.4]]))]
        [(1,), ()]
    """
    lattice = check_log_probs(log_probs)
    _check_settings(width, weight, floor, margin)
    tree = PrefixTree(language, weight=weight, bonus=bonus)
    kept: Scores = {0: (0.0, -math.inf)}
    tried = lattice >= floor
    tried[:, BLANK] = False
    for frame, columns in zip(lattice.tolist(), map(np.flatnonzero, tried), strict=True):
        kept = tree.extend(kept, frame, columns.tolist(), width=width, margin=margin)
    return [Hypothesis(tree.ids(node), score) for node, score in ranked(kept)]


def _check_settings(width: int, weight: float, floor: float, margin: float) -> None:
    if width < 1 or not weight >= 0 or not floor < 0 or not margin > 0:
        raise InputError(
            "a beam search needs width >= 1, weight >= 0, floor < 0 (a log-probability) and "
            f"margin > 0; received width={width!r}, weight={weight!r}, floor={floor!r}, "
            f"margin={margin!r}; the defaults are 16, 0.5, -12 and infinity"
        )


def _spans(
    lattice: NDArray[np.float64],
    ids: Sequence[int],
    frames: Sequence[tuple[int, int]],
    charset: Charset,
) -> list[FrameSpan]:
    """Put characters, frames and confidences together."""
    return [
        FrameSpan(
            charset.characters[each - 1],
            start,
            end,
            min(1.0, float(np.exp(lattice[start:end, each].max()))),
        )
        for each, (start, end) in zip(ids, frames, strict=True)
    ]
