"""Which trainings the study consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.scaling.noise import Mislabel
from text_recognizer.troubleshooting.scaling.recipe import Recipe
from text_recognizer.troubleshooting.scaling.training import Outcome, train

__all__ = ["BIG", "DATA_SIZES", "DEPARTURES", "SEEDS", "SMALL", "WIDTHS", "Job", "find_job", "jobs"]

SEEDS = (0, 1, 2)
DATA_SIZES = (25, 50, 100, 200, 400, 800, 1600)
"""Lines; the last is predicted from the others before it is looked at."""
WIDTHS = (4, 8, 16, 32, 64, 128)
"""Hidden units at 400 lines; the last is predicted from the others."""
WIDTH_LINES = 400
SMALL, BIG = 4, 64
"""Widths of the model that is too small, and of the usual one."""
GRID_LINES, GRID_WIDTHS = (25, 100, 400), (4, 32, 128)
NOISE_LINES = (50, 100, 200, 400)
RULE_RATE, CHANCE_RATE = 0.75, 0.27
"""The rule names 36 % of the letters, three in four of which are hit: as many as by chance."""
RECIPE_LINES, RECIPE_SEEDS = 100, (0, 1, 2, 3, 4, 5)
CHECKED_LINES = (25, 50, 100, 200)
"""Where the reading is also held against labels with mistakes."""

DEPARTURES: dict[str, Recipe] = {
    "as published": Recipe(),
    "no warmup": Recipe(warmup=0.0),
    "no cosine": Recipe(cosine=False),
    "no clipping": Recipe(clip=0.0),
    "10 x the rate": Recipe(learning_rate=0.1),
    "a tenth of the rate": Recipe(learning_rate=0.001),
    "SGD, no momentum": Recipe(optimizer="sgd"),
    "inputs as they come": Recipe(standardise=False),
    "no layer norm": Recipe(normalise=False),
    "no shuffling": Recipe(shuffle=False),
    "no augmentation": Recipe(shifts=False),
    "weight decay x 100": Recipe(weight_decay=5.0),
    "weights 10 x as big": Recipe(gain=10.0),
}
"""The recipe, and the recipe with one thing changed at a time."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training, with all its seeds.

    Attributes:
        key: Its name in the record, such as ``"data/25/64"``.
        lines: Training lines.
        width: Hidden units.
        recipe: How to train.
        noise: Annotators who err, if any.
        checked_by: Annotators who label the held-out lines, if not the truth.
        seeds: The seeds of the training.
    """

    key: str
    lines: int
    width: int
    recipe: Recipe
    noise: Mislabel | None = None
    checked_by: Mislabel | None = None
    seeds: tuple[int, ...] = SEEDS

    def run(self, seeds: tuple[int, ...] | None = None) -> Outcome:
        """Train.

        Args:
            seeds: Which seeds; those of the study where None.
        """
        return train(
            self.lines, self.width, seeds=seeds or self.seeds,
            recipe=self.recipe, noise=self.noise, checked_by=self.checked_by,
        )  # fmt: skip


def jobs() -> tuple[Job, ...]:
    """All trainings of the study; what takes longest comes last.

    Example:
        >>> jobs()[0].key
        'data/25/4'
    """
    plain = {(lines, BIG) for lines in DATA_SIZES}
    plain |= {(lines, SMALL) for lines in DATA_SIZES if lines <= WIDTH_LINES}
    plain |= {(WIDTH_LINES, width) for width in WIDTHS}
    plain |= {(lines, width) for lines in GRID_LINES for width in GRID_WIDTHS}
    found = [_job(f"data/{lines}/{width}", lines, width) for lines, width in sorted(plain)]
    found += [
        _job(f"recipe/{name}", RECIPE_LINES, recipe=recipe, seeds=RECIPE_SEEDS)
        for name, recipe in DEPARTURES.items()
    ]
    for kind, rate in (("rule", RULE_RATE), ("chance", CHANCE_RATE)):
        noise = Mislabel(kind=kind, rate=rate)
        found += [_job(f"noise/{kind}/{lines}", lines, noise=noise) for lines in NOISE_LINES]
    careless = Mislabel(kind="chance", rate=CHANCE_RATE, seed=1)
    found += [_job(f"checked/{lines}", lines, checked_by=careless) for lines in CHECKED_LINES]
    found.sort(key=lambda job: job.lines * max(job.width, 64))
    return tuple(found)


def find_job(key: str) -> Job:
    """The training of that name.

    Args:
        key: Such as ``"data/25/64"``.

    Raises:
        InputError: If there is none.
    """
    for job in jobs():
        if job.key == key:
            return job
    raise InputError(f"a training has a key such as 'data/25/64'; received {key!r}; see jobs()")


def _job(key: str, lines: int, width: int = BIG, **options: Any) -> Job:
    return Job(key=key, lines=lines, width=width, **{"recipe": Recipe(), **options})
