"""``train``: from nothing to a bundle that reads, settings, and what Ctrl-C says."""

from __future__ import annotations

import json

import pytest
from safetensors.numpy import load_file

from text_recognizer.__main__ import main
from text_recognizer.reading import Bundle, TextRecognizer


@pytest.fixture
def train(toy_data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))

    def train(*words):
        status = main(["train", "--quiet", "--out", str(tmp_path / "out"), *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return train


def test_tiny_becomes_a_bundle_that_reads(train, tmp_path, line):
    status, out, _ = train("--preset", "tiny", "--set", "steps=6", "--set", "validate_every=3")
    assert status == 0
    assert out.startswith(f"wrote {tmp_path / 'out' / 'bundle'} (digest ")
    assert "validation CER" in out
    reader = TextRecognizer.load(tmp_path / "out" / "bundle")
    (found,) = reader.read_lines([line])
    assert found.bundle == reader.bundle.digest
    stored = (tmp_path / "out" / "bundle" / "bundle.json").read_text("utf-8")
    metrics = json.loads(stored, parse_constant=pytest.fail)["metrics"]
    assert metrics["validation"]["lines"] == 8
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert made >= {"bundle", "csv", "tensorboard", "last.ckpt"}


def test_a_training_starts_from_a_bundle(train, tmp_path, tiny_bundle):
    sizes = ("channels=[4,4,8]", "features=16", "dilations=[1]", "dropout=0.0")
    words = [word for size in sizes for word in ("--set", f"model.{size}")]
    words += ["--set", "steps=1", "--set", "learning_rate=1e-9", "--set", "batch_size=1"]
    status, out, _ = train("--preset", "tiny", "--start", str(tiny_bundle), *words)
    assert (status, out[:6]) == (0, "wrote ")
    old, new = (
        load_file(Bundle.load(folder).weights)
        for folder in (tiny_bundle, tmp_path / "out" / "bundle")
    )
    for name in old:
        if "running" not in name and "num_batches" not in name:
            assert abs(new[name] - old[name]).max() < 1e-6, name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--preset", "huge"], "no preset 'huge'", id="preset"),
        pytest.param(["--preset", "tiny", "--set", "stepz=1"], "stepz", id="typo"),
        pytest.param(["--preset", "tiny", "--set", "steps=no"], "config.steps", id="wrong type"),
        pytest.param(["--preset", "tiny", "--set", "steps=0"], "at least 1", id="out of range"),
        pytest.param(["--preset", "tiny", "--start", "nowhere"], "none; name the", id="start"),
        pytest.param(["--preset", "tiny", "--real", "nowhere"], "no labels.jsonl", id="real"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, train):
    status, out, err = train(*words)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


def test_a_damaged_checkpoint_is_one_line(train, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "last.ckpt").write_bytes(b"half a file")
    status, _, err = train("--preset", "tiny")
    assert status == 2
    assert "last.ckpt' is damaged" in err


@pytest.mark.parametrize("saved", [True, False])
def test_ctrl_c_says_how_to_go_on(saved, train, tmp_path, monkeypatch):
    def fit(*_, **__):
        (tmp_path / "out").mkdir()
        if saved:
            (tmp_path / "out" / "last.ckpt").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("text_recognizer.training.run.fit", fit)
    status, _, err = train("--preset", "tiny")
    assert status == 130
    assert ("the same command goes on from" in err) is saved
