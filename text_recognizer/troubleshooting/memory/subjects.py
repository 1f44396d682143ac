"""Models whose memory is predicted and measured: the presets of the reader, and two of torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from text_recognizer.core.errors import ConfigError
from text_recognizer.models import build_model
from text_recognizer.training.config import PRESETS, preset
from text_recognizer.troubleshooting.memory.plan import MemoryPlan, plan_memory

CLASSES = 96
"""Characters of the English charset, the CTC blank included."""

_COLUMNS_PER_CHARACTER = 16


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A model with a batch and a loss.

    Attributes:
        name: of the preset or model.
        model: with random weights.
        inputs: a batch of it.
        loss: from the model's output to a scalar.
    """

    name: str
    model: nn.Module
    inputs: Tensor
    loss: Callable[[Any], Tensor]


def make_subject(name: str, batch: int, *, width: int = 640, device: str = "cpu") -> Subject:
    """Build a model with random weights, and a batch of noise for it.

    Args:
        name: tiny, laptop, refine or gpu for the reader's presets, whose loss is CTC; "mlp", four
            wide linear layers of which the weights take most of the memory; "transformer", an
            encoder of two layers for 128 steps.
        batch: lines, at least 1.
        width: columns of a line image, at least 16; nothing to the other models.
        device: "cpu", or "meta" for shapes alone.

    Raises:
        ConfigError: if the name is unknown or a size is below its least value.

    Example:
        >>> make_subject("tiny", 2, width=64, device="meta").inputs.shape
        torch.Size([2, 1, 48, 64])
    """
    if name not in PRESETS and name not in _OTHERS:
        known = sorted([*PRESETS, *_OTHERS])
        raise ConfigError(f"there is no model {name!r}; choose one of {known}")
    if batch < 1 or width < _COLUMNS_PER_CHARACTER:
        raise ConfigError(
            f"a batch has at least 1 line of at least {_COLUMNS_PER_CHARACTER} columns, got batch "
            f"{batch} and width {width}"
        )
    with torch.device(device):
        if name in _OTHERS:
            model, shape = _OTHERS[name]()
            return Subject(name=name, model=model, inputs=torch.rand(batch, *shape), loss=_mean)
        config = preset(name).model
        return Subject(
            name=name,
            model=build_model(config, CLASSES),
            inputs=torch.rand(batch, 1, config.height, width),
            loss=reading_loss,
        )


def plan_subject(
    name: str, batch: int, *, width: int = 640, optimizer: str = "adamw", precision: str = "32-true"
) -> MemoryPlan:
    """The memory plan of a known model; on the meta device, so that the model is never there.

    Args:
        name: As for :func:`make_subject`, like batch and width.
        batch: lines.
        width: columns of a line.
        optimizer: As for :func:`plan_memory`, like precision.
        precision: "32-true" or "bf16-mixed".

    Raises:
        ConfigError: As :func:`make_subject` and :func:`plan_memory`.

    Example:
        >>> plan = plan_subject("tiny", 4, width=64)
        >>> plan.moments // plan.parameters
        2
    """
    device = "meta" if precision == "32-true" else "cpu"
    one = make_subject(name, batch if device == "meta" else 1, width=width, device=device)
    return plan_memory(
        one.model,
        one.inputs.expand(batch, *one.inputs.shape[1:]),
        optimizer=optimizer,
        loss=one.loss,
        precision=precision,
        name=name,
    )


def reading_loss(log_probs: Tensor) -> Tensor:
    """CTC loss of log-probabilities (B, T, C) against a text of one character per 16 columns.

    Args:
        log_probs: on the meta device, where torch has no CTC, only the bytes are as they would be.

    Example:
        >>> reading_loss(torch.zeros(2, 8, 5).log_softmax(-1)).shape
        torch.Size([])
    """
    lines, frames, _ = log_probs.shape
    characters = max(1, frames * 4 // _COLUMNS_PER_CHARACTER)
    if log_probs.device.type == "meta":
        return _CtcShapes.apply(log_probs.transpose(0, 1), characters)  # type: ignore[no-any-return,no-untyped-call]
    targets = torch.ones(lines, characters, dtype=torch.long)
    targets[:, ::2] = 2
    return functional.ctc_loss(
        log_probs.float().transpose(0, 1),
        targets,
        torch.full((lines,), frames),
        torch.full((lines,), characters),
        zero_infinity=True,
    )


class _CtcShapes(torch.autograd.Function):
    """Keeps for the backward pass what CTC keeps: the scores, and its table of log alpha."""

    @staticmethod
    def forward(context: Any, scores: Tensor, characters: int) -> Tensor:
        frames, lines, _ = scores.shape
        alpha = scores.new_empty(lines, frames, 2 * characters + 1)
        context.save_for_backward(scores, alpha)
        return scores.new_empty(())

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        scores, alpha = context.saved_tensors
        # log beta is as large as log alpha.
        beta = torch.empty_like(alpha)
        return torch.empty_like(scores) + 0 * beta.sum(), None


def _mean(out: Tensor) -> Tensor:
    return out.float().mean()


def _mlp() -> tuple[nn.Module, tuple[int, ...]]:
    layers: list[nn.Module] = []
    for _ in range(3):
        layers += [nn.Linear(1536, 1536), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(1536, CLASSES)), (1536,)


def _transformer() -> tuple[nn.Module, tuple[int, ...]]:
    layer = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0.0, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), (128, 256)


_OTHERS: dict[str, Callable[[], tuple[nn.Module, tuple[int, ...]]]] = {
    "mlp": _mlp,
    "transformer": _transformer,
}
