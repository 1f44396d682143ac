"""The record of behaviours: it holds what the lab says, and a short run agrees with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from text_recognizer.core import EchoReader
from text_recognizer.core.errors import InputError
from text_recognizer.data.records import read_record
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.behaviour import (
    invariance_tests,
    load_written,
    minimum_tests,
    run_behaviours,
)
from text_recognizer.testing.behaviour.faulty import FAULTS, FaultyReader
from text_recognizer.testing.behaviour.full import agrees, measure_faults, solutions


@pytest.fixture(scope="module")
def record():
    return read_record("behaviour")


@pytest.fixture(scope="module")
def reader():
    return TextRecognizer.load(backend="int8")


def test_the_record_is_of_the_shipped_reader(record, reader):
    assert record.payload["digest"] == reader.bundle.digest


def test_the_record_bears_out_what_the_lab_says(record):
    rates = {each["name"]: each["rate"] for each in record.payload["results"]}
    assert rates["empty page reads as nothing"] == 0
    assert rates["control 1 columns"] <= 0.06
    slant = record.payload["pair"]["rates"]["slant"][-1]
    assert slant["difference"]["low"] > 0 < slant["moved"]["low"]


def test_the_allowances_rest_on_a_control_that_hardly_ever_exceeds_them(record):
    control = record.payload["control"]
    rates = list(control["rates"].values())
    assert rates == sorted(rates, reverse=True)
    assert control["rates"]["0.1"] <= 0.06 < control["rates"]["0.05"]
    assert control["surer"] <= 0.05


def test_every_planted_fault_is_exposed_by_its_test_in_every_draw(record):
    found = record.payload["faults"]
    assert set(found) == set(FAULTS) == set(solutions())
    assert {found[fault][fault] for fault in FAULTS} == {10}
    assert found["stale"]["dim"] == found["dim"]["stale"] == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_a_short_run_agrees_with_the_record(record, reader, seed):
    tests = invariance_tests(["slant", "brightness"], steps=[1, 3])
    report = run_behaviours(reader, tests, load_written(20, seed=seed), seed=seed)
    assert agrees(report, record).passed, agrees(report, record).reason


def test_a_faulty_reader_does_not_agree(record, reader):
    report = run_behaviours(
        FaultyReader(reader, "dim"), invariance_tests(["brightness"], steps=[3]), load_written(20)
    )
    check = agrees(report, record)
    assert not check.passed
    assert "brightness" in check.reason


def test_a_run_that_shares_nothing_with_the_record_is_refused(record):
    report = run_behaviours(EchoReader([""] * 12), minimum_tests(["empty page"]), [])
    stranger = replace(report.results[0], behaviour=replace(report.results[0].behaviour, name="x"))
    with pytest.raises(InputError, match=r"\['x'\], none of which it has"):
        agrees(replace(report, results=(stranger,)), record)


def test_faults_are_counted_by_draw(reader):
    counts = measure_faults(reader, repeats=1, lines=12)
    assert counts["dim"]["dim"] == 1
    assert counts["dim"]["odd_width"] == 0
