"""``export``: check a bundle, or write it anew."""

from __future__ import annotations

import pytest

from text_recognizer.__main__ import main
from text_recognizer.reading import Bundle, export, quantize
from text_recognizer.reading.bundle import INT8


def test_check_says_that_the_forms_agree(tiny_bundle, capsys):
    assert main(["export", "--bundle", str(tiny_bundle), "--check"]) == 0
    assert capsys.readouterr().out.startswith("torch and ONNX agree: ")


def test_check_fails_when_they_differ(tiny_bundle, capsys, monkeypatch):
    monkeypatch.setattr(export, "parity", lambda *_: 0.5)
    assert main(["export", "--bundle", str(tiny_bundle), "--check"]) == 1
    assert "DIFFER: 5.00e-01" in capsys.readouterr().out


def test_export_writes_the_same_weights_and_says_one_line(tiny_bundle, tmp_path, capfd):
    assert main(["export", "--bundle", str(tiny_bundle), str(tmp_path / "new")]) == 0
    old, new = Bundle.load(tiny_bundle), Bundle.load(tmp_path / "new")
    assert new.files["model.safetensors"] == old.files["model.safetensors"]
    assert new.metrics == old.metrics
    out, err = capfd.readouterr()
    assert (out, err) == (f"wrote {tmp_path / 'new'} (digest {new.digest[:12]})\n", "")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="nothing"),
        pytest.param(["--check", "folder"], id="check and a folder"),
        pytest.param(["--check", "--int8"], id="check and int8"),
    ],
)
def test_something_to_write_or_check(words, capsys):
    assert main(["export", *words]) == 2
    assert "or else --check alone" in capsys.readouterr().err


@pytest.fixture
def few_lines(monkeypatch):
    monkeypatch.setattr(quantize, "CALIBRATION_LINES", 4)
    monkeypatch.setattr(quantize, "COMPARED_LINES", 4)
    monkeypatch.setattr(quantize, "LIMIT", 1.0)  # random weights


def test_int8_is_made_in_the_bundle_and_kept_by_an_export(own_bundle, tmp_path, capsys, few_lines):
    before = Bundle.load(own_bundle)
    assert main(["export", "--bundle", str(own_bundle), "--int8"]) == 0
    assert "int8 and float agree: 0.0" in capsys.readouterr().out
    made = Bundle.load(own_bundle)
    assert {**made.files} == {**before.files, INT8: made.files[INT8]}
    assert main(["export", "--bundle", str(own_bundle), str(tmp_path / "new")]) == 0
    assert Bundle.load(tmp_path / "new").files == made.files


def test_int8_beside_a_new_export(tiny_bundle, tmp_path, few_lines):
    assert main(["export", "--bundle", str(tiny_bundle), str(tmp_path / "new"), "--int8"]) == 0
    assert INT8 in Bundle.load(tmp_path / "new").files
    assert INT8 not in Bundle.load(tiny_bundle).files


def test_check_compares_int8_too(own_bundle, capsys, monkeypatch, few_lines):
    assert main(["export", "--bundle", str(own_bundle), "--int8"]) == 0
    monkeypatch.setattr(quantize, "LIMIT", -10.0)
    assert main(["export", "--bundle", str(own_bundle), "--check"]) == 1
    out = capsys.readouterr().out
    assert "torch and ONNX agree" in out
    assert "int8 and float DIFFER" in out
