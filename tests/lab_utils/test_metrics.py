from __future__ import annotations

import pytest

from lab_utils import metrics, record


def test_a_value_in_its_range_comes_back_and_prints_nothing(capsys):
    assert record("cer", 0.1, 0.0, 0.25) == 0.1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("value", [0.3, -0.1, float("nan")])
def test_a_value_outside_stops_the_lab_and_is_still_recorded(value, tmp_path, monkeypatch):
    path = tmp_path / "metrics.jsonl"
    monkeypatch.setenv("LABS_METRICS", str(path))
    record("first", 1, 0, 2)
    with pytest.raises(AssertionError, match=r"cer = .* stated range 0 to 0.25"):
        record("cer", value, 0.0, 0.25)
    found = metrics.load(path)
    assert [(item.name, item.holds) for item in found] == [("first", True), ("cer", False)]


@pytest.mark.parametrize(("low", "high"), [(1, 0), (float("nan"), 1), (0, float("nan"))])
def test_a_range_is_a_range(low, high):
    with pytest.raises(ValueError, match="from low to high"):
        record("cer", 0, low, high)


def test_nothing_recorded_is_no_error(tmp_path):
    assert metrics.load(tmp_path / "none") == []
