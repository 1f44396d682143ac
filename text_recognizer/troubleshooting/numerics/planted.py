"""Faults that make NaN and infinity, planted in a small reader whose healthy form stays finite."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from text_recognizer.core.errors import InputError
from text_recognizer.models import LineModel, LineModelConfig
from text_recognizer.troubleshooting.numerics.nans import NanReport, trace_nan

__all__ = ["FAULTS", "NanRow", "anomaly", "nan_costs", "plant", "try_nans"]

#: Where each fault is planted, and in which phase its first bad value arises.
FAULTS = {
    "log of 0": ("encoder.collapse.planted", "forward"),
    "infinity in a weight": ("encoder.context.1.along", "forward"),
    "0/0 in a normalisation": ("encoder.image.planted", "forward"),
    "overflow of float16": ("encoder.image.planted", "forward"),
    "square root at 0": ("encoder.collapse.planted", "backward"),
}


@dataclass(frozen=True, kw_only=True)
class NanRow:
    """One fault, and who found what.

    Attributes:
        fault: One of ``FAULTS``, or ``"none"``.
        planted: Dotted path of the module at fault; empty where there is none.
        found: What :func:`trace_nan` says, or None.
        anomaly: The operator that ``torch.autograd.detect_anomaly`` names; empty where it is
            silent.
    """

    fault: str
    planted: str
    found: NanReport | None
    anomaly: str


class Planted(nn.Module):
    """A function as a module, so that it has a path."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        """Applies it."""
        return self.function(x)


def plant(fault: str, seed: int = 0) -> tuple[LineModel, Tensor]:
    """A small reader with a fault, and a batch on which the fault shows.

    Args:
        fault: One of ``FAULTS``, or ``"none"`` for a healthy reader.
        seed: Decides weights and images.

    Returns:
        The model, and images (2, 1, 48, 64), of which the second is a blank line.

    Raises:
        InputError: If there is no such fault.

    Example:
        >>> model, images = plant("none")
        >>> trace_nan(model, images) is None
        True
    """
    if fault not in (*FAULTS, "none"):
        raise InputError(f"a fault is one of {', '.join(FAULTS)}, or none; received {fault!r}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = LineModelConfig(channels=(8, 8, 8), features=16, dilations=(1, 2))
        model = LineModel(config, 12)
        images = torch.rand(2, 1, 48, 64)
    images[1] = 0
    if fault == "infinity in a weight":
        with torch.no_grad():
            model.get_parameter("encoder.context.1.along.weight")[0, 0, 0, 0] = float("inf")
    elif fault in _FUNCTIONS:
        part = FAULTS[fault][0].split(".")[1]
        stage: nn.Sequential = getattr(model.encoder, part)
        wrapped = nn.Sequential()
        first = part == "image"
        planted = ("planted", Planted(_FUNCTIONS[fault]))
        # Before the image stage, or at the end of the next one.
        for name, module in (planted, ("own", stage)) if first else (("own", stage), planted):
            wrapped.add_module(name, module)
        setattr(model.encoder, part, wrapped)
    return model, images * 255 if fault == "overflow of float16" else images


def _standardise(x: Tensor) -> Tensor:
    """Mean 0 and deviation 1 in each line, which a blank line does not have."""
    spread = x - x.mean(dim=(2, 3), keepdim=True)
    return spread / spread.square().mean(dim=(2, 3), keepdim=True).sqrt()


def _power(x: Tensor) -> Tensor:
    """The power of each value in float16, whose largest number is 65,504."""
    return x.half().mul(2).square().float()


_FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "log of 0": torch.log,
    "0/0 in a normalisation": _standardise,
    "overflow of float16": _power,
    "square root at 0": torch.sqrt,
}


def try_nans(seed: int = 0) -> list[NanRow]:
    """Traces every fault, and a healthy reader last.

    Args:
        seed: Decides weights and images; the modules named do not depend on it.

    Example:
        >>> rows = try_nans()
        >>> all(row.found.module == row.planted for row in rows[:-1]), rows[-1].found
        (True, None)
    """
    rows = []
    for fault in (*FAULTS, "none"):
        model, images = plant(fault, seed)
        planted = FAULTS[fault][0] if fault in FAULTS else ""
        found = trace_nan(model, images)
        rows.append(
            NanRow(fault=fault, planted=planted, found=found, anomaly=anomaly(model, images))
        )
    return rows


def anomaly(model: nn.Module, images: Tensor) -> str:
    """The operator that ``torch.autograd.detect_anomaly`` names.

    Args:
        model: Any, of images.
        images: What it is called with.

    Returns:
        Such as ``"SqrtBackward0"``; empty where nothing was detected.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.autograd.detect_anomaly():
                model(images).mean().backward()
        except RuntimeError as error:
            told = str(error)
            return told.split("'")[1] if "returned nan" in told else told
        finally:
            model.zero_grad()
    return ""


def nan_costs(seed: int = 0, repeats: int = 5) -> dict[str, float]:
    """What looking costs: seconds of a step of a healthy reader, as a multiple of the plain step.

    Args:
        seed: Decides weights and images.
        repeats: Steps of each kind, in turn; the quickest counts.

    Returns:
        ``"detect_anomaly"`` and ``"trace_nan"``, each at least about 1.

    Raises:
        InputError: If there is nothing to repeat.
    """
    if repeats < 1:
        raise InputError(f"a step is timed at least once; received repeats={repeats!r}")
    model, images = plant("none", seed)

    def plain() -> None:
        model(images).mean().backward()
        model.zero_grad()

    ways: dict[str, Callable[[], object]] = {
        "plain": plain,
        "detect_anomaly": lambda: anomaly(model, images),
        "trace_nan": lambda: trace_nan(model, images),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    least = {name: min(values) for name, values in seconds.items()}
    return {name: least[name] / least["plain"] for name in ("detect_anomaly", "trace_nan")}
