"""The stage train: its bundle, its report, and how it goes on after it was killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.pipeline.files import LOSS, TRAINED, TRAINING, read_json
from text_recognizer.pipeline.params import TrainParams
from text_recognizer.pipeline.train import configure, fingerprint, flat, train_bundle
from text_recognizer.reading.bundle import Bundle

from .conftest import QUICK


def test_settings_change_a_preset() -> None:
    config = configure(TrainParams(seed=3, real="lines", settings=QUICK.settings))
    assert (config.seed, config.real, config.steps) == (3, "lines", 2)
    assert config.model.channels == (4, 4, 8)
    assert not config.rendered


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param(TrainParams(preset="huge"), "no preset 'huge'", id="preset"),
        pytest.param(TrainParams(settings={"step": 5}), "cannot set", id="unknown setting"),
        pytest.param(TrainParams(settings={"steps": "many"}), "cannot set", id="no number"),
        pytest.param(TrainParams(settings={"steps": 0}), "steps must be at least 1", id="range"),
    ],
)
def test_what_cannot_be_trained_is_refused(params: TrainParams, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        configure(params)


def test_names_within_names_get_dots() -> None:
    assert dict(flat({"a": {"b": {"c": 1}}, "d": [2]})) == {"a.b.c": 1, "d": [2]}


@pytest.mark.usefixtures("_toy_data")
def test_a_fingerprint_is_of_the_training_not_of_its_folder(tmp_path: Path) -> None:
    config = configure(QUICK)
    assert fingerprint(config) == fingerprint(replace(config, out="elsewhere"))
    assert fingerprint(config) != fingerprint(replace(config, seed=1))
    mixed = replace(config, real=str(tmp_path))
    before = fingerprint(mixed)
    (tmp_path / "labels.jsonl").write_text("{}\n")
    assert fingerprint(mixed) != before


def test_a_training_leaves_a_bundle_a_report_and_its_loss(results: Path) -> None:
    report = read_json(results / TRAINING)
    assert report["digest"] == Bundle.load(results / TRAINED).digest
    assert (report["steps"], report["resumed"], report["real"]) == (2, 0, False)
    assert report["settings"]["model.features"] == 16
    assert (results / LOSS).read_text().startswith("step,loss\n")
    assert not list((results / "work").iterdir())


@pytest.mark.usefixtures("_toy_data")
def test_a_killed_training_goes_on_from_its_checkpoint(
    tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from text_recognizer.training import run

    def die(*_: object) -> None:
        raise KeyboardInterrupt("the machine went down")

    work = tmp_path / "work"
    with monkeypatch.context() as patch:
        patch.setattr(run, "write_bundle", die)
        with pytest.raises(KeyboardInterrupt):
            train_bundle(QUICK, tmp_path / "out", work)
    kept = sorted(path.name for path in work.iterdir())
    assert len(kept) == 1
    # Another training does not take it up.
    assert kept != [f"train-{fingerprint(configure(replace(QUICK, seed=1)))}"]
    # Killed between the two files of its first checkpoint.
    (work / kept[0] / "last.ckpt").unlink()
    report = train_bundle(QUICK, tmp_path / "out", work)
    assert report["resumed"] == report["steps"] == 2
    assert report["digest"] == read_json(results / TRAINING)["digest"]
    assert not list(work.iterdir())
