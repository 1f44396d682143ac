"""The int8 form: small, the same on every run, near the float form, and silent on its origin."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import BundleError
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading import quantize
from text_recognizer.reading.backends import make_backend
from text_recognizer.reading.bundle import INT8, ONNX, Bundle, file_digest
from text_recognizer.reading.quantize import Int8Check, add_int8, check_int8, write_int8

onnx = pytest.importorskip("onnx")


@pytest.fixture(autouse=True)
def few_lines(monkeypatch):
    monkeypatch.setattr(quantize, "CALIBRATION_LINES", 6)
    monkeypatch.setattr(quantize, "COMPARED_LINES", 6)


@pytest.fixture
def network(tiny_bundle, tmp_path):
    """The int8 form of the tiny network."""
    write_int8(tiny_bundle / ONNX, tmp_path / INT8, preprocess=Preprocess())
    return tmp_path / INT8


def test_the_same_weights_give_the_same_file(tiny_bundle, network, tmp_path):
    write_int8(tiny_bundle / ONNX, tmp_path / "again.onnx", preprocess=Preprocess())
    assert file_digest(tmp_path / "again.onnx") == file_digest(network)


def test_the_file_does_not_say_where_it_was_made(network, tmp_path):
    content = network.read_bytes()
    for word in (str(tmp_path).encode(), b".py", b"site-packages", b"/home", b"/root"):
        assert word not in content


def test_weights_are_in_bytes_but_for_the_first_and_the_last(network):
    graph = onnx.load(network).graph
    kinds = {each.name: each.data_type for each in graph.initializer if len(each.dims) == 4}
    exact = {name for name, kind in kinds.items() if kind == onnx.TensorProto.FLOAT}
    assert exact == {"encoder.image.0.0.weight", "head.weight"}
    assert {kinds[name] for name in kinds.keys() - exact} == {onnx.TensorProto.INT8}


def test_weights_have_seven_bits_so_that_no_processor_overflows(network):
    graph = onnx.load(network).graph
    weights = [
        onnx.numpy_helper.to_array(each)
        for each in graph.initializer
        if len(each.dims) == 4 and each.data_type == onnx.TensorProto.INT8
    ]
    assert max(int(np.abs(each.astype(int)).max()) for each in weights) <= 64


def test_a_bundle_gets_one_file_more(own_bundle):
    before = Bundle.load(own_bundle)
    made = add_int8(before)
    again = Bundle.load(own_bundle)
    assert again == made
    assert again.files == {**before.files, INT8: file_digest(own_bundle / INT8)}
    assert again.digest != before.digest
    assert again.metrics == before.metrics
    assert add_int8(again).digest == again.digest


def test_it_is_near_the_float_form(own_bundle):
    bundle = add_int8(Bundle.load(own_bundle))
    random = np.random.default_rng(0)
    ink = (random.random((2, 1, 48, 320)) * (random.random((2, 1, 48, 320)) < 0.2)).astype("f4")
    exact, small = (make_backend(name, bundle)(ink) for name in ("onnx", "int8"))
    assert exact.shape == small.shape
    assert not np.array_equal(exact, small)
    assert (exact.argmax(2) == small.argmax(2)).mean() > 0.8


def test_the_check_reads_with_both(own_bundle):
    found = check_int8(add_int8(Bundle.load(own_bundle)))
    assert found.exact > 0.5  # random weights
    assert abs(found.exact - found.quantized) < 0.1
    assert found.megabytes == pytest.approx((own_bundle / INT8).stat().st_size / 1e6)


@pytest.mark.parametrize(
    ("quantized", "passed"),
    [
        pytest.param(0.059, True, id="better"),
        pytest.param(0.0649, True, id="within half a point"),
        pytest.param(0.066, False, id="worse"),
    ],
)
def test_half_a_point_is_the_limit(quantized, passed):
    check = Int8Check(exact=0.06, quantized=quantized, megabytes=2.0)
    assert check.passed is passed
    assert f"CER {quantized:.4f} against 0.0600" in str(check)


def test_a_bundle_without_it_names_the_cure(tiny_bundle):
    with pytest.raises(BundleError, match="text-recognizer export --int8 --bundle"):
        check_int8(Bundle.load(tiny_bundle))


def test_a_network_without_convolutions_is_refused(tmp_path):
    helper = onnx.helper
    value = helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [1])
    out = helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, [1])
    node = helper.make_node("Relu", ["image"], ["out"])
    model = helper.make_model(helper.make_graph([node], "g", [value], [out]))
    onnx.save(model, tmp_path / "relu.onnx")
    with pytest.raises(BundleError, match=r"relu\.onnx' has 0"):
        write_int8(tmp_path / "relu.onnx", tmp_path / "x.onnx", preprocess=Preprocess())


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        pytest.param(0.0, 0.0, id="zero"),
        pytest.param(1.0, 1.0, id="a power of two stays"),
        pytest.param(1.0000001, 1.03125, id="up"),
        pytest.param(-3.01, -3.0625, id="away from zero"),
    ],
)
def test_ranges_are_rounded_outward(value, rounded):
    assert float(quantize._outward(value)) == rounded
