"""The stage evaluate: rates with intervals, and nothing that a second run would change."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import BundleError
from text_recognizer.pipeline.evaluate import evaluate_bundle
from text_recognizer.pipeline.files import METRICS, TRAINED, read_json
from text_recognizer.pipeline.params import EvaluateParams
from text_recognizer.reading.bundle import Bundle

pytestmark = pytest.mark.usefixtures("_toy_data")


def test_the_same_bundle_gives_the_same_metrics(results: Path) -> None:
    metrics = read_json(results / METRICS)
    assert metrics == evaluate_bundle(results / TRAINED, EvaluateParams())
    assert metrics["digest"] == Bundle.load(results / TRAINED).digest
    lines = metrics["lines"]
    assert (lines["count"], lines["writers"]) == (8, 1)
    # One writer: nothing to resample.
    assert {"cer", "wer"} < set(lines)
    assert "cer_low" not in lines


def test_split_and_limit_choose_the_lines(results: Path) -> None:
    some = evaluate_bundle(results / TRAINED, EvaluateParams(split="val", limit=3))
    assert (some["split"], some["lines"]["count"]) == ("val", 3)


def test_an_interval_needs_two_writers(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from text_recognizer.testing import labels

    def two(**_: object) -> list[labels.LabelledItem]:
        from text_recognizer.data.sample import load_lines

        return [
            labels.LabelledItem(line.image, line.text, kind="line", writer=f"w{i % 2}", id=line.id)
            for i, line in enumerate(load_lines("test"))
        ]

    monkeypatch.setattr(labels, "read_sample", two)
    lines = evaluate_bundle(results / TRAINED, EvaluateParams())["lines"]
    assert lines["cer_low"] <= lines["cer"] <= lines["cer_high"]


def test_a_missing_bundle_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is none"):
        evaluate_bundle(tmp_path / "nowhere", EvaluateParams())
