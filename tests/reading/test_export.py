"""Exporting: the two forms agree, and a form that does not is refused."""

from __future__ import annotations

import pytest

from text_recognizer.core import Charset
from text_recognizer.core.errors import BundleError
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading import export
from text_recognizer.reading.bundle import Bundle

torch = pytest.importorskip("torch")


def test_parity_at_several_widths(tiny_model, tiny_bundle):
    bundle = Bundle.load(tiny_bundle)
    assert export.parity(tiny_model[0], bundle, widths=(8, 9, 100, 999)) < export.TOLERANCE


def test_parity_sees_other_weights(tiny_model, tiny_bundle):
    model = export._portable(tiny_model[0])
    model.head.bias.data[3] += 0.5
    assert export.parity(model, Bundle.load(tiny_bundle)) > export.TOLERANCE


def test_the_model_is_left_as_it_was(tiny_model):
    copy = export._portable(tiny_model[0].train())
    tiny_model[0].eval()
    assert not copy.training
    assert copy.head.weight is not tiny_model[0].head.weight


def test_an_export_that_differs_is_refused(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "parity", lambda *_: float("nan"))
    monkeypatch.setattr(export, "write_onnx", lambda _, path, height: path.write_bytes(b"x"))
    with pytest.raises(BundleError, match="differ by nan"):
        export.export_bundle(*tiny_model, Charset.english(), Preprocess(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_file_does_not_say_where_it_was_made(tiny_bundle):
    # The exporter notes the stack of every operation, with paths of the machine.
    content = (tiny_bundle / "model.onnx").read_bytes()
    assert b".py" not in content
    assert b"site-packages" not in content
