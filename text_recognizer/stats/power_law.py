"""Scaling laws: fit one to a few sizes, and say where a size nobody tried will land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.stats.compare import Interval

__all__ = ["PowerLaw", "PowerLawFit", "fit_power_law"]

Array = NDArray[np.float64]
_EXPONENTS = np.concatenate([np.linspace(0.02, 1.5, 297), np.linspace(1.52, 3.0, 75)])


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """``L(n) = floor + scale * n ** -exponent``.

    Attributes:
        floor: What remains with infinitely many, at least 0.
        scale: What size 1 would add to it, at least 0.
        exponent: How fast that falls, above 0.
    """

    floor: float
    scale: float
    exponent: float

    def __call__(self, size: float) -> float:
        """The loss at a size above 0."""
        return float(self.floor + self.scale * size**-self.exponent)


@dataclass(frozen=True, kw_only=True)
class PowerLawFit:
    """A fitted law and what it might as well have been.

    Attributes:
        sizes: The sizes it was fitted to, rising.
        means: Mean loss at each.
        law: The least-squares fit.
        spread: Relative standard deviation of a mean around the law.
        level: Confidence level of the intervals.
        draws: (R, 3) floor, scale and exponent of fits to simulated measurements.
        noise: (R,) relative error of one more mean, one for each draw.
    """

    sizes: tuple[float, ...]
    means: tuple[float, ...]
    law: PowerLaw
    spread: float
    level: float
    draws: Array = field(repr=False)
    noise: Array = field(repr=False)

    def predict(self, size: float) -> Interval:
        """Where the mean loss at another size will be, if the law goes on to hold there.

        Args:
            size: Above 0; as many seeds are meant as the fit had.

        Returns:
            The law's value and a prediction interval: the fit's doubt and the new mean's noise.

        Raises:
            InputError: If the size is not above 0.

        Example:
            >>> fit = fit_power_law([1, 2, 4, 8], [[8.0], [4.0], [2.0], [1.0]], floor=False)
            >>> round(fit.predict(16).estimate, 6)
            0.5
        """
        low, high = self.band([size])
        middle = self.law(size)
        # The estimate lies within its interval, even where all simulated fits lie to one side.
        return Interval(middle, min(float(low[0]), middle), max(float(high[0]), middle), self.level)

    def band(self, sizes: Sequence[float] | Array) -> tuple[Array, Array]:
        """Lower and upper end of the prediction intervals at some sizes.

        Args:
            sizes: Above 0.

        Raises:
            InputError: If a size is not above 0.
        """
        at = np.asarray(sizes, dtype=np.float64)
        if at.ndim != 1 or not (np.isfinite(at) & (at > 0)).all():
            raise InputError(f"a law holds for finite sizes above 0; received {sizes!r}")
        floor, scale, exponent = self.draws.T[:, :, None]
        values = (floor + scale * at[None] ** -exponent) * (1 + self.noise[:, None])
        tail = (1 - self.level) / 2
        low, high = np.quantile(values, [tail, 1 - tail], axis=0)
        return low, high

    @property
    def exponent(self) -> Interval:
        """The exponent with its interval."""
        tail = (1 - self.level) / 2
        low, high = np.quantile(self.draws[:, 2], [tail, 1 - tail])
        middle = self.law.exponent
        return Interval(middle, min(float(low), middle), max(float(high), middle), self.level)


def fit_power_law(
    sizes: Sequence[float],
    losses: Sequence[Sequence[float]],
    *,
    floor: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> PowerLawFit:
    """Fit a scaling law to losses measured with some seeds at some sizes.

    Relative errors of the means are squared and summed; floor and scale follow from the exponent,
    which is searched on a grid from 0.02 to 3. Doubt comes from a parametric bootstrap: means are
    simulated around the fitted law and fitted again. Their deviation is the larger one of what the
    seeds show and what the distance of the means from the law shows.

    Args:
        sizes: Lines, weights or the like, above 0 and rising: at least 4, without floor 3.
        losses: The losses of the seeds at each size, above 0; as many seeds at each.
        floor: Whether something may remain at infinite size; else ``L(n) = scale * n**-exponent``.
        level: Confidence level, strictly between 0 and 1.
        resamples: Simulated measurements, at least 100.
        seed: Of the simulation.

    Raises:
        InputError: If there are too few sizes, they do not rise, a value is not finite and above
            0, or the numbers of seeds differ.

    Source:
        Hestness et al. (2017), "Deep learning scaling is predictable, empirically",
        arXiv:1712.00409; Efron & Tibshirani (1993), "An introduction to the bootstrap", 6.5.

    Example:
        >>> fit = fit_power_law([1, 2, 4, 8], [[8.0], [4.0], [2.0], [1.0]], floor=False)
        >>> round(fit.law.exponent, 6)
        1.0
    """
    at, table = _checked(sizes, losses, floor)
    if resamples < 100:
        raise InputError(f"a bootstrap needs 100 resamples or more; received {resamples!r}")
    if not 0 < level < 1:
        raise InputError(f"a confidence level lies strictly between 0 and 1; received {level!r}")
    means = table.mean(1)
    found = _solve(at, means[None], floor)[0].tolist()
    law = PowerLaw(floor=found[0], scale=found[1], exponent=found[2])
    fitted = np.array([law(size) for size in at])
    spread, degrees = _spread(table, fitted, 3 if floor else 2)
    source = np.random.default_rng(seed)
    noise = spread * source.standard_t(degrees, size=(resamples, len(at) + 1)).clip(-8, 8)
    return PowerLawFit(
        sizes=tuple(at.tolist()),
        means=tuple(means.tolist()),
        law=law,
        spread=spread,
        level=level,
        draws=_solve(at, fitted * np.maximum(1 + noise[:, :-1], 0.05), floor),
        noise=noise[:, -1],
    )


def _spread(table: Array, fitted: Array, fixed: int) -> tuple[float, int]:
    """Relative deviation of a mean, and how many degrees of freedom that is known from."""
    count, seeds = table.shape
    means = table.mean(1)
    from_seeds = 0.0
    if seeds > 1:
        relative = (table - means[:, None]) / fitted[:, None]
        from_seeds = float(np.sqrt((relative**2).sum() / (count * (seeds - 1)) / seeds))
    free = max(1, count - fixed)
    from_fit = float(np.sqrt((((means - fitted) / fitted) ** 2).sum() / free))
    # With few means the deviation is itself in doubt: Student's t, not the normal distribution.
    degrees = free + (count * (seeds - 1) if from_seeds >= from_fit else 0)
    return max(from_seeds, from_fit), max(3, degrees)


def _checked(
    sizes: Sequence[float], losses: Sequence[Sequence[float]], floor: bool
) -> tuple[Array, Array]:
    least = 4 if floor else 3
    at = np.asarray(sizes, dtype=np.float64)
    if at.ndim != 1 or len(at) < least or len(losses) != len(at):
        raise InputError(
            f"a law {'with' if floor else 'without'} a floor is fitted to {least} sizes or more, "
            f"with losses for each; received {at.size} sizes and {len(losses)} rows of losses; "
            "measure more sizes"
        )
    if len({len(row) for row in losses}) != 1 or len(losses[0]) == 0:
        raise InputError(
            "each size has losses of as many seeds, one or more; received "
            f"{[len(row) for row in losses]}; measure the missing ones"
        )
    table = np.asarray(losses, dtype=np.float64)
    for name, values in (("sizes", at), ("losses", table)):
        bad: NDArray[Any] = values[~(np.isfinite(values) & (values > 0))]
        if bad.size:
            raise InputError(
                f"{name} are finite and above 0; received {bad.flat[0]}; a law of powers has no "
                "logarithm there: leave such a size out"
            )
    if not (np.diff(at) > 0).all():
        raise InputError(f"sizes rise from one to the next; received {list(sizes)}; sort them")
    return at, table


def _solve(at: Array, means: Array, floor: bool) -> Array:
    """(R, m) means to (R, 3) floor, scale and exponent of the least relative squares."""
    # Sizes relative to their geometric middle keep the sums well conditioned.
    centre = float(np.exp(np.log(at).mean()))
    powers = (at[None] / centre) ** -_EXPONENTS[:, None]
    weights = 1 / means**2
    s0, sy = weights.sum(1)[:, None], (weights * means).sum(1)[:, None]
    s1, s2 = weights @ powers.T, weights @ (powers**2).T
    s1y = (weights * means) @ powers.T
    best_floor = np.zeros_like(s1)
    if floor:
        best_floor = (s2 * sy - s1 * s1y) / np.maximum(s0 * s2 - s1**2, 1e-300)
        best_floor = np.maximum(best_floor, 0.0)
    scale = np.maximum((s1y - best_floor * s1) / s2, 0.0)
    # The sum of squares, from the same sums.
    total = (weights * means**2).sum(1)[:, None]
    error = (
        total + s0 * best_floor**2 + scale**2 * s2
        - 2 * best_floor * sy - 2 * scale * s1y + 2 * best_floor * scale * s1
    )  # fmt: skip
    # Several exponents fit points on a line equally well, up to rounding: the smallest is taken.
    place = np.argmin(np.round(error, 15), axis=1)
    rows = np.arange(len(means))
    exponent = _EXPONENTS[place]
    return np.stack(
        [best_floor[rows, place], scale[rows, place] * centre**exponent, exponent], axis=1
    )
