"""Several training processes: a real run of two, and who writes what."""

from __future__ import annotations

import csv
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from text_recognizer.core.errors import ConfigError
from text_recognizer.reading import TextRecognizer
from text_recognizer.training import TrainConfig, preset
from text_recognizer.training import processes as module
from text_recognizer.training.processes import is_first, make_trainer, save_alone


@pytest.mark.slow
def test_two_processes_train_one_reader(tmp_path):
    """The command starts its second process itself; both come to the end, one writes."""
    command = [sys.executable, "-m", "text_recognizer", "train", "--preset", "tiny", "--quiet"]
    command += ["--devices", "2", "--out", str(tmp_path), "--set", "steps=2"]
    command += ["--set", "checkpoint_every=2", "--set", "validate_every=2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("wrote ") == 1
    assert torch.load(tmp_path / "last.ckpt", weights_only=True)["global_step"] == 2
    found = sorted(path.name for path in tmp_path.glob("*.ckpt"))
    assert found == ["last.ckpt", "step=2.ckpt"]
    with (tmp_path / "csv" / "metrics.csv").open() as file:
        assert [row["val/cer"] for row in csv.DictReader(file) if row["val/cer"]]
    assert TextRecognizer.load(tmp_path / "bundle").bundle.metrics["validation"]["lines"] == 8


@pytest.mark.parametrize(
    ("accelerator", "cuda", "expected"),
    [
        pytest.param("auto", True, "cuda", id="an NVIDIA GPU is used"),
        pytest.param("auto", False, "cpu", id="without one the processor, never another GPU"),
        pytest.param("cpu", True, "cpu", id="the processor on request"),
    ],
)
def test_a_trainer_is_on_the_devices_of_its_settings(accelerator, cuda, expected, monkeypatch):
    made = {}
    monkeypatch.setattr(module.lightning, "Trainer", lambda **settings: made.update(settings))
    monkeypatch.setattr(module.torch.cuda, "is_available", lambda: cuda)
    make_trainer(TrainConfig(devices=3, num_nodes=2, accelerator=accelerator), max_steps=5)
    assert made == {"accelerator": expected, "devices": 3, "num_nodes": 2, "max_steps": 5}


def test_more_devices_than_there_are_is_a_typed_error(monkeypatch):
    def trainer(**_):
        raise module.MisconfigurationException("You requested gpu: [0, 1]\n But [0].")

    monkeypatch.setattr(module.lightning, "Trainer", trainer)
    with pytest.raises(ConfigError, match=r"got devices=2 and num_nodes=1: You .*; lower devices"):
        make_trainer(TrainConfig(devices=2))


@pytest.mark.parametrize(("rank", "first"), [(0, True), (1, False), (None, True)])
def test_the_first_process_writes(rank, first, monkeypatch):
    monkeypatch.setattr(module.rank_zero_only, "rank", rank, raising=False)
    assert is_first() is first


@pytest.mark.parametrize(("rank", "writes"), [(0, True), (1, False)])
def test_a_checkpoint_is_saved_without_waiting_for_the_others(rank, writes, tmp_path):
    saved = []
    save_alone(
        SimpleNamespace(
            world_size=2,
            is_global_zero=rank == 0,
            save_checkpoint=pytest.fail,
            _checkpoint_connector=SimpleNamespace(dump_checkpoint=lambda weights_only: {"a": 1}),
            strategy=SimpleNamespace(
                checkpoint_io=SimpleNamespace(save_checkpoint=lambda *args: saved.append(args))
            ),
        ),
        tmp_path,
    )
    assert saved == ([({"a": 1}, tmp_path)] if writes else [])


def test_processes_are_devices_of_all_machines():
    assert preset("tiny").processes == 1
    assert TrainConfig(devices=4, num_nodes=2).processes == 8
