"""Whole trainings of a few steps: logs, checkpoints, resume, Ctrl-C, and a bundle that reads."""

from __future__ import annotations

import csv
import dataclasses
import signal
import warnings

import pytest
import torch

from text_recognizer.core.errors import DataError
from text_recognizer.training import preset
from text_recognizer.training.lit_recognizer import LitRecognizer
from text_recognizer.training.run import _data, fit, precision, write_bundle


def config(out, **changes):
    settings = {"steps": 4, "validate_every": 2, "checkpoint_every": 2, "out": str(out)}
    return dataclasses.replace(preset("tiny"), **{**settings, **changes})


def train(out, **changes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit(config(out, **changes), quiet=True)


def rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def step_of(out):
    return torch.load(out / "last.ckpt", weights_only=True)["global_step"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory, toy_data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))
        out = tmp_path_factory.mktemp("train")
        return out, train(out, steps=24, validate_every=12, checkpoint_every=10, warmup=2)


def test_a_training_ends_at_its_steps_in_evaluation_mode(trained):
    out, module = trained
    assert step_of(out) == 24
    assert not module.training


def test_the_loss_falls(trained):
    out, module = trained
    found = [float(r["train/ctc"]) for r in rows(out / "csv" / "metrics.csv") if r["train/ctc"]]
    assert found
    fresh = LitRecognizer(module.config, module.charset)
    fresh.log = module.log = lambda *_, **__: None
    lines = next(iter(_data(module.config, module.charset, 0).train_dataloader()))
    with torch.no_grad():
        before, after = (float(each.eval().training_step(lines, 0)) for each in (fresh, module))
    assert after < 0.8 * before


def test_it_logs_to_csv_and_tensorboard(trained):
    out, module = trained
    errors = [float(r["val/cer"]) for r in rows(out / "csv" / "metrics.csv") if r["val/cer"]]
    assert errors[-1] == pytest.approx(module.last_cer)
    assert list((out / "tensorboard").rglob("events.out.tfevents.*"))


def test_it_keeps_checkpoints(trained):
    out, _ = trained
    assert sorted(path.name for path in out.glob("*.ckpt")) == ["last.ckpt", "step=20.ckpt"]


def test_the_last_weights_are_validated(trained):
    _, module = trained
    assert (module.validated_step, module.validation_lines) == (24, 8)


@pytest.mark.parametrize(
    ("cer", "metrics", "expected"),
    [
        pytest.param(0.5, None, {"validation": {"cer": 0.5, "lines": 8}}, id="validated"),
        pytest.param(
            float("nan"), None, {"validation": {"cer": None, "lines": 8}}, id="JSON has no NaN"
        ),
        pytest.param(0.5, {"sets": {}}, {"sets": {}}, id="measured elsewhere"),
    ],
)
def test_a_bundle_says_what_was_measured(cer, metrics, expected, trained, tmp_path, monkeypatch):
    _, module = trained
    found = []
    monkeypatch.setattr("text_recognizer.training.run.export_bundle", lambda *a: found.extend(a))
    monkeypatch.setattr(module, "last_cer", cer)
    write_bundle(module, tmp_path, metrics)
    config = module.config
    assert found == [
        *(module.model, config.model, module.charset, config.preprocess, tmp_path, expected)
    ]


def test_a_training_goes_on_where_it_ended(tmp_path):
    train(tmp_path, steps=2)
    first = rows(tmp_path / "csv" / "metrics.csv")
    module = train(tmp_path, steps=5)
    assert step_of(tmp_path) == 5
    assert rows(tmp_path / "csv" / "metrics.csv") == first, "logs of before are kept"
    assert rows(tmp_path / "csv" / "from-step-2" / "metrics.csv")[-1]["step"] == "5"
    assert module.validated_step == 5


def test_a_training_that_is_over_only_validates(tmp_path):
    weights = train(tmp_path, steps=2).model.state_dict()
    again = train(tmp_path, steps=2)
    assert step_of(tmp_path) == 2
    assert all(torch.equal(weights[k], v) for k, v in again.model.state_dict().items())
    assert again.last_cer >= 0


def test_the_same_seed_gives_the_same_weights(tmp_path):
    one, two, other = (
        train(tmp_path / name, steps=2, seed=seed).model.head.weight
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_ctrl_c_leaves_a_checkpoint_and_the_same_call_goes_on(tmp_path, monkeypatch):
    step = LitRecognizer.training_step

    def interrupted(self, batch, index):
        if self.global_step == 3:
            signal.raise_signal(signal.SIGINT)
        return step(self, batch, index)

    handler = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(LitRecognizer, "training_step", interrupted)
        with pytest.raises(KeyboardInterrupt, match="step 3"):
            train(tmp_path, steps=5, checkpoint_every=100)
    assert signal.getsignal(signal.SIGINT) is handler
    assert step_of(tmp_path) == 3
    seconds = torch.load(tmp_path / "last.ckpt", weights_only=True)["seconds"]
    module = train(tmp_path, steps=5, checkpoint_every=100)
    assert step_of(tmp_path) == 5
    assert module.seconds() > seconds > 0


def test_minutes_end_a_training(tmp_path):
    train(tmp_path, steps=100_000, minutes=1e-6)
    assert step_of(tmp_path) == 1


def test_a_loss_of_nan_ends_it_without_a_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "text_recognizer.training.lit_recognizer.ctc_loss",
        lambda log_probs, _: log_probs.sum() * float("nan"),
    )
    with pytest.raises(DataError, match="the loss must be finite, got nan at step 1"):
        train(tmp_path)
    assert not (tmp_path / "last.ckpt").exists()


def test_a_checkpoint_of_another_model_is_refused_before_training(tmp_path):
    train(tmp_path, steps=1)
    wide = dataclasses.replace(preset("tiny").model, features=40)
    with pytest.raises(DataError, match=r"of the same sizes.*keep the model settings"):
        train(tmp_path, model=wide)


def test_rendered_lines_train_too(tmp_path, monkeypatch):
    monkeypatch.setattr("text_recognizer.data.datamodule.VALIDATION_LINES", 5)
    module = train(tmp_path, steps=2, rendered=True, workers=1)
    assert module.validation_lines == 5


@pytest.mark.parametrize("name", ["32-true", "bf16-mixed"])
def test_precision_is_as_asked(name):
    assert precision(dataclasses.replace(preset("tiny"), precision=name)) == name


@pytest.mark.parametrize(
    ("cuda", "bf16", "expected"),
    [
        pytest.param(True, True, "bf16-mixed", id="a GPU that computes in bf16"),
        pytest.param(True, False, "32-true", id="an old GPU"),
        pytest.param(False, True, "bf16-mixed", id="a processor that computes in bf16"),
        pytest.param(False, False, "32-true", id="an old processor"),
    ],
)
def test_auto_asks_the_machine(cuda, bf16, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: bf16)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: bf16, raising=False)
    settings = {"precision": "auto", "accelerator": "auto"}
    assert precision(dataclasses.replace(preset("tiny"), **settings)) == expected


def test_auto_asks_the_processor_if_no_gpu_may_be_used(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False, raising=False)
    settings = {"precision": "auto", "accelerator": "cpu"}
    assert precision(dataclasses.replace(preset("tiny"), **settings)) == "32-true"
