"""From events as they stand in a file to spans, arrows and names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from text_recognizer.troubleshooting.profiling.events import Id, category_name

Row = tuple[Any, ...]
"""(name, category, start, duration, pid, tid, args), times as they stand in the file."""

#: Counters, objects, samples and asynchronous operations, for which lanes have no place.
_OTHER_PHASES = frozenset("CNODPbenSTpFRcvV()")
_REASONS = {
    "shape": "are no events (an object with ph)",
    "time": "have no time",
    "negative": "have a negative duration",
    "phase": "are of an unknown kind",
    "end": "end something that never began",
    "open": "never end, and are ended with the trace",
}
_NOTHING: dict[str, Any] = {}


@dataclass
class Parts:
    """What a list of events holds.

    Attributes:
        spans: Complete events, and pairs of begin and end.
        instants: Marks without duration.
        flow_starts: Time and lane, by (category, id).
        flow_ends: Times and lanes, by (category, id).
        names: Of processes by pid, of threads by (pid, tid).
        wrong: How many events were wrong, by reason.
    """

    spans: list[Row] = field(default_factory=list)
    instants: list[Row] = field(default_factory=list)
    flow_starts: dict[tuple[str, Any], tuple[float, tuple[Id, Id]]] = field(default_factory=dict)
    flow_ends: dict[tuple[str, Any], list[tuple[float, tuple[Id, Id]]]] = field(
        default_factory=dict
    )
    names: dict[Any, str] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)

    def warnings(self) -> list[str]:
        """What was wrong, in sentences."""
        return [
            f"{count:,} events {_REASONS[reason]}"
            + ("" if reason == "open" else "; they are left out")
            for reason, count in self.wrong.items()
        ]


def assemble(events: Iterable[Any]) -> Parts:
    """Sort events by what they are.

    Args:
        events: As they stand in a file, in any order.

    Example:
        >>> begin = {"ph": "B", "name": "f", "ts": 1.0, "pid": 1, "tid": 1}
        >>> assemble([begin, {"ph": "E", "ts": 4.0, "pid": 1, "tid": 1}]).spans[0][2:4]
        (1.0, 3.0)
    """
    parts = Parts()
    halves: list[Row] = []
    for event in events:
        phase = event.get("ph") if isinstance(event, dict) else None
        if phase == "X":
            _complete(event, parts)
        elif phase == "M":
            _name(event, parts)
        elif phase in ("B", "E", "i", "I", "s", "f"):
            _timed(event, phase, parts, halves)
        elif not isinstance(phase, str) or not phase:
            parts.wrong["shape"] += 1
        elif phase not in _OTHER_PHASES and phase != "t":
            parts.wrong["phase"] += 1
    _pair(halves, parts)
    return parts


def _complete(event: dict[str, Any], parts: Parts) -> None:
    try:
        start, duration = float(event["ts"]), float(event.get("dur", 0.0))
    except (KeyError, TypeError, ValueError):
        parts.wrong["time"] += 1
        return
    # One comparison for the usual case; NaN and infinity fail it, too.
    if 0.0 <= duration < math.inf and -math.inf < start < math.inf:
        parts.spans.append(_row(event, start, duration))
    else:
        parts.wrong["negative" if duration < 0 else "time"] += 1


def _row(event: dict[str, Any], start: float, duration: float) -> Row:
    args = event.get("args")
    pid, tid = _lane(event)
    return (
        str(event.get("name", "")),
        category_name(event.get("cat")),
        start,
        duration,
        pid,
        tid,
        args if isinstance(args, dict) else _NOTHING,
    )


def _lane(event: dict[str, Any]) -> tuple[Id, Id]:
    pid, tid = event.get("pid", 0), event.get("tid", 0)
    return (
        pid if isinstance(pid, (int, str)) else str(pid),
        tid if isinstance(tid, (int, str)) else str(tid),
    )


def _name(event: dict[str, Any], parts: Parts) -> None:
    args = event.get("args")
    name = args.get("name") if isinstance(args, dict) else None
    if not isinstance(name, str):
        return
    pid, tid = _lane(event)
    if event.get("name") == "process_name":
        parts.names[pid] = name
    elif event.get("name") == "thread_name":
        parts.names[(pid, tid)] = name


def _timed(event: dict[str, Any], phase: str, parts: Parts, halves: list[Row]) -> None:
    try:
        time = float(event["ts"])
    except (KeyError, TypeError, ValueError):
        time = math.nan
    if not math.isfinite(time):
        parts.wrong["time"] += 1
    elif phase in "BE":
        halves.append((phase, event, time))
    elif phase in "iI":
        parts.instants.append(_row(event, time, 0.0))
    else:
        key = (str(event.get("cat", "")), str(event.get("id")))
        if phase == "s":
            parts.flow_starts[key] = (time, _lane(event))
        else:
            parts.flow_ends.setdefault(key, []).append((time, _lane(event)))


def _pair(halves: list[Row], parts: Parts) -> None:
    """Joins each begin with the next end on its lane; what is open at the end ends there."""
    halves.sort(key=lambda half: half[2])
    open_: dict[tuple[Id, Id], list[tuple[dict[str, Any], float]]] = {}
    for phase, event, time in halves:
        stack = open_.setdefault(_lane(event), [])
        if phase == "B":
            stack.append((event, time))
        elif stack:
            begin, start = stack.pop()
            parts.spans.append(_row(begin, start, time - start))
        else:
            parts.wrong["end"] += 1
    left = [half for stack in open_.values() for half in stack]
    last = max([row[2] + row[3] for row in parts.spans] + [start for _, start in left], default=0.0)
    for begin, start in left:
        parts.spans.append(_row(begin, start, last - start))
    if left:
        parts.wrong["open"] += len(left)
