"""Files that suffered: each is read as far as it goes, or refused in words."""

from __future__ import annotations

import gzip
import json

import pytest

from text_recognizer.core.errors import ParseError
from text_recognizer.troubleshooting.profiling.decode import decode, read_bytes
from text_recognizer.troubleshooting.profiling.trace import read_trace

EVENT = {"ph": "X", "name": "f", "cat": "cpu_op", "ts": 1.0, "dur": 2.0, "pid": 1, "tid": 1}
WHOLE = json.dumps({"schemaVersion": 1, "traceEvents": [EVENT] * 3})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty", id="empty file"),
        pytest.param(b" \n\t", "is empty", id="white space"),
        pytest.param(b"hello", "is not", id="no JSON"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "is not", id="a picture"),
        pytest.param(b"{}", "holds a dict with", id="an empty object"),
        pytest.param(b'{"cells": [], "nbformat": 4}', "cells", id="a notebook"),
        pytest.param(b'{"traceEvents": 7}', "traceEvents", id="no list of events"),
        pytest.param(b'"trace"', "holds a str", id="a text"),
        pytest.param(b"[]", "none among 0 events", id="an empty list"),
        pytest.param(b"[1, null, [2]]", "none among 3 events", id="a list of other things"),
        pytest.param(b"[" * 200_000, "before the first|too deep", id="nested too deep"),
        pytest.param(b'{"traceEvents": [', "before the first one", id="killed at once"),
        pytest.param(b"\x1f\x8bnonsense", "damaged", id="gzip that is none"),
    ],
)
def test_what_is_no_trace_is_refused(content, message, tmp_path):
    path = tmp_path / "trace.json"
    path.write_bytes(content)
    with pytest.raises(ParseError, match=message):
        read_trace(path)


@pytest.mark.parametrize(
    ("lost", "left"),
    [
        pytest.param(1, 3, id="the closing brace"),
        pytest.param(2, 3, id="the closing bracket"),
        pytest.param(10, 2, id="the end of the last event"),
        pytest.param(len(json.dumps(EVENT)) + 4, 2, id="the whole last event"),
    ],
)
def test_a_killed_run_is_read_as_far_as_it_went(lost, left, tmp_path):
    path = tmp_path / "killed.json"
    path.write_text(WHOLE[:-lost])
    trace = read_trace(path)
    assert len(trace.spans) == left
    assert f"killed.json breaks off after {left} events" in trace.warnings[0]


def test_the_fields_before_the_events_survive_a_cut():
    assert decode(WHOLE[:-5].encode(), "x")[1] == {"schemaVersion": 1}


def test_a_bare_list_may_lack_its_end():
    events, _, warnings = decode(json.dumps([EVENT, EVENT])[:-1].encode(), "list.json")
    assert len(events) == 2
    assert warnings


@pytest.mark.parametrize("share", [0.99, 0.5])
def test_gzip_that_breaks_off_gives_what_came_before(share, tmp_path):
    events = [{**EVENT, "ts": float(n), "name": f"span {n * 7919 % 1000}"} for n in range(15_000)]
    packed = gzip.compress(json.dumps(events).encode(), compresslevel=1)
    path = tmp_path / "cut.json.gz"
    path.write_bytes(packed[: int(share * len(packed))])
    trace = read_trace(path)
    assert 0.2 * share * len(events) < len(trace.spans) < len(events)
    assert "breaks off" in " ".join(trace.warnings)


def test_a_small_gzip_file_that_holds_gigabytes_is_refused(tmp_path):
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b"[" + b" " * 20_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(ParseError, match="at most 1,000,000 bytes"):
        read_trace(path, limit_bytes=1_000_000)


def test_a_file_above_the_limit_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "large.json"
    path.write_text(WHOLE)
    with pytest.raises(ParseError, match=r"'large\.json' is larger"):
        read_bytes(path, 50)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(ParseError, match="failed with"):
            read_trace(path)


def test_a_byte_order_mark_and_broken_letters_do_no_harm(tmp_path):
    path = tmp_path / "odd.json"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace('"f"', '"\\u00fcber \x01"').encode() + b"\n")
    assert len(read_trace(path).spans) == 3
    path.write_bytes(WHOLE.encode().replace(b'"f"', b'"\xff"'))
    assert read_trace(path).spans[0].name == "\ufffd"
