"""Events of every kind, right and wrong, as spans, arrows and names."""

from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.profiling.assemble import assemble


def x(**changes):
    return {"ph": "X", "name": "f", "ts": 1.0, "dur": 2.0, "pid": 1, "tid": 2, **changes}


def half(phase, ts, tid=1, name="f"):
    return {"ph": phase, "name": name, "ts": ts, "pid": 1, "tid": tid}


def times(parts):
    return sorted((row[0], row[2], row[3]) for row in parts.spans)


@pytest.mark.parametrize(
    ("event", "warning"),
    [
        pytest.param(x(dur=-1), "1 events have a negative duration", id="negative duration"),
        pytest.param(x(ts="soon"), "have no time", id="a time that is a word"),
        pytest.param(x(ts=None), "have no time", id="no time"),
        pytest.param(x(ts=float("nan")), "have no time", id="NaN"),
        pytest.param(x(dur=float("inf")), "have no time", id="endless"),
        pytest.param({"ph": "X", "name": "f"}, "have no time", id="time left out"),
        pytest.param({"name": "f"}, "are no events", id="no phase"),
        pytest.param(None, "are no events", id="null"),
        pytest.param(x(ph="Q"), "of an unknown kind", id="a phase that does not exist"),
        pytest.param(half("E", 3.0), "that never began", id="an end without a begin"),
    ],
)
def test_what_is_wrong_with_an_event_is_counted_and_said(event, warning):
    parts = assemble([event])
    assert parts.spans == []
    assert warning in parts.warnings()[0]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(x(ts="1.0", dur="2"), id="times as text"),
        pytest.param(x(ts=1, dur=2), id="whole numbers"),
        pytest.param(x(args=[1]), id="arguments of another kind"),
        pytest.param(x(pid=[1], tid=None), id="odd names of lanes"),
        pytest.param(x(cat=None, name=None), id="no category"),
    ],
)
def test_what_is_merely_odd_is_kept(event):
    parts = assemble([event])
    assert parts.spans[0][2:4] == (1.0, 2.0)
    assert parts.warnings() == []


def test_pairs_nest_and_lanes_are_apart():
    events = [
        half("B", 0, name="outer"),
        half("B", 1, name="inner"),
        half("B", 1, tid=2, name="other"),
        half("E", 2),
        half("E", 9, tid=2),
        half("E", 5),
    ]
    assert times(assemble(events)) == [("inner", 1, 1), ("other", 1, 8), ("outer", 0, 5)]
    assert times(assemble(events[::-1])) == times(assemble(events))


def test_what_is_open_at_the_end_ends_with_the_trace():
    parts = assemble([half("B", 0), x(ts=3, dur=4, name="last")])
    assert ("f", 0, 7.0) in times(parts)
    assert "1 events never end" in parts.warnings()[0]


def test_names_arrows_and_marks_are_found_and_other_kinds_pass_silently():
    parts = assemble(
        [
            {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "python"}},
            {"ph": "M", "name": "thread_name", "pid": 1, "tid": 7, "args": {"name": "stream 7"}},
            {"ph": "M", "name": "process_labels", "pid": 1, "args": {"labels": "CPU"}},
            {"ph": "s", "id": 4, "cat": "ac2g", "ts": 1, "pid": 1, "tid": 1},
            {"ph": "f", "id": 4, "cat": "ac2g", "ts": 5, "pid": 0, "tid": 7, "bp": "e"},
            {"ph": "i", "name": "[memory]", "ts": 2, "args": {"Bytes": 8}},
            {"ph": "C", "name": "counter", "ts": 2, "args": {"n": 1}},
        ]
    )
    assert parts.names == {1: "python", (1, 7): "stream 7"}
    assert parts.flow_starts == {("ac2g", "4"): (1.0, (1, 1))}
    assert parts.flow_ends == {("ac2g", "4"): [(5.0, (0, 7))]}
    assert parts.instants[0][6] == {"Bytes": 8}
    assert parts.warnings() == []
