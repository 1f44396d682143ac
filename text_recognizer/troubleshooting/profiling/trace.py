"""A reader of Chrome traces: what PyTorch's profiler writes, and what Perfetto opens."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.troubleshooting.profiling.assemble import Parts, assemble
from text_recognizer.troubleshooting.profiling.decode import (
    LIMIT_BYTES,
    Decoded,
    decode,
    read_bytes,
)
from text_recognizer.troubleshooting.profiling.events import DEVICE_WORK, RUNTIME, Flow, Id, Span

SCHEMAS = (1,)
"""Versions of Kineto's format that this reader was tried on."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The spans of one thread, or of one stream of a device.

    Attributes:
        pid: The process, or the number of the device.
        tid: The thread, or the stream.
        name: What the trace calls it.
        spans: By start, the longer first.
        device: Whether a device works here.
    """

    pid: Id
    tid: Id
    name: str
    spans: tuple[Span, ...]
    device: bool


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What ran when, on which lane.

    Attributes:
        spans: All spans, by start; times in µs from the first.
        instants: Marks without duration, such as allocations.
        flows: Arrows between lanes.
        names: Of processes, by pid, and of threads, by (pid, tid).
        devices: What the trace says of the devices.
        source: Where it comes from.
        warnings: What was wrong with it, in sentences.
    """

    spans: tuple[Span, ...]
    instants: tuple[Span, ...] = ()
    flows: tuple[Flow, ...] = ()
    names: Mapping[Any, str] = field(default_factory=dict)
    devices: tuple[Mapping[str, Any], ...] = ()
    source: str = ""
    warnings: tuple[str, ...] = ()

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """All lanes, by their first span: threads of hosts, then devices."""
        groups: dict[tuple[Id, Id], list[Span]] = {}
        for span in self.spans:
            groups.setdefault((span.pid, span.tid), []).append(span)
        lanes = [
            Lane(
                pid=pid,
                tid=tid,
                name=self.names.get((pid, tid)) or f"{self.names.get(pid, pid)} {tid}",
                spans=tuple(spans),
                device=any(span.category in DEVICE_WORK for span in spans),
            )
            for (pid, tid), spans in groups.items()
        ]
        return tuple(sorted(lanes, key=lambda lane: lane.device))

    @property
    def host(self) -> Lane:
        """The thread that named its phases, or else launched most, or else did most.

        On a GPU the backward pass launches from a thread of its own, often the busiest.

        Raises:
            InputError: If the trace holds device work only.
        """
        lanes = [lane for lane in self.lanes if not lane.device]
        if not lanes:
            raise InputError(
                f"a host lane has spans of a processor; {self.source!r} has device work only; "
                "record with the CPU activity"
            )
        return max(
            lanes,
            key=lambda lane: (
                _count(lane, ("user_annotation",)) > 0,
                _count(lane, RUNTIME),
                _count(lane, ("cpu_op",)),
            ),
        )

    @property
    def device(self) -> Lane:
        """The stream that did most.

        Raises:
            InputError: If no device worked.
        """
        lanes = [lane for lane in self.lanes if lane.device]
        if not lanes:
            names = ", ".join(lane.name for lane in self.lanes[:4])
            raise InputError(
                f"a device lane has kernels or copies; {self.source!r} has only {names or 'none'}; "
                "use load_device_trace(), or record on a machine with CUDA"
            )
        return max(lanes, key=lambda lane: _count(lane, DEVICE_WORK))

    @property
    def end(self) -> float:
        """When the last span ended, µs."""
        return max((span.end for span in self.spans), default=0.0)

    def select(self, *categories: str, name: str = "") -> tuple[Span, ...]:
        """Spans of some categories, by start.

        Args:
            categories: Such as ``"kernel"``; all where none is given.
            name: Only spans with this text in their name.

        Example:
            >>> trace = parse_trace([{"ph": "X", "name": "f", "cat": "cpu_op", "ts": 1, "dur": 2}])
            >>> [span.name for span in trace.select("cpu_op")]
            ['f']
        """
        return tuple(
            span
            for span in self.spans
            if (not categories or span.category in categories) and name in span.name
        )

    def between(self, start: float, end: float) -> Trace:
        """The part of the trace that lies within a window; times count from its start.

        Args:
            start: µs.
            end: µs, above start.

        Raises:
            InputError: If the window is empty.
        """
        if not end > start:
            raise InputError(f"a window ends after it starts; received {start} to {end} µs")
        return Trace(
            spans=tuple(
                one._replace(start=one.start - start)
                for one in self.spans
                if start <= one.start and one.end <= end
            ),
            instants=tuple(
                one._replace(start=one.start - start)
                for one in self.instants
                if start <= one.start <= end
            ),
            flows=tuple(
                one._replace(start=one.start - start, end=one.end - start)
                for one in self.flows
                if start <= one.start and one.end <= end
            ),
            names=self.names,
            devices=self.devices,
            source=self.source,
            warnings=self.warnings,
        )


