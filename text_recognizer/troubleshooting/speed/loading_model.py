"""A cost model of loading: which number of workers wins, from five constants of a machine.

With no workers, loading and training take turns. With ``w`` workers they overlap, and the slowest
of three decides: the workers, the training step, or the cores that both share. That is bought with
processes to start and batches to hand over.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.loading import LoadingCase

WORKERS = (0, 1, 2, 4)
"""The numbers of workers that are compared."""

TIE = 1.10
"""A choice is right if its epoch takes at most this many times the best one's."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Measured epochs of one case.

    Args:
        case: what was loaded.
        seconds: wall-clock time by number of workers, s.
    """

    case: LoadingCase
    seconds: Mapping[int, float]

    @property
    def winner(self) -> int:
        """The number of workers of the fastest epoch."""
        return min(self.seconds, key=lambda workers: (self.seconds[workers], workers))

    def loss(self, workers: int) -> float:
        """How many times the best epoch's time a choice takes, 1 or more."""
        return self.seconds[workers] / self.seconds[self.winner]


@dataclass(frozen=True, kw_only=True)
class CostModel:
    """Seconds of an epoch from its case and the number of workers.

    Args:
        item_ms: what an item takes beyond its stated cost, ms.
        wait_ms: what waiting takes beyond that, ms: timers wake late.
        start_ms: to start any worker at all, ms.
        worker_ms: to start and end one worker more, ms.
        transfer_ms: to hand a batch from worker to main process, ms.
        cores: cores that processes share, at least 1.

    Example:
        >>> model = CostModel(item_ms=0.1, wait_ms=0, start_ms=50, worker_ms=15, transfer_ms=1)
        >>> cheap = LoadingCase(kind="compute", item_ms=0.05, batch_size=32, step_ms=1)
        >>> model.best(cheap)
        0
    """

    item_ms: float
    wait_ms: float
    start_ms: float
    worker_ms: float
    transfer_ms: float
    cores: int = 2

    def predict(self, case: LoadingCase, workers: int) -> float:
        """Seconds of an epoch.

        Args:
            case: what is loaded.
            workers: processes that load, at least 0.
        """
        waiting = case.kind == "wait"
        item = case.item_ms + self.item_ms + (self.wait_ms if waiting else 0)
        if not workers:
            return (case.items * item + case.batches * case.step_ms) / 1e3
        step = case.step_ms + self.transfer_ms
        # A batch is loaded by one worker: the last round may leave others without work.
        first = min(case.batch_size, case.items) * item
        loading = math.ceil(case.batches / workers) * first + step
        training = first + case.batches * step
        computed = self.item_ms if waiting else item
        sharing = (case.items * computed + case.batches * step) / self.cores
        return (self.start_ms + workers * self.worker_ms + max(loading, training, sharing)) / 1e3

    def best(self, case: LoadingCase, choices: Sequence[int] = WORKERS) -> int:
        """The number of workers with the shortest predicted epoch; the smaller one on a tie."""
        return min(choices, key=lambda workers: (self.predict(case, workers), workers))


def fit(trials: Sequence[Trial], *, cores: int = 2) -> CostModel:
    """The constants that fit measured epochs best, by least squares on their logarithms.

    Args:
        trials: at least two cases, on one machine.
        cores: cores that the measured processes shared.

    Raises:
        InputError: if there are fewer than two cases.
    """
    if len(trials) < 2:
        raise InputError(f"a cost model is fitted to 2 cases or more; received {len(trials)}")
    from scipy.optimize import least_squares

    rows = [(trial.case, workers, s) for trial in trials for workers, s in trial.seconds.items()]
    measured = np.log([seconds for _, _, seconds in rows])

    def model(constants: Sequence[float]) -> CostModel:
        names = ("item_ms", "wait_ms", "start_ms", "worker_ms", "transfer_ms")
        return CostModel(
            **dict(zip(names, map(float, constants), strict=True)),
            cores=cores,
        )

    def gaps(constants: Sequence[float]) -> object:
        candidate = model(constants)
        return np.log([candidate.predict(case, n) for case, n, _ in rows]) - measured

    # The first guess is a quiet laptop; soft_l1 keeps a disturbed epoch from deciding.
    found = least_squares(gaps, (0.1, 0.1, 50.0, 15.0, 1.0), bounds=(0, 1e4), loss="soft_l1")
    return model(found.x)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the model says about a case that it was not fitted to.

    Args:
        trial: the case, measured.
        chosen: the number of workers that the model picks.
    """

    trial: Trial
    chosen: int

    @property
    def right(self) -> bool:
        """Whether the choice is at most a tenth slower than the best."""
        return self.trial.loss(self.chosen) <= TIE

    @property
    def exact(self) -> bool:
        """Whether the choice is the measured winner itself."""
        return self.chosen == self.trial.winner


def held_out(trials: Sequence[Trial], fitted_items: Sequence[float]) -> tuple[Forecast, ...]:
    """Fit on the cases of some item costs, forecast the winner of all others.

    Args:
        trials: measured cases.
        fitted_items: item costs, ms, whose cases the model may see.

    Returns:
        A forecast for each case that it did not see.

    Raises:
        InputError: if that leaves too few to fit, or none to forecast.
    """
    seen = [trial for trial in trials if trial.case.item_ms in fitted_items]
    unseen = [trial for trial in trials if trial.case.item_ms not in fitted_items]
    if not unseen:
        raise InputError(
            f"no case is held out: all item costs are among {tuple(fitted_items)}; name fewer"
        )
    model = fit(seen)
    return tuple(Forecast(trial=trial, chosen=model.best(trial.case)) for trial in unseen)


def constants(model: CostModel) -> tuple[float, ...]:
    """The fitted constants in the order of the fields, ms, without the cores."""
    return tuple(float(value) for value in astuple(model)[:-1])
