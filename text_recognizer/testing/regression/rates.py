"""How often the verdict on an upgrade is wrong: equal readers, and banks chosen by the old one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage
from text_recognizer.core.readings import PageReading, Reader, Reading
from text_recognizer.stats.compare import mcnemar_exact
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.regression.upgrade import ALPHA

#: Columns and rows of paper that a jittered reader adds, at most.
REACH = 4


class JitteredReader:
    """A reader as good as another that makes other mistakes: it moves each picture by some pixels.

    Two of these with different seeds are equal readers in the sense of statistics: over all lines
    neither is better, on each line either may be.

    Args:
        reader: What reads.
        seed: Decides the moves; they depend on the picture and the seed alone.
    """

    def __init__(self, reader: Reader, seed: int) -> None:
        """Keep both."""
        self._reader = reader
        self._seed = seed

    def read(self, image: Any) -> PageReading:
        """Read a page as the reader does, without a move."""
        return self._reader.read(image)

    def read_lines(self, images: Sequence[Any]) -> list[Reading]:
        """Read images of single lines, each moved a little."""
        return self._reader.read_lines([self._moved(LineImage.open(image)) for image in images])

    def _moved(self, image: LineImage) -> LineImage:
        pixels = image.pixels
        rng = np.random.default_rng([self._seed, *pixels.shape, int(pixels.sum(dtype=np.int64))])
        top, bottom, left, right = rng.integers(0, REACH + 1, 4)
        paper = int(np.median(pixels))
        return LineImage(np.pad(pixels, ((top, bottom), (left, right)), constant_values=paper))


def rights(readers: Sequence[Reader], items: Sequence[LabelledItem]) -> NDArray[np.bool_]:
    """Which lines each reader reads without error.

    Args:
        readers: At least one.
        items: Lines.

    Returns:
        (readers, lines).
    """
    return np.array(
        [
            [not result.counts.errors for result in evaluate(reader, items)["line"].results]
            for reader in readers
        ]
    )


@dataclass(frozen=True, kw_only=True)
class VerdictRates:
    """How often each verdict was passed on an upgrade, by how the lines were chosen.

    Args:
        sample: One of :data:`SAMPLES`.
        lines: How many each time; fewer than wished where there are not as many.
        better: Share of the trials in which the new reader was called better.
        worse: Share in which it was called worse.
        trials: How many.
    """

    sample: str
    lines: int
    better: float
    worse: float
    trials: int


#: How the lines of a trial are chosen. Only the first way is fair.
SAMPLES = ("fresh lines", "old failures", "old successes", "failures and successes")


def equal_reader_rates(
    right: NDArray[np.bool_], *, lines: int = 60, trials: int = 1000, seed: int = 0
) -> list[VerdictRates]:
    """The verdicts on upgrades from one reader to an equal one: each of them is a false alarm.

    In each trial one of the readers is the old and another the new one, and ``lines`` lines are
    drawn: at random; among those that the old reader got wrong; among those it got right; or half
    and half. On old failures nothing can break, so an equal reader looks better; on old successes
    nothing can be fixed, so it looks worse.

    Args:
        right: (readers, lines) from :func:`rights`, of two equal readers or more.
        lines: Of a trial, at least 10.
        trials: At least 100.
        seed: Decides everything.

    Returns:
        One entry per sample.

    Raises:
        InputError: If there are fewer readers, lines or trials.

    Example:
        >>> right = np.random.default_rng(0).random((4, 300)) < 0.4
        >>> rates = {each.sample: each for each in equal_reader_rates(right, trials=200)}
        >>> rates["fresh lines"].worse <= 0.05, rates["old failures"].better
        (True, 1.0)
    """
    if right.ndim != 2 or len(right) < 2:
        raise InputError(
            "equal readers are compared with each other, two or more; received rights of shape "
            f"{right.shape}; pass (readers, lines)"
        )

    def pair(rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        first, second = rng.permutation(len(right))[:2]
        return right[first], right[second]

    return _rates(pair, right.shape[1], lines=lines, trials=trials, seed=seed)


def upgrade_rates(
    old: NDArray[np.bool_],
    new: NDArray[np.bool_],
    *,
    lines: int = 60,
    trials: int = 1000,
    seed: int = 0,
) -> list[VerdictRates]:
    """As :func:`equal_reader_rates` for one given upgrade: how often so many lines show it.

    Args:
        old: Which lines the old reader reads.
        new: The same for the new one.
        lines: Of a trial, at least 10.
        trials: At least 100.
        seed: Decides the draws.

    Raises:
        InputError: If the two differ in length, or there are fewer lines or trials.
    """
    if old.shape != new.shape:
        raise InputError(
            f"both readers read the same lines; received {old.shape} and {new.shape}; read one list"
        )
    return _rates(lambda rng: (old, new), len(old), lines=lines, trials=trials, seed=seed)


def _rates(
    pair: Callable[[np.random.Generator], tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    known: int,
    *,
    lines: int,
    trials: int,
    seed: int,
) -> list[VerdictRates]:
    if not 10 <= lines <= known or trials < 100:
        raise InputError(
            f"rates need 10 lines of the {known} that were read, and 100 trials; received "
            f"lines={lines} and trials={trials}; read more lines"
        )
    rng = np.random.default_rng(seed)
    verdicts: dict[str, list[int]] = {sample: [] for sample in SAMPLES}
    sizes = dict.fromkeys(SAMPLES, lines)
    for _ in range(trials):
        old, new = pair(rng)
        order = rng.permutation(known)
        failures, successes = order[~old[order]], order[old[order]]
        half = lines // 2
        drawn = (
            order[:lines],
            failures[:lines],
            successes[:lines],
            np.concatenate([failures[:half], successes[:half]]),
        )
        for sample, chosen in zip(SAMPLES, drawn, strict=True):
            sizes[sample] = min(sizes[sample], len(chosen))
            verdicts[sample].append(_verdict(old[chosen], new[chosen]))
    return [
        VerdictRates(
            sample=sample,
            lines=sizes[sample],
            better=float(np.mean(np.array(verdicts[sample]) > 0)),
            worse=float(np.mean(np.array(verdicts[sample]) < 0)),
            trials=trials,
        )
        for sample in SAMPLES
    ]


def _verdict(old: NDArray[np.bool_], new: NDArray[np.bool_]) -> int:
    """1 for better, -1 for worse, 0 for no difference shown."""
    broken, fixed = int((old & ~new).sum()), int((~old & new).sum())
    if _p_value(broken, fixed) >= ALPHA:
        return 0
    return 1 if fixed > broken else -1


_KNOWN: dict[tuple[int, int], float] = {}


def _p_value(broken: int, fixed: int) -> float:
    """The same few counts come again and again: each is computed once."""
    key = (min(broken, fixed), max(broken, fixed))
    if key not in _KNOWN:
        _KNOWN[key] = mcnemar_exact(*key)
    return _KNOWN[key]
