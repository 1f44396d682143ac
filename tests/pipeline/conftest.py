"""A data folder with a toy sample, and the stages run on it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.pipeline.params import EvaluateParams, TrainParams

#: A training of two steps of a very small model.
QUICK = TrainParams(
    settings={
        "steps": 2,
        "batch_size": 2,
        "checkpoint_every": 1,
        "validate_every": 2,
        "model": {"channels": [4, 4, 8], "features": 16, "dilations": [1]},
    }
)


@pytest.fixture
def _toy_data(toy_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))


@pytest.fixture(scope="session")
def results(toy_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stages from train to export leave; tests must not change it."""
    from text_recognizer.pipeline import evaluate_bundle, release, train_bundle
    from text_recognizer.pipeline.files import METRICS, TRAINED, write_json

    folder = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))
        train_bundle(QUICK, folder, folder / "work")
        write_json(folder / METRICS, evaluate_bundle(folder / TRAINED, EvaluateParams()))
        release(folder)
    return folder
