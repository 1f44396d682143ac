"""Busy is not efficient: a device that is never idle may compute next to nothing."""

from __future__ import annotations

from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.busy import lane_use
from text_recognizer.troubleshooting.profiling.flops import trace_flops
from text_recognizer.troubleshooting.profiling.trace import Trace

BUSY = 0.95
"""From this share of the time on, a device counts as busy."""

LOW = 0.10
"""Below this share of the machine's peak, its arithmetic counts as little."""


@dataclass(frozen=True, kw_only=True)
class Efficiency:
    """What a device did with its time.

    Attributes:
        busy_share: Share of the time during which it worked, 0 to 1.
        flop_share: Operations done, as a share of those it could have done in the time.
        flops: Operations done.
    """

    busy_share: float
    flop_share: float
    flops: float

    @property
    def busy(self) -> bool:
        """Whether it worked nearly all the time."""
        return self.busy_share >= BUSY

    @property
    def wasteful(self) -> bool:
        """Whether it is busy and yet computes little: the dashboard is green and wrong."""
        return self.busy and self.flop_share < LOW

    @property
    def verdict(self) -> str:
        """One sentence on where to look next."""
        if self.wasteful:
            return "busy, but not with arithmetic: look at small and memory-bound kernels"
        if not self.busy:
            return "waiting: look at launches, copies and syncs"
        return "busy with arithmetic"


def efficiency(trace: Trace, peak_flops: float) -> Efficiency:
    """Hold the time that a device was busy against the operations that it did.

    Args:
        trace: With shapes; of a device, or of a host that computes itself.
        peak_flops: Of the machine, operations a second, above 0; see
            :func:`measure_peak_flops`.

    Raises:
        InputError: If the peak is not positive, or the trace has no shapes or no work.
    """
    if not peak_flops > 0:
        raise InputError(
            f"the peak of a machine is above 0 operations a second; received {peak_flops}; take "
            "measure_peak_flops()"
        )
    devices = [lane for lane in trace.lanes if lane.device]
    use = lane_use(trace.device if devices else trace.host)
    flops = trace_flops(trace)
    return Efficiency(
        busy_share=use.share,
        flop_share=flops / (peak_flops * use.window * 1e-6) if use.window else 0.0,
        flops=flops,
    )
