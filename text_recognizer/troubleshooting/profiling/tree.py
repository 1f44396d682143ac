"""Spans within spans: the call tree of a lane, and the time that each span kept for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from text_recognizer.troubleshooting.profiling.events import Span


@dataclass
class Node:
    """A span and what ran inside it.

    Attributes:
        span: The span itself.
        children: What it called, by start.
        self_time: Its duration less that of its children, µs.
    """

    span: Span
    children: list[Node] = field(default_factory=list)
    self_time: float = 0.0

    def walk(self) -> Iterator[Node]:
        """This node and all below it, callers before what they call."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, kw_only=True)
class Row:
    """The time of all spans of one name.

    Attributes:
        name: Of the spans.
        calls: How many.
        self_time: Without what they called, µs.
        total_time: With it, µs; a span inside one of its own name counts twice.
        share: Of the self time of all rows, 0 to 1.
    """

    name: str
    calls: int
    self_time: float
    total_time: float
    share: float


def call_tree(spans: Iterable[Span]) -> tuple[Node, ...]:
    """Nest the spans of one lane.

    A span is inside the last one that is still open when it starts. Clocks are read at slightly
    different moments, so a span may end after its caller: the caller then loses only the part
    that they share.

    Args:
        spans: Of one lane, in any order.

    Returns:
        The outermost spans, by start.

    Example:
        >>> outer = Span("step", "", 0.0, 10.0, 1, 1, {})
        >>> inner = Span("aten::mm", "", 2.0, 3.0, 1, 1, {})
        >>> call_tree([inner, outer])[0].self_time
        7.0
    """
    roots: list[Node] = []
    open_: list[Node] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.duration)):
        node = Node(span, self_time=span.duration)
        while open_ and open_[-1].span.end <= span.start:
            open_.pop()
        if open_:
            parent = open_[-1]
            parent.children.append(node)
            parent.self_time -= min(span.end, parent.span.end) - span.start
        else:
            roots.append(node)
        open_.append(node)
    for root in roots:
        for node in root.walk():
            # Children that overlap each other would take the same time twice.
            node.self_time = max(0.0, node.self_time)
    return tuple(roots)


def self_times(roots: Iterable[Node], *categories: str) -> tuple[Row, ...]:
    """The table of a profile: spans by name, the greatest self time first.

    Args:
        roots: From :func:`call_tree`; of several lanes, if you like.
        categories: Only spans of these; all where none is given.
    """
    found: dict[str, list[float]] = {}
    for root in roots:
        for node in root.walk():
            if not categories or node.span.category in categories:
                row = found.setdefault(node.span.name, [0, 0.0, 0.0])
                row[0] += 1
                row[1] += node.self_time
                row[2] += node.span.duration
    whole = sum(row[1] for row in found.values()) or 1.0
    rows = [
        Row(name=name, calls=int(calls), self_time=own, total_time=total, share=own / whole)
        for name, (calls, own, total) in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.self_time, row.name)))
