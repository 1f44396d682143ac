"""What runs the network: onnxruntime or torch, behind one call.

A backend takes (B, 1, H, W) float32 ink and returns (B, T, C) float32 log-probabilities. Lines of
different widths share a batch, so :func:`run_lines` pads them, runs them and cuts the padding off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import BundleError, ConfigError, InputError, require

if TYPE_CHECKING:
    from text_recognizer.reading.bundle import Bundle

Lattice = NDArray[np.float32]

#: Paper to the right of every line, px: at least what the network sees to one side of a frame (171
#: px with the default sizes). A frame of the line then sees the same whatever the batch's width.
MARGIN = 176
#: Widths are rounded up to multiples of this, px: few shapes mean few plans kept by a backend.
BUCKET = 64
#: Columns of one batch, px: bounds the memory of the network's features.
BATCH_COLUMNS = 4096


class Backend(Protocol):
    """A network that is ready to run; it may be called from several threads."""

    name: str

    def __call__(self, batch: Lattice) -> Lattice:
        """Map (B, 1, H, W) float32 ink in 0..1 to (B, T, C) float32 log-probabilities."""
        ...


class OnnxBackend:
    """Runs ``model.onnx`` or ``model.int8.onnx`` with onnxruntime; torch is not imported.

    Args:
        bundle: The bundle, already verified.
        threads: Threads within an operator, at least 1.
        int8: Whether to run the form in 8 bits.

    Raises:
        BundleError: If the bundle has no int8 form, onnxruntime cannot load the file, or it is no
            network of this charset.
        MissingExtraError: If onnxruntime is not installed.
    """

    def __init__(self, bundle: Bundle, *, threads: int = 1, int8: bool = False) -> None:
        """Make the session."""
        self.name = "int8" if int8 else "onnx"
        path = bundle.int8 if int8 else bundle.onnx
        # From 1.29 on it reports each session to its makers unless told before it is imported.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        runtime = require("onnxruntime", extra="all")
        runtime.disable_telemetry_events()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Every width would get a memory plan and a share of an arena that never shrinks.
        options.enable_mem_pattern = False
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        try:
            self._session = runtime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions share no public base
            raise _unloadable(bundle, path.name, error) from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shape = list(outputs[0].shape)
        if len(inputs) != 1 or len(shape) != 3 or shape[-1] != len(bundle.charset):
            raise BundleError(
                f"{path.name} must map one image to (B, T, {len(bundle.charset)}) "
                f"log-probabilities; {str(path)!r} has {len(inputs)} inputs and gives "
                f"{shape}; export the bundle again"
            )
        self._input = inputs[0].name

    def __call__(self, batch: Lattice) -> Lattice:
        """Run the network; onnxruntime sessions may be shared between threads."""
        result: Lattice = self._session.run(None, {self._input: batch})[0]
        return result


class TorchBackend:
    """Runs ``model.safetensors`` with torch; onnxruntime is not imported.

    It uses as many threads as torch is set to in this process (``torch.set_num_threads``), because
    torch has one setting for all its users.

    Args:
        bundle: The bundle, already verified.

    Raises:
        BundleError: If the weights do not fit the settings of the model.
        MissingExtraError: If torch is not installed.
    """

    name = "torch"

    def __init__(self, bundle: Bundle) -> None:
        """Build the network and fill in the weights."""
        self._torch: Any = require("torch", extra="all")
        self._model: Any = load_model(bundle).eval()

    def __call__(self, batch: Lattice) -> Lattice:
        """Run the network without gradients."""
        with self._torch.inference_mode():
            log_probs = self._model(self._torch.from_numpy(batch))
        result: Lattice = log_probs.numpy()
        return result


def load_model(bundle: Bundle) -> Any:
    """The torch network of a bundle with its weights, for reading or for further training.

    Args:
        bundle: The bundle.

    Returns:
        A ``models.LineModel``.

    Raises:
        BundleError: If the weights do not fit the settings of the model.

    Example:
        >>> load_model(Bundle.load()).training  # doctest: +SKIP
        True
    """
    from text_recognizer.models.build import build_model
    from text_recognizer.models.line import LineModelConfig

    safetensors = require("safetensors.torch", extra="all")
    try:
        config = LineModelConfig.from_dict(dict(bundle.model))
        model = build_model(config, len(bundle.charset))
        model.load_state_dict(safetensors.load_file(str(bundle.weights)))
    except Exception as error:  # safetensors and torch raise RuntimeError, OSError, their own
        raise _unloadable(bundle, bundle.weights.name, error) from error
    return model


_MAKERS: dict[str, Callable[[Bundle, int], Backend]] = {
    "int8": lambda bundle, threads: OnnxBackend(bundle, threads=threads, int8=True),
    "onnx": lambda bundle, threads: OnnxBackend(bundle, threads=threads),
    "torch": lambda bundle, _: TorchBackend(bundle),
}


def make_backend(name: str, bundle: Bundle, *, threads: int = 1) -> Backend:
    """The backend of a name.

    Args:
        name: ``"onnx"``, ``"int8"`` or ``"torch"``.
        bundle: The bundle to run.
        threads: Threads of the ONNX backends, at least 1; torch keeps the process's setting.

    Raises:
        ConfigError: For another name or count.
        BundleError: If the weights cannot be loaded, or the bundle has no int8 form.
    """
    if name not in _MAKERS:
        raise ConfigError(f"a backend is one of {sorted(_MAKERS)}; received {name!r}; pick one")
    if isinstance(threads, bool) or not isinstance(threads, int) or not 1 <= threads <= 1024:
        raise ConfigError(f"threads is a whole number from 1 to 1024; received {threads!r}; try 1")
    return _MAKERS[name](bundle, threads)


def run_lines(backend: Backend, lines: Sequence[Lattice]) -> list[Lattice]:
    """Run lines of any widths through a backend, in batches of similar width.

    Args:
        backend: What runs the network.
        lines: Ink of each line, (H, W) float32 in 0..1, one H for all.

    Returns:
        For each line, in the same order, (T, C) log-probabilities over its own columns only:
        neither the batch it was in nor the padding changes them beyond rounding.

    Raises:
        InputError: If the lines differ in height.
    """
    heights = sorted({line.shape[0] for line in lines})
    if len(heights) > 1:
        raise InputError(
            f"lines of a batch have one height; received heights {heights}; prepare them with one "
            "Preprocess"
        )
    results: dict[int, Lattice] = {}
    for places, width in _batches([line.shape[1] for line in lines]):
        batch = np.zeros((len(places), 1, heights[0], width), np.float32)
        for row, place in enumerate(places):
            batch[row, 0, :, : lines[place].shape[1]] = lines[place]
        output = backend(batch)
        stride = width / output.shape[1]
        for row, place in enumerate(places):
            frames = int(np.ceil(lines[place].shape[1] / stride))
            results[place] = output[row, :frames].copy()
    return [results[place] for place in range(len(lines))]


def _batches(widths: Sequence[int]) -> Iterator[tuple[list[int], int]]:
    """Places of lines that run together, and the padded width they share."""
    padded = [-(-(width + MARGIN) // BUCKET) * BUCKET for width in widths]
    batch: list[int] = []
    for place in sorted(range(len(widths)), key=lambda k: (-padded[k], k)):
        if batch and (len(batch) + 1) * padded[batch[0]] > BATCH_COLUMNS:
            yield batch, padded[batch[0]]
            batch = []
        batch.append(place)
    if batch:
        yield batch, padded[batch[0]]


def _unloadable(bundle: Bundle, name: str, error: Exception) -> BundleError:
    text = " ".join(str(error).split())
    settings = json.dumps(dict(bundle.model), sort_keys=True, default=repr)
    return BundleError(
        f"{name} must hold the network of the model settings {settings[:200]}; "
        f"{str(bundle.folder / name)!r} cannot be loaded: {text[:300]}; it is truncated, damaged "
        "or of another model: restore it, or export the bundle again"
    )