def read_trace(path: str | os.PathLike[str], *, limit_bytes: int = LIMIT_BYTES) -> Trace:
    """Read a trace file, ``.json`` or ``.json.gz``.

    Args:
        path: What ``torch.profiler`` exported, or any file in Chrome's format.
        limit_bytes: Largest size, uncompressed; above it the file is refused.

    Returns:
        The trace. What was wrong with the file stands in its ``warnings``: a killed run leaves
        JSON that breaks off, and what came before is read.

    Raises:
        ParseError: If the file is missing, too large, empty, or not a trace.
    """
    path = Path(path)
    content, warnings = read_bytes(path, limit_bytes)
    with _no_collection():
        return parse_trace(content, source=path.name, warnings=warnings)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for cycles meanwhile: events have none, and beside torch each search is slow."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parse_trace(
    content: bytes | list[Any], *, source: str = "trace", warnings: Iterable[str] = ()
) -> Trace:
    """A trace from bytes, or from a list of events.

    Args:
        content: JSON, or events as they stand in Chrome's format.
        source: What to call it.
        warnings: What is known to be wrong already.

    Raises:
        ParseError: If it is empty or not a trace.

    Example:
        >>> parse_trace(b'[{"ph": "X", "name": "f", "ts": "5", "dur": 2}]').spans[0].duration
        2.0
    """
    decoded: Decoded = (content, {}, []) if isinstance(content, list) else decode(content, source)
    events, fields, damage = decoded
    parts = assemble(events)
    if not parts.spans:
        raise ParseError(
            f"a trace has spans (events with ph X, or B and E); {source!r} has none among "
            f"{len(events)} events; record it again"
        )
    origin = min(span[2] for span in parts.spans)
    return Trace(
        spans=_sorted(parts.spans, origin),
        instants=_sorted(parts.instants, origin),
        flows=tuple(_flows(parts, origin)),
        names=parts.names,
        devices=tuple(
            one for one in _list(fields.get("deviceProperties")) if isinstance(one, dict)
        ),
        source=source,
        warnings=(*warnings, *damage, *_version(fields), *parts.warnings()),
    )


def _sorted(rows: list[tuple[Any, ...]], origin: float) -> tuple[Span, ...]:
    spans = [Span(r[0], r[1], r[2] - origin, r[3], r[4], r[5], r[6]) for r in rows]
    spans.sort(key=lambda span: (span[2], -span[3]))
    return tuple(spans)


def _flows(parts: Parts, origin: float) -> Iterable[Flow]:
    for (category, _), (start, lane) in parts.flow_starts.items():
        for end, end_lane in parts.flow_ends.get((category, _), ()):
            yield Flow(category, start - origin, lane, end - origin, end_lane)


def _version(fields: Mapping[str, Any]) -> list[str]:
    schema = fields.get("schemaVersion")
    if schema is None or schema in SCHEMAS:
        return []
    return [f"schemaVersion {schema!r} is not one that was tried ({SCHEMAS[0]}); read with care"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(lane: Lane, categories: tuple[str, ...]) -> int:
    return sum(span.category in categories for span in lane.spans)
