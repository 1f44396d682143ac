"""How much of the time a lane is busy: the union of its spans, not their sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.events import ANNOTATIONS, DEVICE_WORK, RUNTIME, Span
from text_recognizer.troubleshooting.profiling.intervals import Interval, gaps, overlap, total
from text_recognizer.troubleshooting.profiling.trace import Lane, Trace

WAIT = "Synchronize"
"""What the names of calls that wait for the device have in common."""


@dataclass(frozen=True, kw_only=True)
class LaneUse:
    """How a lane spent its time.

    Attributes:
        name: Of the lane.
        device: Whether a device works there.
        window: From the start of its first span to the end of its last, µs.
        busy: During which at least one span was open, µs.
        longest_gap: Between two of its spans, µs.
    """

    name: str
    device: bool
    window: float
    busy: float
    longest_gap: float

    @property
    def share(self) -> float:
        """Busy share of the window, 0 to 1."""
        return self.busy / self.window if self.window else 0.0


def work_spans(lane: Lane) -> list[Span]:
    """The spans during which a lane works; names that a program gave to a stretch are no work.

    Args:
        lane: Of a device or of a host.
    """
    if lane.device:
        return [span for span in lane.spans if span.category in DEVICE_WORK]
    return [span for span in lane.spans if span.category not in ANNOTATIONS]


def busy_time(spans: Iterable[Span]) -> float:
    """The time during which at least one span is open, µs.

    Args:
        spans: In any order; overlaps count once.

    Example:
        >>> mm = Span("mm", "kernel", 0.0, 4.0, 0, 7, {})
        >>> busy_time([mm, mm._replace(start=2.0)])
        6.0
    """
    return total(_intervals(spans))


def lane_use(lane: Lane) -> LaneUse:
    """How a lane spent the time from its first work to its last.

    Args:
        lane: Of a trace.

    Raises:
        InputError: If it holds no work.
    """
    spans = work_spans(lane)
    if not spans:
        raise InputError(
            f"a lane is measured by its work; {lane.name!r} holds {len(lane.spans)} annotations "
            "only; choose trace.device or trace.host"
        )
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    idle = gaps(_intervals(spans), start, end)
    return LaneUse(
        name=lane.name,
        device=lane.device,
        window=end - start,
        busy=busy_time(spans),
        longest_gap=max((last - first for first, last in idle), default=0.0),
    )


def overlap_share(trace: Trace) -> float:
    """Share of the host's own work during which the device worked, too, 0 to 1.

    Waiting is no work: a host that waits for its device after each step has no overlap, however
    busy both lanes look.

    Args:
        trace: With a host that named its phases, and a device.

    Raises:
        InputError: If there is no device, no host, or the host named nothing.
    """
    host = trace.host
    open_ = _intervals(span for span in host.spans if span.category in ANNOTATIONS)
    waits = _intervals(s for s in host.spans if s.category in RUNTIME and WAIT in s.name)
    own = gaps(waits + gaps(open_, 0.0, trace.end), 0.0, trace.end)
    if not own:
        raise InputError(
            f"a host's work is what it named with phase(...); {host.name!r} named "
            f"{len(open_)} spans; name its phases"
        )
    return overlap(own, _intervals(work_spans(trace.device))) / total(own)


def _intervals(spans: Iterable[Span]) -> list[Interval]:
    return [(span.start, span.end) for span in spans]
