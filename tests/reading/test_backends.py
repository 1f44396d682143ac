"""Backends give the same log-probabilities; batches and padding change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import BundleError, ConfigError, InputError
from text_recognizer.reading import backends
from text_recognizer.reading.backends import OnnxBackend, load_model, make_backend, run_lines
from text_recognizer.reading.bundle import INT8, Bundle, file_digest


def ink(*widths, height=48):
    random = np.random.default_rng(1)
    return [
        (random.random((height, width)) * (random.random((height, width)) < 0.3)).astype(np.float32)
        for width in widths
    ]


@pytest.fixture(scope="module", params=["onnx", "torch"])
def backend(request, tiny_bundle):
    return make_backend(request.param, Bundle.load(tiny_bundle))


def test_log_probabilities_of_the_right_shape(backend):
    out = backend(np.stack(ink(100, 100))[:, None])
    assert out.shape == (2, 25, 96)
    assert out.dtype == np.float32
    np.testing.assert_allclose(np.exp(out).sum(axis=2), 1, atol=1e-4)


def test_both_backends_agree(tiny_bundle):
    bundle = Bundle.load(tiny_bundle)
    batch = np.stack(ink(333, 333, 333))[:, None]
    onnx, torch = (make_backend(name, bundle)(batch) for name in ("onnx", "torch"))
    np.testing.assert_allclose(onnx, torch, atol=1e-4)


def test_neither_batch_nor_padding_changes_a_line(backend):
    lines = ink(900, 8, 97, 411, 1300, 410)
    together = run_lines(backend, lines)
    for line, found in zip(lines, together, strict=True):
        assert len(found) == -(-line.shape[1] // 4)
        np.testing.assert_allclose(found, run_lines(backend, [line])[0], atol=2e-4)


def test_the_margin_covers_what_the_default_network_sees(monkeypatch):
    """More paper than the margin must change no frame of a line, or batches would."""
    torch = pytest.importorskip("torch")
    from text_recognizer.models import LineModelConfig, build_model

    model = build_model(LineModelConfig(channels=(4, 4, 4), features=8), 5).eval()

    def run(batch):
        with torch.inference_mode():
            return model(torch.from_numpy(batch)).numpy()

    (line,) = ink(200)
    usual = run_lines(run, [line])[0]
    monkeypatch.setattr(backends, "MARGIN", 1024)
    np.testing.assert_allclose(usual, run_lines(run, [line])[0], atol=1e-5)


def test_batches_are_bounded(monkeypatch):
    shapes = []

    def fake(batch):
        shapes.append(batch.shape)
        return np.zeros((len(batch), batch.shape[3] // 4, 5), np.float32)

    run_lines(fake, ink(*[600] * 20, 9000))
    assert sum(shape[0] for shape in shapes) == 21
    assert max(s[0] * s[3] for s in shapes if s[0] > 1) <= backends.BATCH_COLUMNS
    assert all(s[3] % backends.BUCKET == 0 for s in shapes)


def test_no_lines():
    assert run_lines(None, []) == []


def test_lines_of_two_heights_are_refused():
    with pytest.raises(InputError, match=r"heights \[48, 64\]"):
        run_lines(None, [*ink(10), *ink(10, height=64)])


@pytest.mark.parametrize(
    ("name", "threads", "message"),
    [
        pytest.param("tensorflow", 1, "received 'tensorflow'", id="unknown"),
        pytest.param("onnx", 0, "received 0", id="no threads"),
        pytest.param("onnx", True, "received True", id="bool is no count"),
        pytest.param("onnx", 1.5, r"received 1\.5", id="fraction"),
    ],
)
def test_settings_out_of_range(tiny_bundle, name, threads, message):
    with pytest.raises(ConfigError, match=message):
        make_backend(name, Bundle.load(tiny_bundle), threads=threads)


def test_int8_where_the_bundle_has_none(tiny_bundle):
    with pytest.raises(BundleError, match="export --int8"):
        make_backend("int8", Bundle.load(tiny_bundle))


def test_int8_runs_its_own_file(own_bundle):
    (own_bundle / INT8).write_bytes((own_bundle / "model.onnx").read_bytes())
    backend = make_backend("int8", rehashed(own_bundle, INT8, (own_bundle / INT8).read_bytes()))
    assert backend.name == "int8"
    assert backend(np.stack(ink(64))[:, None]).shape == (1, 16, 96)


def rehashed(folder, name, content):
    """A bundle whose checksum was made after the damage."""
    bundle = Bundle.load(folder)
    (folder / name).write_bytes(content)
    files = {**bundle.files, name: file_digest(folder / name)}
    return Bundle(**{**bundle._fields(), "files": files})


@pytest.mark.parametrize(
    ("backend", "name"), [("onnx", "model.onnx"), ("torch", "model.safetensors"), ("int8", INT8)]
)
@pytest.mark.parametrize("part", [0.0, 0.5], ids=["empty", "half"])
def test_weights_that_were_truncated_before_they_were_hashed(own_bundle, backend, name, part):
    raw = (own_bundle / name.replace(".int8", "")).read_bytes()
    bundle = rehashed(own_bundle, name, raw[: int(len(raw) * part)])
    with pytest.raises(BundleError, match=f"{name} must hold"):
        make_backend(backend, bundle)


def test_weights_of_another_size(own_bundle):
    bundle = Bundle.load(own_bundle)
    wider = Bundle(**{**bundle._fields(), "model": {**bundle.model, "features": 24}})
    with pytest.raises(BundleError, match='"features": 24'):
        load_model(wider)


def test_an_onnx_network_of_another_charset(own_bundle):
    from text_recognizer.core import Charset

    bundle = Bundle(**{**Bundle.load(own_bundle)._fields(), "charset": Charset("abc")})
    with pytest.raises(BundleError, match=r"\(B, T, 4\)"):
        OnnxBackend(bundle)
