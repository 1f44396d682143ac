"""Connectionist temporal classification: paths, texts and what lies between them.

A network puts out one distribution over ids per frame; id 0 is the blank. A *path* is one id per
frame. Its text is found by merging repeats and dropping blanks, so many paths spell one text, and
the probability of a text is the sum over its paths. All probabilities are natural logarithms
unless a name says otherwise.

Source:
    Graves, Fernández, Gomez & Schmidhuber (2006), "Connectionist temporal classification:
    labelling unsegmented sequence data with recurrent neural networks", ICML.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError

BLANK = 0


def collapse(path: Iterable[int]) -> list[int]:
    """The text of a path: merge repeats, then drop blanks (the map B of the paper).

    Args:
        path: One id per frame.

    Returns:
        The ids of the text, none of them blank.

    Example:
        >>> collapse([1, 1, 0, 1, 2, 2, 0])
        [1, 1, 2]
    """
    return [int(each) for each, _ in itertools.groupby(path) if each != BLANK]


def expand(ids: Sequence[int], *, repeats: int = 1, blanks: int = 0) -> list[int]:
    """One path of a text: the inverse of :func:`collapse`, as ``collapse(expand(ids)) == ids``.

    Args:
        ids: The ids of a text, none of them blank.
        repeats: Frames per character, at least 1.
        blanks: Blank frames between characters, at least 0; between two equal characters there
            is always at least one, since the text would lose one of them otherwise.

    Returns:
        One id per frame.

    Raises:
        InputError: If an id is blank or a count is out of range.

    Example:
        >>> expand([1, 1, 2], repeats=2)
        [1, 1, 0, 1, 1, 2, 2]
    """
    _check_ids(ids)
    if repeats < 1 or blanks < 0:
        raise InputError(
            f"expand needs repeats >= 1 and blanks >= 0; received {repeats} and {blanks}; "
            "every character needs a frame"
        )
    path: list[int] = []
    for each in ids:
        if path:
            path += [BLANK] * max(blanks, int(path[-1] == each))
        path += [int(each)] * repeats
    return path


def all_paths(frames: int, classes: int) -> Iterator[tuple[int, ...]]:
    """Every path of a toy lattice, ``classes ** frames`` of them, in lexicographic order.

    Args:
        frames: Number of frames, at least 0.
        classes: Number of ids, the blank included.

    Yields:
        Paths.

    Raises:
        InputError: If there are more than a million paths.

    Example:
        >>> [path for path in all_paths(2, 2) if collapse(path) == [1]]
        [(0, 1), (1, 0), (1, 1)]
    """
    if frames < 0 or classes < 1 or classes**frames > 1_000_000:
        raise InputError(
            f"all_paths is for toys of at most a million paths; received {frames} frames and "
            f"{classes} classes; use log_likelihood, which needs no enumeration"
        )
    return itertools.product(range(classes), repeat=frames)


def path_probability(log_probs: NDArray[Any], path: Sequence[int]) -> float:
    """The probability of one path: the product of its ids' probabilities (not a logarithm).

    Args:
        log_probs: (T, C) log-probabilities.
        path: T ids in 0..C-1.

    Returns:
        A value in 0..1.

    Raises:
        InputError: If the path has another length or an id out of range.

    Example:
        >>> round(path_probability(np.log([[0.9, 0.1], [0.5, 0.5]]), [0, 1]), 6)
        0.45
    """
    lattice = check_log_probs(log_probs)
    frames, classes = lattice.shape
    if len(path) != frames or any(not 0 <= each < classes for each in path):
        raise InputError(
            f"a path has one id in 0..{classes - 1} for each of the {frames} frames; received "
            f"{list(path)!r}; to score a text use log_likelihood"
        )
    return float(np.exp(lattice[np.arange(frames), list(path)].sum()))


def log_likelihood(log_probs: NDArray[Any], ids: Sequence[int]) -> float:
    """The log-probability of a text: the sum over all of its paths, by the forward algorithm.

    It is minus what ``torch.nn.functional.ctc_loss`` with ``reduction="sum"`` returns.

    Args:
        log_probs: (T, C) log-probabilities.
        ids: The ids of a text, none of them blank.

    Returns:
        A value <= 0; minus infinity if the text does not fit into T frames.

    Raises:
        InputError: If an id is blank or out of range.

    Source:
        Graves et al. (2006), equations 6 to 8, in log space.

    Example:
        >>> lattice = np.log([[0.4, 0.6], [0.7, 0.3]])
        >>> paths = [(0, 1), (1, 0), (1, 1)]
        >>> total = sum(path_probability(lattice, path) for path in paths)
        >>> bool(np.isclose(np.exp(log_likelihood(lattice, [1])), total))
        True
    """
    lattice = check_log_probs(log_probs)
    states, skips = _states(ids, lattice.shape[1])
    alpha = np.full(len(states), -np.inf)
    alpha[0] = 0.0  # before the first frame: as if a blank had been seen
    for t, frame in enumerate(lattice):
        step = np.logaddexp(alpha, _shifted(alpha, 1)) if t else alpha.copy()
        if t == 0 and len(states) > 1:
            step[1] = 0.0  # a path may start with the first character at once
        elif t:
            step = np.where(skips, np.logaddexp(step, _shifted(alpha, 2)), step)
        alpha = step + frame[states]
    return float(np.logaddexp.reduce(alpha[-2:])) if len(lattice) else float(alpha[-1])


def align(log_probs: NDArray[Any], ids: Sequence[int]) -> list[tuple[int, int]]:
    """The frames of each character on the most probable path of a text (Viterbi).

    Args:
        log_probs: (T, C) log-probabilities.
        ids: The ids of a text, none of them blank.

    Returns:
        One (first frame, frame after the last) for each id.

    Raises:
        InputError: If the text cannot be spelled in T frames.

    Source:
        Viterbi (1967), IEEE Transactions on Information Theory 13(2), on the lattice of
        Graves et al. (2006).

    Example:
        >>> align(np.log([[0.1, 0.9], [0.8, 0.2], [0.2, 0.8]]), [1, 1])
        [(0, 1), (2, 3)]
    """
    lattice = check_log_probs(log_probs)
    frames = len(lattice)
    states, skips = _states(ids, lattice.shape[1])
    score = np.full(len(states), -np.inf)
    score[0] = 0.0
    moves = np.zeros((frames, len(states)), dtype=np.int8)
    for t, frame in enumerate(lattice):
        if t == 0:
            score[1:2] = 0.0
        else:
            skip = np.where(skips, _shifted(score, 2), -np.inf)
            options = np.stack([score, _shifted(score, 1), skip])
            moves[t] = options.argmax(axis=0)
            score = options.max(axis=0)
        score = score + frame[states]
    last = len(states) - 1
    state = max(last - 1, 0) if last and score[last - 1] > score[last] else last
    if not ids:
        return []
    if not frames or score[state] == -np.inf:
        raise InputError(
            f"a text of {len(ids)} characters must fit its frames, repeats with a blank between; "
            f"received {frames} frames where it has probability 0; check text and lattice"
        )
    spans = [(frames, 0)] * len(ids)
    for t in range(frames - 1, -1, -1):
        if state % 2:
            start, end = spans[state // 2]
            spans[state // 2] = (min(start, t), max(end, t + 1))
        state -= int(moves[t, state])
    return spans


def check_log_probs(log_probs: Any, classes: int | None = None) -> NDArray[np.float64]:
    """Check a lattice and return it as float64.

    Args:
        log_probs: (T, C) log-probabilities; each row's probabilities sum to 1 within 0.05, which
            forgives half precision and quantisation and refuses logits.
        classes: The C to expect, if known.

    Returns:
        The same values, float64.

    Raises:
        InputError: For another shape, NaN, or rows that are not log-probabilities.

    Example:
        >>> check_log_probs([[0.0, -np.inf]]).shape
        (1, 2)
    """
    lattice = np.asarray(log_probs, dtype=np.float64)
    if lattice.ndim != 2 or lattice.shape[1] < 1 or classes not in (None, lattice.shape[1]):
        raise InputError(
            f"a lattice has shape (T, {classes or 'C'}), frames by classes; received shape "
            f"{lattice.shape}; pass one line at a time, with the charset of its model"
        )
    if len(lattice):
        sums = np.exp(np.minimum(lattice, 50.0)).sum(axis=1)
        if not (np.abs(sums - 1.0) < 0.05).all():  # NaN fails as well
            row = int(np.argmin(np.abs(sums - 1.0) < 0.05))
            raise InputError(
                f"the probabilities of a frame sum to 1; those of frame {row} sum to "
                f"{sums[row]:.6g}; apply log_softmax to the network's output"
            )
    return lattice


def _check_ids(ids: Sequence[int], classes: int | None = None) -> None:
    for each in ids:
        if each < 1 or (classes is not None and each >= classes):
            raise InputError(
                f"the ids of a text lie in 1..{'C-1' if classes is None else classes - 1}, 0 being "
                f"the blank; received {list(ids)!r}; collapse a path first"
            )


def _states(ids: Sequence[int], classes: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Blank, id, blank, ..., blank, and where the blank before an id may be skipped."""
    _check_ids(ids, classes)
    states = np.zeros(2 * len(ids) + 1, dtype=np.intp)
    states[1::2] = np.asarray(ids, dtype=np.intp)
    skips = np.zeros(len(states), dtype=np.bool_)
    skips[3::2] = states[3::2] != states[1:-2:2]
    return states, skips


def _shifted(values: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    """The values moved to higher states, minus infinity where nothing comes from."""
    moved = np.full_like(values, -np.inf)
    moved[by:] = values[:-by]
    return moved
