"""What passes between a host and its device: launches, copies, and waiting."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.busy import WAIT, lane_use
from text_recognizer.troubleshooting.profiling.events import DEVICE_WORK, RUNTIME, Span
from text_recognizer.troubleshooting.profiling.trace import Trace

LEAST_WAIT = 10.0
"""A call that returns sooner, in µs, had nothing to wait for."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A call, and the work that it gave the device.

    Attributes:
        call: On the host.
        work: On the device.
    """

    call: Span
    work: Span

    @property
    def delay(self) -> float:
        """From the start of the call to the start of the work, µs.

        Long delays are good: the host is ahead. Short ones mean that the device waits for work.
        """
        return self.work.start - self.call.start


@dataclass(frozen=True, kw_only=True)
class Stall:
    """A call during which the host waited for the device.

    Attributes:
        call: On the host, such as ``cudaStreamSynchronize``.
        phase: The innermost named stretch of the program that made it, or empty.
    """

    call: Span
    phase: str


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy between host and device.

    Attributes:
        direction: ``"HtoD"``, ``"DtoH"`` or ``"DtoD"``, or empty where the trace does not say.
        bytes: How much.
        duration: µs.
    """

    direction: str
    bytes: int
    duration: float

    @property
    def rate(self) -> float:
        """Bytes a second."""
        return self.bytes / self.duration * 1e6 if self.duration else 0.0


@dataclass(frozen=True, kw_only=True)
class DeviceSummary:
    """A device trace in a few numbers.

    Attributes:
        busy_share: Of the device, from its first work to its last, 0 to 1.
        longest_gap: Of the device, µs.
        launches: Calls with work on the device.
        median_delay: From call to work, µs.
        stalls: Calls in which the host waited.
        stalled: How long it did, µs.
        copied: Bytes by direction.
    """

    busy_share: float
    longest_gap: float
    launches: int
    median_delay: float
    stalls: int
    stalled: float
    copied: dict[str, int]


def launches(trace: Trace) -> tuple[Launch, ...]:
    """Calls joined with their work by the correlation number that both carry, by start.

    Args:
        trace: Of a device.
    """
    work = {
        span.args["correlation"]: span
        for span in trace.select(*DEVICE_WORK)
        if "correlation" in span.args
    }
    return tuple(
        Launch(call=call, work=work[call.args["correlation"]])
        for call in trace.select(*RUNTIME)
        if call.args.get("correlation") in work
    )


def stalls(trace: Trace, least: float = LEAST_WAIT) -> tuple[Stall, ...]:
    """Calls in which the host waited for the device, by start.

    A synchronisation waits by its nature; a copy to the host does where its memory is not pinned.

    Args:
        trace: Of a device.
        least: Shorter calls are left out, µs, from 0.

    Raises:
        InputError: If ``least`` is negative.
    """
    if least < 0:
        raise InputError(f"the least wait is at least 0 µs; received {least}")
    waits = [span for span in trace.select(*RUNTIME, name=WAIT) if span.duration >= least]
    waits += [
        one.call
        for one in launches(trace)
        if direction(one.work) == "DtoH" and one.call.end >= one.work.end
        if one.call.duration >= least
    ]
    waits.sort(key=lambda span: span.start)
    named = trace.select("user_annotation")
    return tuple(Stall(call=call, phase=_phase(call, named)) for call in waits)


def copies(trace: Trace) -> tuple[Copy, ...]:
    """Copies between host and device, by start.

    Args:
        trace: Of a device.
    """
    return tuple(
        Copy(
            direction=direction(span),
            bytes=int(span.args.get("bytes", 0)),
            duration=span.duration,
        )
        for span in trace.select("gpu_memcpy")
    )


def direction(work: Span) -> str:
    """Which way a copy went, by its name; empty for other work.

    Args:
        work: Such as ``Memcpy DtoH (Device -> Pageable)``.
    """
    return next((way for way in ("HtoD", "DtoH", "DtoD") if way in work.name), "")


def summarise(trace: Trace) -> DeviceSummary:
    """The numbers to look at first.

    Args:
        trace: Of a device.

    Raises:
        InputError: If no device worked.
    """
    use = lane_use(trace.device)
    joined, waits = launches(trace), stalls(trace)
    copied: dict[str, int] = defaultdict(int)
    for one in copies(trace):
        copied[one.direction] += one.bytes
    return DeviceSummary(
        busy_share=use.share,
        longest_gap=use.longest_gap,
        launches=len(joined),
        median_delay=median(one.delay for one in joined) if joined else 0.0,
        stalls=len(waits),
        stalled=sum(one.call.duration for one in waits),
        copied=dict(copied),
    )


def _phase(call: Span, named: tuple[Span, ...]) -> str:
    around = [
        span for span in named if span.holds(call) and (span.pid, span.tid) == (call.pid, call.tid)
    ]
    return min(around, key=lambda span: span.duration).name if around else ""
