"""The int8 form of a network: a quarter of the size, quicker, at most half a point of CER worse.

Post-training static quantisation (Jacob et al., 2018, "Quantization and training of neural networks
for efficient integer-arithmetic-only inference", CVPR): weights in 8 bits with a scale for each
output channel, activations in 8 bits with one scale for each tensor, whose range is measured on
lines that the network was trained on. The first and the last convolution stay in float: they cost
little, and what they round is not averaged out by others.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from text_recognizer.core.errors import BundleError, require
from text_recognizer.core.scores import count_errors
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.backends import MARGIN, Lattice, make_backend, run_lines
from text_recognizer.reading.bundle import INT8, ONNX, WEIGHTS, Bundle, file_digest
from text_recognizer.reading.decode import greedy

#: Lines of the sample's train split that the ranges of activations are measured on.
CALIBRATION_LINES = 128
#: Lines of its validation split that both forms are compared on.
COMPARED_LINES = 200
#: CER that the int8 form may lose.
LIMIT = 0.005
#: What is quantised; a ReLU is not computed any more but is where the range of its input ends.
_OPERATIONS = ("Conv", "Add", "Relu")


@dataclass(frozen=True, kw_only=True)
class Int8Check:
    """The two forms of a network on the same lines.

    Attributes:
        exact: CER of the float form.
        quantized: CER of the int8 form.
        megabytes: Size of the int8 file, MB.
    """

    exact: float
    quantized: float
    megabytes: float

    @property
    def passed(self) -> bool:
        """Whether the int8 form loses at most half a point of CER."""
        return self.quantized - self.exact <= LIMIT

    def __str__(self) -> str:
        """One line for a terminal."""
        return (
            f"{self.megabytes:.2f} MB, CER {self.quantized:.4f} against {self.exact:.4f} in float "
            f"on {COMPARED_LINES} lines of the sample (limit: {LIMIT:g} more)"
        )


def add_int8(bundle: Bundle) -> Bundle:
    """Put the int8 form beside ``model.onnx``; one that is there is made anew.

    Args:
        bundle: A bundle, verified, in a folder that can be written.

    Returns:
        The bundle with one file more, as it lies in its folder; its digest is another.

    Raises:
        BundleError: If its network cannot be quantised, or the folder cannot be written.
        DataError: If the embedded sample, which the ranges are measured on, is absent.
        MissingExtraError: If onnx is not installed.

    Example:
        >>> bundle = add_int8(Bundle.load("my_reader"))  # doctest: +SKIP
    """
    with tempfile.TemporaryDirectory() as name:
        draft = Path(name)
        for each in (ONNX, WEIGHTS):
            (draft / each).write_bytes((bundle.folder / each).read_bytes())
        write_int8(draft / ONNX, draft / INT8, preprocess=bundle.preprocess)
        files = {**bundle.files, INT8: file_digest(draft / INT8)}
        return replace(bundle, folder=draft, files=files).save(bundle.folder)


def write_int8(
    source: str | os.PathLike[str], path: str | os.PathLike[str], *, preprocess: Preprocess
) -> None:
    """Quantise a network; the same network gives the same file.

    Args:
        source: The network in float, ONNX, batch norm folded into its convolutions as
            ``export.write_onnx`` leaves it.
        path: The file to write.
        preprocess: The transform of its input.

    Raises:
        BundleError: If it has no two convolutions, or onnxruntime cannot quantise it.
        DataError: If the embedded sample is absent.
        MissingExtraError: If onnx is not installed.
    """
    onnx: Any = require("onnx", extra="all")
    tools: Any = require("onnxruntime.quantization", extra="all")
    network = onnx.shape_inference.infer_shapes(onnx.load(os.fspath(source)))
    convolutions = [node.name for node in network.graph.node if node.op_type == "Conv"]
    if len(convolutions) < 2:
        raise BundleError(
            f"the int8 form keeps the first and the last convolution in float; "
            f"{str(source)!r} has {len(convolutions)}; export the bundle again"
        )
    try:
        quantizer = tools.QDQQuantizer(
            network,
            per_channel=True,
            # Seven bits: products of eight overflow the 16-bit sums of a core without VNNI, which
            # then reads other text than a core with it.
            reduce_range=True,
            weight_qType=tools.QuantType.QInt8,
            activation_qType=tools.QuantType.QUInt8,
            tensors_range=_ranges(network, _calibration_lines(preprocess)),
            nodes_to_quantize=[],
            nodes_to_exclude=[convolutions[0], convolutions[-1]],
            op_types_to_quantize=list(_OPERATIONS),
            extra_options={},
        )
        quantizer.quantize_model()
        quantizer.model.save_model_to_file(os.fspath(path))
    except (ValueError, RuntimeError, KeyError) as error:
        raise BundleError(
            f"the int8 form is made of convolutions, sums and ReLUs; {str(source)!r} gave: "
            f"{' '.join(str(error).split())[:300]}; export the bundle again"
        ) from error


def check_int8(bundle: Bundle) -> Int8Check:
    """Read the same lines with both forms.

    Args:
        bundle: A bundle that has the int8 form.

    Returns:
        The error of both on lines of the embedded sample's validation split.

    Raises:
        BundleError: If it has no int8 form.
        DataError: If the embedded sample is absent.
    """
    from text_recognizer.data.sample import load_lines

    samples = load_lines("val", limit=COMPARED_LINES)
    lines = [bundle.preprocess.prepare(sample.image).pixels for sample in samples]
    truths = [bundle.charset.normalize(sample.text) for sample in samples]
    rates = {}
    for name in ("onnx", "int8"):
        texts = [
            "".join(span.character for span in greedy(lattice, bundle.charset)).strip()
            for lattice in run_lines(make_backend(name, bundle), lines)
        ]
        rates[name] = count_errors(truths, texts).cer
    megabytes = bundle.int8.stat().st_size / 1e6
    return Int8Check(exact=rates["onnx"], quantized=rates["int8"], megabytes=megabytes)


def _calibration_lines(preprocess: Preprocess) -> Iterator[Lattice]:
    """Batches of one line each, by hands that the network was trained on."""
    from text_recognizer.data.sample import load_lines

    for sample in load_lines("train", limit=CALIBRATION_LINES):
        ink = preprocess.prepare(sample.image).pixels
        yield np.pad(ink, ((0, 0), (0, MARGIN)))[None, None]


def _ranges(network: Any, batches: Iterator[Lattice]) -> Any:
    """Least and largest value of each activation, as the quantiser takes them."""
    onnx: Any = require("onnx", extra="all")
    tools: Any = require("onnxruntime.quantization", extra="all")
    image = network.graph.input[0].name

    class Batches(tools.CalibrationDataReader):  # type: ignore[misc]
        def get_next(self) -> dict[str, Lattice] | None:
            batch = next(batches, None)
            return None if batch is None else {image: batch}

    with tempfile.TemporaryDirectory() as name:
        # The calibrator writes beside the file that it reads.
        onnx.save(network, os.fspath(Path(name) / ONNX))
        calibrator = tools.create_calibrator(
            Path(name) / ONNX,
            list(_OPERATIONS),
            augmented_model_path=os.fspath(Path(name) / "ranges.onnx"),
        )
        calibrator.collect_data(Batches())
        found = calibrator.compute_data()
        del calibrator  # it holds a file open, which not every system removes then
    ranges = {}
    for tensor, each in found.items():
        low, high = each.range_value
        ranges[tensor] = (_outward(float(np.min(low))), _outward(float(np.max(high))))
    return tools.TensorsData(tools.CalibrationMethod.MinMax, ranges)


def _outward(value: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A value rounded away from zero to six binary digits.

    Processors add in different orders, so their last digits differ; the scales must not.
    """
    mantissa, exponent = math.frexp(value)
    rounded = math.ldexp(math.copysign(math.ceil(abs(mantissa) * 64) / 64, value), exponent)
    return np.array(rounded, np.float32)
