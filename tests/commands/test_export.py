"""``export``: check a bundle, or write it anew."""

from __future__ import annotations

import pytest

from text_recognizer.__main__ import main
from text_recognizer.reading import Bundle, export


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


@pytest.mark.parametrize("words", [[], ["--check", "folder"]], ids=["neither", "both"])
def test_either_a_folder_or_check(words, capsys):
    assert main(["export", *words]) == 2
    assert "one of the two" in capsys.readouterr().err
