"""A part of the long run again, held against the record."""

from __future__ import annotations

from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.stats.compare import Interval
from text_recognizer.troubleshooting.scaling.plan import BIG, SEEDS, find_job
from text_recognizer.troubleshooting.scaling.study import Study

__all__ = ["Recheck", "recheck"]


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """One size, trained again with the seeds of the record.

    Attributes:
        lines: Training lines.
        losses: Of the seeds, now.
        recorded: Of the same seeds, in the record.
        band: Where the recorded law puts the mean at this size.
    """

    lines: int
    losses: tuple[float, ...]
    recorded: tuple[float, ...]
    band: Interval

    @property
    def mean(self) -> float:
        """The mean loss, now."""
        return sum(self.losses) / len(self.losses)

    @property
    def agrees(self) -> bool:
        """Whether the mean lies within the band of the record."""
        return self.mean in self.band

    @property
    def gap(self) -> float:
        """The largest distance of a seed from its recorded loss, nats.

        Up to 1e-5 on the machine that made the record, which keeps six digits. A processor that
        rounds a pixel the other way may differ by more; 0.05 is far outside of that.
        """
        return max(abs(a - b) for a, b in zip(self.losses, self.recorded, strict=True))


def recheck(study: Study, lines: int) -> Recheck:
    """Train the usual model again on so many lines, with all seeds of the record.

    Args:
        study: The record.
        lines: One of ``plan.DATA_SIZES``.

    Raises:
        InputError: If the record has no such size.

    Example:
        >>> from text_recognizer.troubleshooting.scaling import read_study
        >>> recheck(read_study(), 25).agrees  # doctest: +SKIP
        True
    """
    if isinstance(lines, bool) or not isinstance(lines, int):
        raise InputError(f"a size is a whole number of lines; received {lines!r}")
    job = find_job(f"data/{lines}/{BIG}")
    outcome = job.run(SEEDS)
    law, _ = study.data_law()
    return Recheck(
        lines=lines,
        losses=outcome.loss,
        recorded=tuple(study.values(job.key)),
        band=law.predict(lines),
    )
