"""From a trained torch network to a bundle, and the proof that both forms read the same."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import BundleError, require
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.backends import OnnxBackend
from text_recognizer.reading.bundle import INT8, ONNX, WEIGHTS, Bundle, file_digest
from text_recognizer.reading.calibration import Calibration
from text_recognizer.reading.quantize import write_int8

if TYPE_CHECKING:
    from torch import nn

#: Largest difference of log-probabilities between torch and ONNX.
TOLERANCE = 1e-4
#: Widths at which the two are compared, px: tiny, odd, round and long.
WIDTHS = (8, 33, 256, 517, 1280)
OPSET = 18


def export_bundle(
    model: nn.Module,
    config: Any,
    charset: Charset,
    preprocess: Preprocess,
    folder: str | os.PathLike[str],
    metrics: Mapping[str, Any] | None = None,
    *,
    calibration: Calibration | None = None,
    int8: bool = False,
) -> Bundle:
    """Write a trained network as a bundle, after both of its forms have been compared.

    Args:
        model: Maps (B, 1, H, W) float32 ink to (B, T, C) log-probabilities; it is copied, so
            training may go on.
        config: Settings of the model: a mapping of JSON types, or an object with ``to_dict()``.
        charset: The charset of its outputs, C = ``len(charset)``.
        preprocess: The transform that it was trained with.
        folder: Where to write; made if absent.
        metrics: What was measured; ``reading.card.write_card`` lists the keys it knows.
        calibration: What makes its confidences probabilities, where it was fitted.
        int8: Whether to add the form in 8 bits, which takes the embedded sample.

    Returns:
        The bundle in ``folder``, loaded from there.

    Raises:
        BundleError: If ONNX and torch differ by more than 1e-4, or the folder cannot be written.
        DataError: If ``int8`` is asked for and the embedded sample is absent.
        MissingExtraError: If the exporter is not installed.
    """
    plain = _portable(model)
    settings = dict(config if isinstance(config, Mapping) else config.to_dict())
    with tempfile.TemporaryDirectory() as name:
        draft = Path(name)
        write_onnx(plain, draft / ONNX, height=preprocess.height)
        _write_weights(plain, draft / WEIGHTS)
        if int8:
            write_int8(draft / ONNX, draft / INT8, preprocess=preprocess)
        bundle = Bundle(
            folder=draft,
            charset=charset,
            preprocess=preprocess,
            model=settings,
            metrics=dict(metrics or {}),
            calibration=calibration,
            files={each.name: file_digest(each) for each in sorted(draft.iterdir())},
        )
        difference = parity(plain, bundle)
        if not difference <= TOLERANCE:
            raise BundleError(
                f"torch and ONNX must agree to {TOLERANCE:g} in log-probability; they differ by "
                f"{difference:.3g} at one of the widths {WIDTHS}; check that the model is in "
                "float32 and has no operation whose size depends on the data"
            )
        bundle.save(folder)
    return Bundle.load(folder)


def write_onnx(model: nn.Module, path: str | os.PathLike[str], *, height: int) -> None:
    """Export a network with free batch size and width.

    Args:
        model: Maps (B, 1, H, W) float32 to (B, T, C) float32; in evaluation mode, on the CPU.
        path: The file to write.
        height: H, px.

    Raises:
        MissingExtraError: If torch or the exporter is not installed.
    """
    torch: Any = require("torch", extra="all")
    require("onnxscript", extra="all")
    sizes = {0: torch.export.Dim("batch", min=1), 3: torch.export.Dim("width", min=8)}
    with _quiet():
        program = torch.onnx.export(
            model,
            (torch.zeros(2, 1, height, 256),),
            dynamo=True,
            opset_version=OPSET,
            input_names=["image"],
            output_names=["log_probs"],
            dynamic_shapes=(sizes,),
            verbose=False,
        )
        program.save(os.fspath(path), external_data=False)
    _forget_source(path)


def _forget_source(path: str | os.PathLike[str]) -> None:
    """Takes out of an ONNX file what the exporter notes of its origin: code lines, their paths."""
    onnx: Any = require("onnx", extra="all")
    proto = onnx.load(os.fspath(path))
    graph = proto.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        del part.metadata_props[:]
    for each in (*graph.initializer, *proto.functions):
        del each.metadata_props[:]
    for node in graph.node:
        node.doc_string = ""
    onnx.save(proto, os.fspath(path))


def parity(model: nn.Module, bundle: Bundle, *, widths: Sequence[int] = WIDTHS) -> float:
    """The largest difference between a torch network and the ONNX form in a bundle.

    Args:
        model: The network, in evaluation mode, on the CPU.
        bundle: The bundle to compare it with.
        widths: Widths of random ink to compare at, px; batches of one to three.

    Returns:
        The maximum over all log-probabilities; infinity where the shapes differ.
    """
    torch: Any = require("torch", extra="all")
    backend = OnnxBackend(bundle)
    random = np.random.default_rng(0)
    worst = 0.0
    for count, width in enumerate(widths):
        ink = random.random((count % 3 + 1, 1, bundle.preprocess.height, width), np.float32)
        ink *= random.random(ink.shape) < 0.3
        with torch.inference_mode():
            expected = model(torch.from_numpy(ink)).numpy()
        found = backend(ink)
        if found.shape != expected.shape:
            return float("inf")
        worst = max(worst, float(np.abs(found - expected).max()))
    return worst


def _portable(model: nn.Module) -> nn.Module:
    """A copy on the CPU in float32, in evaluation mode."""
    import copy

    return copy.deepcopy(model).cpu().float().eval()


def _write_weights(model: nn.Module, path: Path) -> None:
    safetensors = require("safetensors.torch", extra="all")
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    safetensors.save_file(tensors, str(path))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter tells its progress on every channel; errors still come as exceptions."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
