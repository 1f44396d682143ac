"""The long run, in parts that a stopped run takes up again, and the record made of them."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from text_recognizer.core.errors import ParseError
from text_recognizer.data.records import read_record, write_record
from text_recognizer.stats.compare import Interval
from text_recognizer.stats.power_law import PowerLawFit, fit_power_law
from text_recognizer.troubleshooting.scaling.plan import (
    BIG,
    DATA_SIZES,
    DEPARTURES,
    WIDTH_LINES,
    WIDTHS,
    Job,
    jobs,
)
from text_recognizer.troubleshooting.scaling.verdicts import compare_pairs, seed_interval

__all__ = ["COMMAND", "RECORD", "Study", "read_study", "run_study"]

RECORD = "scaling"
COMMAND = "python -m text_recognizer.troubleshooting.scaling"


@dataclass(frozen=True, kw_only=True)
class Study:
    """What the trainings reached.

    Attributes:
        trainings: For each key of ``plan.jobs``: lists of the seeds' ``loss``, ``error``,
            ``train_loss`` and ``train_error``, and ``steps``.
        pretrained: For each number of lines: losses and errors of the seeds with the reader's
            weights, with random ones, and from plain gradients; empty where it was not run.
    """

    trainings: Mapping[str, Mapping[str, Any]]
    pretrained: Mapping[str, Mapping[str, Any]]

    def values(self, key: str, field: str = "loss") -> list[float]:
        """The seeds' values of one training.

        Args:
            key: Such as ``"data/25/64"``.
            field: ``"loss"``, ``"error"``, ``"train_loss"`` or ``"train_error"``.

        Raises:
            ParseError: If the record lacks it.
        """
        try:
            return [float(value) for value in self.trainings[key][field]]
        except KeyError as error:
            raise ParseError(
                f"the record holds trainings such as 'data/25/64' with their losses and errors; "
                f"{key!r}, {field!r} is not there; make it again: {COMMAND}"
            ) from error

    def data_law(self) -> tuple[PowerLawFit, list[float]]:
        """The law of held-out loss against lines, and the seeds' losses at the size kept back."""
        return self._data_law

    @cached_property
    def _data_law(self) -> tuple[PowerLawFit, list[float]]:
        losses = [self.values(f"data/{lines}/{BIG}") for lines in DATA_SIZES]
        return fit_power_law(DATA_SIZES[:-1], losses[:-1]), losses[-1]

    def model_law(self) -> tuple[PowerLawFit, list[float]]:
        """The law of held-out loss against weights at 400 lines, and what was kept back."""
        from text_recognizer.troubleshooting.scaling.network import parameters

        losses = [self.values(f"data/{WIDTH_LINES}/{width}") for width in WIDTHS]
        sizes = [parameters(width) for width in WIDTHS[:-1]]
        return fit_power_law(sizes, losses[:-1]), losses[-1]

    def interval(self, key: str, field: str = "error") -> Interval:
        """Mean over the seeds with Student's interval; arguments as for :meth:`values`."""
        return seed_interval(self.values(key, field))

    def recipe_effects(self) -> dict[str, tuple[Interval, str]]:
        """For each departure from the recipe: what it adds to the loss, and the verdict."""
        usual, *others = DEPARTURES
        losses = self.values(f"recipe/{usual}")
        return {name: compare_pairs(losses, self.values(f"recipe/{name}")) for name in others}

    def lines_worth(self, lines: int) -> Interval:
        """How many times as many lines a start from gradients needs to match the reader's weights.

        Seeds that are better than the largest training from gradients count as that: the factor
        is then a least one.

        Args:
            lines: Training lines under the reader's weights.

        Raises:
            ParseError: If the record lacks them.
        """
        try:
            rows = {int(n): found["gradients"]["loss"] for n, found in self.pretrained.items()}
            reached = self.pretrained[str(lines)]["reader"]["loss"]
        except KeyError as error:
            raise ParseError(
                f"the record holds losses of each start at each size; {error} is not there for "
                f"{lines} lines; make it again: {COMMAND}"
            ) from error
        sizes = sorted(rows)
        law = fit_power_law(sizes, [rows[size] for size in sizes], resamples=100).law
        grid = np.geomspace(sizes[0], sizes[-1], 400)
        curve = np.array([law(size) for size in grid])
        needed = [grid[min(int((curve > loss).sum()), len(grid) - 1)] / lines for loss in reached]
        logs = seed_interval([math.log(value) for value in needed])
        low, high = math.exp(logs.low), math.exp(logs.high)
        return Interval(math.exp(logs.estimate), low, high, logs.level)


def read_study(folder: Path | None = None) -> Study:
    """The shipped record.

    Args:
        folder: Another folder than ``data/records``.

    Raises:
        ParseError: If it is missing or damaged.

    Example:
        >>> len(read_study().values("data/25/64"))
        3
    """
    payload = read_record(RECORD, folder=folder).payload
    try:
        return Study(trainings=payload["trainings"], pretrained=payload["pretrained"])
    except KeyError as error:
        raise ParseError(
            f"the record {RECORD!r} holds trainings and pretrained; {error} is missing; "
            f"make it again: {COMMAND}"
        ) from error


def run_study(
    parts: Path,
    *,
    chosen: tuple[Job, ...] | None = None,
    say: Callable[[str], None] = print,
    folder: Path | None = None,
) -> Path:
    """Run what is not yet run, and write the record.

    Args:
        parts: Folder of finished parts; a run that was stopped goes on from them.
        chosen: Other trainings than those of the plan; the comparison with pretrained weights is
            then left out.
        say: Takes one line for each part.
        folder: Folder of the record, if not ``data/records``.

    Returns:
        The file of the record.

    Raises:
        ParseError: If a part is damaged; the message says which to remove.
    """
    parts.mkdir(parents=True, exist_ok=True)
    trainings: dict[str, Any] = {}
    for job in jobs() if chosen is None else chosen:
        trainings[job.key] = _part(parts, job.key, partial(_outcome, job), say)
    pretrained: dict[str, Any] = {}
    if chosen is None:
        from text_recognizer.troubleshooting.scaling import pretrained as starts

        for lines in (*starts.SIZES, *starts.SCRATCH_SIZES):
            chosen_starts = starts.STARTS if lines in starts.SIZES else ("gradients",)
            run = partial(starts.compare_starts, lines, chosen_starts)
            pretrained[str(lines)] = _part(parts, f"pretrained/{lines}", run, say)
    payload = {"trainings": trainings, "pretrained": pretrained}
    return write_record(RECORD, payload, seed=0, command=COMMAND, folder=folder)


def _outcome(job: Job) -> dict[str, Any]:
    return job.run().to_dict()


def _part(
    parts: Path, key: str, run: Callable[[], dict[str, Any]], say: Callable[[str], None]
) -> dict[str, Any]:
    path = parts / (key.replace("/", "_").replace(" ", "-") + ".json")
    if path.exists():
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ParseError(
                f"a finished part is JSON; {path}: {error}; remove it, and it is run again"
            ) from error
    started = time.monotonic()
    found = run()
    # Under another name first: a run that is stopped here leaves no half of a part.
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(found), encoding="utf-8")
    os.replace(draft, path)
    say(f"{key}: {time.monotonic() - started:.1f} s")
    return found
