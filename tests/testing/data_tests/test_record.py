"""The shipped record: what it claims, that the code still does it, and that it can be made."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import ParseError
from text_recognizer.data.expectations import TUNED, Tolerance, read_rows
from text_recognizer.data.expectations.rules import SAMPLE_RANGES
from text_recognizer.data.records import Record, read_record
from text_recognizer.testing.data_tests.corruptions import CORRUPTIONS
from text_recognizer.testing.data_tests.detections import catches
from text_recognizer.testing.data_tests.draws import SHARES
from text_recognizer.testing.data_tests.record import (
    COMMAND,
    NAME,
    disagreements,
    main,
    recorded,
    recorded_curve,
)
from text_recognizer.testing.data_tests.tuning import choose

pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def record():
    return read_record(NAME)


def test_every_corruption_is_caught_or_listed_and_none_is_left_out(record):
    found = {each.corruption: each.verdict for each in catches(recorded(record))}
    assert list(found) == list(CORRUPTIONS)
    assert {
        name: verdict for name, verdict in found.items() if verdict in ("missed", "stale")
    } == {}


def test_clean_sets_alarm_in_fewer_than_one_in_a_hundred_on_other_hands_too(record):
    clean = recorded(record)[0]
    assert clean.corruption == "clean"
    assert clean.rate < 0.01
    [tuned] = [point for point in recorded_curve(record) if point.tolerance == TUNED]
    assert max(tuned.false_alarms, *tuned.elsewhere.values()) < 0.01
    assert set(tuned.elsewhere) == {"val", "test", "val and test"}


def test_the_shipped_tolerance_is_the_one_that_was_tuned(record):
    assert choose(recorded_curve(record)) == TUNED == Tolerance(**record.payload["tolerance"])
    assert {name: tuple(ends) for name, ends in record.payload["ranges"].items()} == SAMPLE_RANGES


def test_as_many_sets_as_stated(record):
    assert (record.payload["bootstraps"], record.payload["clean"]) == (200, 1000)
    assert len(recorded(record)) == 1 + len(CORRUPTIONS) * len(SHARES)
    assert {len(each.alarms) for each in recorded(record)} == {200}


def test_the_code_does_what_the_record_says(record):
    assert disagreements(1, record) == []


def test_a_record_of_other_results_is_noticed(record):
    payload = {**record.payload, "detection": [dict(each) for each in record.payload["detection"]]}
    assert payload["detection"][1]["corruption"] == "texts empty"
    payload["detection"][1]["alarms"] = "0" * 200
    other = Record(name=NAME, seed=record.seed, version="0", command=COMMAND, payload=payload)
    [sentence] = disagreements(1, other)
    assert sentence.startswith("texts empty at 0.01: recorded (False,), now (True,)")


@pytest.mark.slow
def test_the_command_makes_a_record(tmp_path, capsys, monkeypatch):
    few = read_rows(["test"], limit=150)
    monkeypatch.setattr(f"{main.__module__}.sample_rows", lambda *splits: few)
    main(["--bootstraps", "1", "--clean", "2", "--folder", str(tmp_path), "--seed", "5"])
    made = read_record(NAME, folder=tmp_path)
    assert (made.seed, made.command) == (5, COMMAND)
    assert {len(each.alarms) for each in recorded(made)} == {1}
    assert "wrote data_tests.json" in capsys.readouterr().err


def test_a_missing_record_is_refused(tmp_path):
    with pytest.raises(ParseError, match="restore it with git"):
        recorded(read_record(NAME, folder=tmp_path))
