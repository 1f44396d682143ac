"""The largest batch under a limit: predicted by the plan, found by trying, and checked twice over.

All of it happens in a child process. Lightning's finder searches under the limit; apart from that,
plain training steps of the predicted size, rounded down to the finder's powers of two, and of its
double are tried under the same limit, each in a process of its own: nobody's word is taken for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.troubleshooting.memory.jobs import Job, Outcome, is_out_of_memory, reference
from text_recognizer.troubleshooting.memory.measure import train_steps
from text_recognizer.troubleshooting.memory.plan import largest_batch
from text_recognizer.troubleshooting.memory.running import Part, Running
from text_recognizer.troubleshooting.memory.subjects import plan_subject


@dataclass(frozen=True, kw_only=True)
class BatchSearch:
    """A search for the largest batch under a limit.

    Attributes:
        name: of the preset.
        limit: bytes for the training, beside the libraries.
        predicted: largest batch by the plan.
        found: by Lightning's finder, a power of two; 0 where the system holds no limit.
        tried: batch sizes that the finder tried.
        fits: plain training steps under the same limit: batch size to "ok" or "out of memory".
        refusal: what Trainer says to ``auto_scale_batch_size``.
        translated: whether Lightning would not have known the error by its words.
        note: why there is no result, where there is none.
    """

    name: str
    limit: int
    predicted: int
    found: int = 0
    tried: tuple[int, ...] = ()
    fits: dict[int, str]
    refusal: str = ""
    translated: bool = False
    note: str = ""

    @property
    def limited(self) -> bool:
        """Whether this system held the limit, so that there is something to compare."""
        return not self.note

    @property
    def agrees(self) -> bool:
        """Whether the found size fits, its double does not, and the plan said so."""
        double = self.fits.get(2 * self.found)
        tried = self.fits.get(self.found) == "ok" and double == "out of memory"
        return tried and self.found <= self.predicted < 2 * self.found


class Searching:
    """A search under way, for :func:`start_finder`.

    Args:
        running: the child.
        search: what is known beforehand.
        sizes: the batch sizes of the plain steps.
    """

    def __init__(self, running: Part, search: BatchSearch, sizes: tuple[int, ...]) -> None:
        self._running, self._search, self._sizes = running, search, sizes

    def fetch(self) -> BatchSearch:
        """Wait for the result.

        Raises:
            DataError: if the finder failed otherwise than by want of memory.
        """
        finder, *plain = self._running.fetch()
        known: dict[str, Any] = vars(self._search)
        if finder.kind == "not limited":
            return BatchSearch(**{**known, "note": finder.detail})
        if not finder.ok:
            raise DataError(
                f"the finder ends with a batch size, this one ended as {finder.kind!r}: "
                f"{finder.detail}; raise the limit of {self._search.limit:,} bytes"
            )
        fits = {size: _word(one) for size, one in zip(self._sizes, plain, strict=True)}
        return BatchSearch(
            **{
                **known,
                **finder.value,
                "fits": fits,
            }
        )


def start_finder(
    name: str = "laptop",
    *,
    limit: int,
    width: int = 640,
    init_val: int = 2,
    beside: Running | None = None,
) -> Searching:
    """Begin to search for the largest batch under a limit, in a child, and do not wait for it.

    Args:
        name: of a preset of the reader.
        limit: bytes for the training, beside the libraries.
        width: columns of a line.
        init_val: first batch size of the search, at least 1.
        beside: a child that does it after what it was asked before; else there is a new one.

    Returns:
        Its ``fetch()`` gives a :class:`BatchSearch`.

    Raises:
        InputError: if by the plan not even twice ``init_val`` lines fit: then there is no search.
    """
    predicted = largest_batch(plan_subject(name, init_val, width=width), limit)
    if init_val < 1 or predicted < 2 * init_val:
        raise InputError(
            f"a search starts below the largest batch, predicted as {predicted} under "
            f"{limit:,} bytes, got init_val={init_val}; start lower, or raise the limit"
        )
    power = init_val
    while 2 * power <= predicted:
        power *= 2
    sizes = (power, 2 * power)
    finder = Job(
        function=reference(search_here),
        options={
            "name": name,
            "width": width,
            "init_val": init_val,
        },
        limit=limit,
        warm={"name": "tiny", "width": 64, "init_val": 2, "max_val": 2},
    )
    plain = [
        Job(
            function=reference(train_steps),
            options={"name": name, "batch": size, "width": width, "optimizer": "adamw"},
            limit=limit,
            warm={"name": name, "batch": 1, "width": width, "optimizer": "adamw"},
        )
        for size in sizes
    ]
    search = BatchSearch(name=name, limit=limit, predicted=predicted, fits={})
    return Searching((beside or Running()).add([finder, *plain]), search, sizes)


def search_here(name: str, *, width: int, init_val: int, max_val: int = 4096) -> dict[str, Any]:
    """Search in this process, which imports Lightning for it and should be under a limit.

    Args:
        name: of a preset of the reader.
        width: columns of a line.
        init_val: first batch size of the search.
        max_val: where it ends.

    Returns:
        Plain values: what unpickles them does not import Lightning.
    """
    from text_recognizer.training.batch_size import find_batch_size

    found = find_batch_size(
        name, width=width, init_val=init_val, max_val=max_val, is_out_of_memory=is_out_of_memory
    )
    return {
        "found": found.batch_size,
        "tried": found.tried,
        "refusal": found.refusal,
        "translated": found.translated,
    }


def _word(outcome: Outcome) -> str:
    return outcome.kind if not outcome.detail or outcome.kind != "error" else outcome.detail
