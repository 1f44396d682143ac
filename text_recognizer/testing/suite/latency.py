"""How long reading takes, in products of matrices: a budget that means the same anywhere.

Seconds differ from machine to machine and from hour to hour. A matrix product of known size, timed
in turn with the reading in the same process, differs with them; the ratio hardly does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.testing.suite.material import golden_lines, judged

__all__ = ["Latency", "check_latency", "latency"]

#: Rows of the square matrices of the reference: 2 x 384^3 = 113 million operations.
SIDE = 384


@dataclass(frozen=True, kw_only=True)
class Latency:
    """What a call costs.

    Args:
        seconds: Processor time of a call, median.
        reference: Processor time of the reference product, median.
    """

    seconds: float
    reference: float

    @property
    def ratio(self) -> float:
        """Reference products that one call takes."""
        return self.seconds / self.reference


def latency(call: Callable[[], Any], *, repeats: int = 5) -> Latency:
    """Time a call and the reference product in turn.

    Processor time is taken, which does not run on while others use the machine.

    Args:
        call: What to time; it is called once before.
        repeats: How often, at least 1.

    Raises:
        InputError: If it is timed less than once.

    Example:
        >>> latency(lambda: sum(range(100_000)), repeats=3).ratio > 0
        True
    """
    if repeats < 1:
        raise InputError(f"a call is timed at least once; received repeats={repeats!r}")
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    matrix = torch.full((SIDE, SIDE), 0.5)

    def product() -> None:
        torch.mm(matrix, matrix)

    try:
        call()
        product()
        # Clocks of some systems tick every 16 ms: one product would round to nothing.
        pairs = [(_timed(call, 1), _timed(product, 8)) for _ in range(repeats)]
    finally:
        torch.set_num_threads(threads)
    calls, products = zip(*pairs, strict=True)
    reference = max(statistics.median(products), 1e-9)
    return Latency(seconds=statistics.median(calls), reference=reference)


def _timed(call: Callable[[], Any], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def check_latency(seed: int) -> CheckResult:
    """Whether a line is read within a budget of reference products.

    Args:
        seed: Not used: the line is the first golden one, cut to 400 columns.
    """
    from text_recognizer.reading.recognizer import TextRecognizer

    reader = TextRecognizer.load()
    line = np.ascontiguousarray(golden_lines(1)[0].image.pixels[:, :400])
    ratio = latency(lambda: reader.read_lines([line])).ratio
    return judged("latency", ratio, 30.0, "reference products per line")
