"""The record of regressions in small: the same keys, the same reader, and the planted skew."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.data.records import read_record
from text_recognizer.testing.regression import full
from text_recognizer.testing.regression.full import measure_regression, mistuned


def test_a_mistuned_reader_differs_from_the_shipped_one_in_the_crop_alone():
    other, usual = mistuned(8.0).bundle, mistuned(6.4).bundle
    assert other.preprocess.deviations == 8.0
    assert dict(other.files) == dict(usual.files)
    assert other.digest != usual.digest


def test_the_full_run_in_small_has_what_the_record_has(monkeypatch):
    few = {"cropped far wider": mistuned(12.0)}
    monkeypatch.setattr(full, "upgrades", lambda: few)
    monkeypatch.setattr(full, "EQUALS", 2)
    payload = measure_regression(limit=66)
    shipped = read_record("regression").payload
    assert set(payload) == set(shipped)
    assert payload["bank"]["digest"] == shipped["bank"]["digest"]
    only, same = payload["upgrades"]["cropped far wider"], shipped["upgrades"]["cropped far wider"]
    assert set(only) == set(same)
    assert only["all"]["verdict"] == "worse"
    assert len(payload["bank"]["items"]) == 60


def test_too_few_lines_for_a_bank(monkeypatch):
    monkeypatch.setattr(full, "upgrades", dict)
    with pytest.raises(InputError, match="a bank of 40 failures and 20 successes"):
        measure_regression(limit=20)
