"""The sweep of ``num_workers`` against item cost, batch size and step, its record, its re-run."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import InputError
from text_recognizer.data.records import read_record
from text_recognizer.troubleshooting.speed.loading import (
    KINDS,
    LoadingCase,
    start_method,
    start_seconds,
    time_epoch,
)
from text_recognizer.troubleshooting.speed.loading_model import WORKERS, Trial

RECORD = "loading"
COMMAND = "python -m text_recognizer.troubleshooting.speed"
ITEMS_MS = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0)
#: The model is fitted to these, and forecasts the others.
FITTED_MS = (0.05, 0.5, 2.0, 20.0)
BATCHES = (4, 32)
STEPS_MS = (1.0, 10.0)
#: A record's margin from which a re-run on any machine has to agree.
MARGIN = 2.0


@dataclass(frozen=True, kw_only=True)
class Rerun:
    """A recorded case measured again: no workers against the best number with workers.

    Args:
        recorded: as recorded.
        again: as measured now, for 0 and for the other number of workers.
    """

    recorded: Trial
    again: Trial

    @property
    def agrees(self) -> bool:
        """Whether the same of the two wins: none, or some."""
        recorded = {workers: self.recorded.seconds[workers] for workers in self.again.seconds}
        return Trial(case=self.recorded.case, seconds=recorded).winner == self.again.winner


def grid_cases() -> list[LoadingCase]:
    """All cases of the sweep."""
    return [
        LoadingCase(kind=kind, item_ms=item, batch_size=batch, step_ms=step)
        for kind, batch, step, item in product(KINDS, BATCHES, STEPS_MS, ITEMS_MS)
    ]


def sweep(
    cases: Sequence[LoadingCase],
    *,
    workers: Sequence[int] = WORKERS,
    repeats: int = 3,
    report: Callable[[str], object] | None = None,
) -> list[Trial]:
    """Measure cases with every number of workers, in alternation; the fastest repeat counts.

    Args:
        cases: what to load.
        workers: numbers of workers to compare.
        repeats: rounds over all cases, at least 1.
        report: is told of every round.

    Raises:
        InputError: if there is no round.
    """
    if repeats < 1:
        raise InputError(f"repeats is at least 1; received {repeats!r}; 3 is usual")
    best: dict[tuple[LoadingCase, int], float] = {}
    for number in range(repeats):
        for case, count in product(cases, workers):
            seconds = time_epoch(case, count)
            best[case, count] = min(seconds, best.get((case, count), seconds))
        if report:
            report(f"round {number + 1} of {repeats} done")
    return [Trial(case=case, seconds={n: best[case, n] for n in workers}) for case in cases]


def to_payload(trials: Sequence[Trial], *, repeats: int) -> dict[str, Any]:
    """What a record holds: the machine, the start methods, and seconds by case and workers."""
    methods = ("fork", "spawn") if start_method() == "fork" else ("spawn",)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": cores},
        "repeats": repeats,
        "start_method": start_method(),
        "start_seconds": {name: min(start_seconds(name) for _ in range(3)) for name in methods},
        "workers": list(trials[0].seconds),
        "trials": [
            {**asdict(trial.case), "seconds": list(trial.seconds.values())} for trial in trials
        ],
    }


def add_rounds(payload: dict[str, Any], earlier: dict[str, Any]) -> dict[str, Any]:
    """Add the rounds of an earlier record: of each epoch and start the fastest counts.

    A machine that also does other things gets nearer to what it can do with every round.

    Args:
        payload: of :func:`to_payload`.
        earlier: another one, of the same cases on the same kind of machine.

    Raises:
        InputError: if cases, workers, start method or machine differ.
    """
    same = ("machine", "start_method", "workers")
    kept = [{**row, "seconds": None} for row in payload["trials"]]
    if kept != [{**row, "seconds": None} for row in earlier["trials"]] or any(
        payload[name] != earlier[name] for name in same
    ):
        raise InputError(
            f"rounds are added to those of the same cases and machine; received {len(kept)} cases "
            f"on {payload['machine']} for {len(earlier['trials'])} on {earlier['machine']}"
        )
    rows = zip(payload["trials"], earlier["trials"], strict=True)
    starts = {
        name: min(seconds, earlier["start_seconds"].get(name, seconds))
        for name, seconds in payload["start_seconds"].items()
    }
    return {
        **payload,
        "repeats": payload["repeats"] + earlier["repeats"],
        "start_seconds": starts,
        "trials": [
            {**row, "seconds": list(map(min, row["seconds"], old["seconds"]))} for row, old in rows
        ],
    }


def recorded_trials(folder: Path | None = None) -> list[Trial]:
    """The sweep as shipped in ``data/records/loading.json``.

    Args:
        folder: of another record.

    Raises:
        ParseError: if the record is missing or damaged.

    Example:
        >>> len(recorded_trials())
        56
    """
    payload = read_record(RECORD, folder=folder).payload
    return [
        Trial(
            case=LoadingCase(**{k: v for k, v in row.items() if k != "seconds"}),
            seconds=dict(zip(payload["workers"], row["seconds"], strict=True)),
        )
        for row in payload["trials"]
    ]


def recorded_start_seconds() -> dict[str, float]:
    """Seconds until the first small batch by start method, as recorded.

    Raises:
        ParseError: if the record is missing or damaged.
    """
    return dict(read_record(RECORD).payload["start_seconds"])


def pick(trials: Sequence[Trial], *, kind: str, batch_size: int, step_ms: float) -> list[Trial]:
    """The cases of one kind, batch size and step, by item cost.

    Args:
        trials: a sweep.
        kind: ``"compute"`` or ``"wait"``.
        batch_size: items of a batch.
        step_ms: of a training step, ms.

    Raises:
        InputError: if the sweep has no such case.
    """
    wanted = (kind, batch_size, step_ms)
    found = [t for t in trials if (t.case.kind, t.case.batch_size, t.case.step_ms) == wanted]
    if not found:
        raise InputError(
            f"no case has kind, batch_size and step_ms {wanted}; the sweep has {KINDS}, {BATCHES} "
            f"and {STEPS_MS}"
        )
    return sorted(found, key=lambda trial: trial.case.item_ms)


def rerun(trials: Sequence[Trial], *, most: int = 3, repeats: int = 2) -> tuple[Rerun, ...]:
    """Measure again, without and with workers, where the record leaves no doubt who wins.

    The record was made with fork. Where workers are spawned they cost seconds, and only cases in
    which 0 wins even over forked ones are measured, two at most.

    Args:
        trials: the recorded sweep.
        most: cases, at least 1: the shortest where 0 wins and where workers win, in turn.
        repeats: epochs of each; the fastest counts.

    Returns:
        The cases, as recorded and as measured now.
    """
    clear = []
    for trial in trials:
        other = min((n for n in trial.seconds if n), key=lambda n: trial.seconds[n])
        pair = sorted((trial.seconds[0], trial.seconds[other]))
        if pair[1] >= MARGIN * pair[0]:
            clear.append((sum(pair), trial, other))
    clear.sort(key=lambda row: row[0])
    none = [row for row in clear if row[1].seconds[0] < row[1].seconds[row[2]]]
    some = [row for row in clear if row[1].seconds[0] > row[1].seconds[row[2]]]
    if start_method() == "fork":
        chosen = (none[: (most + 1) // 2] + some)[:most]
    else:
        chosen = none[: min(most, 2)]
    return tuple(
        Rerun(
            recorded=trial,
            again=sweep([trial.case], workers=(0, other), repeats=repeats)[0],
        )
        for _, trial, other in chosen
    )
