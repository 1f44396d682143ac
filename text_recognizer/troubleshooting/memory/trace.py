"""One training step traced: what autograd keeps, and what lives at the worst moments."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from text_recognizer.troubleshooting.memory.live import LiveBytes, kept_for_backward

Loss = Callable[[Any], Tensor]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Bytes of a traced step.

    Attributes:
        static: bytes of parameters, buffers, input, gradients and moments.
        kept: bytes kept for the backward pass, by module.
        worst: most bytes in forward and backward pass, without moments.
        at_worst: the kinds of these bytes.
        update: bytes that the optimiser needs for the length of its update.
    """

    static: dict[str, int]
    kept: Counter[str]
    worst: int
    at_worst: dict[str, int]
    update: int


def trace_step(
    model: nn.Module,
    inputs: tuple[Tensor, ...],
    loss: Loss | None,
    optimizer: Callable[..., torch.optim.Optimizer] | None,
    *,
    bf16: bool,
) -> Step:
    """Run one step under the count.

    Args:
        model: is trained by a step whose learning rate is zero.
        inputs: what it is called with.
        loss: from its output to a scalar; the sum where None.
        optimizer: makes one from parameters; no update is made where None.
        bf16: whether the forward pass runs under autocast.
    """
    live = LiveBytes()
    held = {"parameters": model.parameters(), "buffers": model.buffers(), "input": iter(inputs)}
    static = {}
    for kind, tensors in held.items():
        before = live.live
        for one in tensors:
            live.add(one, kind)
        static[kind] = live.live - before
    live.restart()
    cast = torch.autocast("cpu", torch.bfloat16) if bf16 else nullcontext()
    known = [*model.parameters(), *inputs]
    with live, kept_for_backward(model, known, lambda one: live.add(one, "activations")) as kept:
        with cast:
            out = model(*inputs)
            value = loss(out) if loss else out.float().sum()
        value.backward()
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        for one in gradients:
            live.add(one, "gradients")
        worst, at_worst = live.peak, live.kinds_at_peak()
        del out, value
        before = live.live
        live.restart()
        moments = 0
        if optimizer is not None:
            # A rate of zero: the copy that is really computed stays sound.
            made = optimizer(model.parameters(), lr=0.0)
            made.step()
            moments = live.live - before
        update = live.peak - before - moments
    static["gradients"] = sum(one.untyped_storage().nbytes() for one in gradients)
    static["moments"] = moments
    return Step(static=static, kept=kept, worst=worst, at_worst=at_worst, update=update)


def twin_of(model: nn.Module, traced: str) -> nn.Module:
    """A copy to trace; on the meta device, one that never held the weights.

    Args:
        model: is left as it is.
        traced: ``"meta"`` or ``"run"``.
    """
    memo: dict[int, Any] = {}
    if traced == "meta":
        for weight in model.parameters():
            memo[id(weight)] = nn.Parameter(
                torch.empty_like(weight, device="meta"), requires_grad=weight.requires_grad
            )
        for buffer in model.buffers():
            memo[id(buffer)] = torch.empty_like(buffer, device="meta")
    twin: nn.Module = copy.deepcopy(model, memo)
    twin.zero_grad(set_to_none=True)
    return twin.train()


def resized(tensor: Tensor, lines: int, traced: str) -> Tensor:
    """A tensor like this for another batch size.

    Args:
        tensor: its first axis is the batch.
        lines: the batch size.
        traced: ``"meta"`` or ``"run"``.
    """
    shape = (lines, *tensor.shape[1:])
    if traced == "meta":
        return torch.empty(shape, dtype=tensor.dtype, device="meta")
    return tensor[:1].detach().cpu().expand(shape).clone()
