"""Call trees: against a count of every moment, and in odd cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.troubleshooting.profiling.events import Span
from text_recognizer.troubleshooting.profiling.tree import call_tree, self_times


def span(name, start, duration, category="cpu_op"):
    return Span(name, category, float(start), float(duration), 1, 1, {})


def test_a_tree_and_its_table():
    spans = [
        span("step", 0, 100, "user_annotation"),
        span("linear", 10, 50),
        span("mm", 20, 30),
        span("mm", 70, 10),
    ]
    (root,) = call_tree(spans)
    assert [node.span.name for node in root.walk()] == ["step", "linear", "mm", "mm"]
    assert root.self_time == 40
    rows = self_times([root], "cpu_op")
    assert [(r.name, r.calls, r.self_time, r.total_time) for r in rows] == [
        ("mm", 2, 40, 40),
        ("linear", 1, 20, 50),
    ]
    assert sum(row.share for row in rows) == pytest.approx(1)


@st.composite
def nested(draw, start=0, end=200, depth=0):
    """Spans that nest, as a thread makes them, with whole times."""
    found, place = [], start
    while place < end and draw(st.booleans()) and depth < 5:
        first = draw(st.integers(place, end - 1))
        last = draw(st.integers(first + 1, end))
        found += [span(f"d{depth}", first, last - first)]
        found += draw(nested(first, last, depth + 1))
        place = last
    return found


@given(nested())
def test_self_time_equals_a_count_of_every_moment(spans):
    """At each moment the innermost open span is the one that works."""
    counted: dict[str, int] = {}
    for moment in range(200):
        inside = [one for one in spans if one.start <= moment < one.end]
        if inside:
            innermost = max(one.name for one in inside)
            counted[innermost] = counted.get(innermost, 0) + 1
    rows = self_times(call_tree(spans))
    assert {row.name: row.self_time for row in rows if row.self_time} == counted


def test_a_span_that_ends_after_its_caller_takes_only_what_they_share():
    (root,) = call_tree([span("outer", 0, 10), span("inner", 8, 5)])
    assert root.self_time == 8
    assert root.children[0].self_time == 5


def test_depth_has_no_limit_of_recursion():
    roots = call_tree(span("f", n, 10_000 - 2 * n) for n in range(4_000))
    assert sum(1 for _ in roots[0].walk()) == 4_000


def test_spans_without_duration_and_none_at_all():
    (root,) = call_tree([span("outer", 0, 5), span("mark", 2, 0), span("edge", 5, 0)][:2])
    assert len(root.children) == 1
    assert call_tree([]) == ()
    assert self_times([]) == ()
