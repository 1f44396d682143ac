"""The memory of a training step, predicted without training.

The step is traced on the meta device, where tensors have shapes and no memory. Parameters,
gradients and the optimiser's moments do not depend on the batch; what autograd keeps for the
backward pass grows with it, line by line, which three batch sizes confirm.

Not in the plan: what a kernel needs for the length of its call (copies in another layout,
workspaces), and what the allocator keeps back for later. Both are measured by
:mod:`text_recognizer.troubleshooting.memory.measure`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.troubleshooting.memory.live import KINDS
from text_recognizer.troubleshooting.memory.trace import Loss, Step, resized, trace_step, twin_of

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}


@dataclass(frozen=True, kw_only=True)
class MemoryPlan:
    """Bytes of one training step.

    Attributes:
        name: of the model.
        batch: lines of the step, at least 1.
        parameters: the weights.
        gradients: as many bytes again, for those that are trained.
        moments: the optimiser's state; two Adam moments are twice the parameters, and torch counts
            the steps in four bytes more for each tensor.
        buffers: running statistics and the like.
        input: the batch itself.
        activations: what autograd keeps for the backward pass, each storage once.
        constant: the part of it that does not grow with the batch, such as weights in 16 bits.
        still_kept: activations that live at the worst moment of forward and backward pass.
        made: gradients of weights that live at that moment.
        update: temporaries of the optimiser's update.
        fixed: bytes at the worst moment of forward and backward that do not grow with the batch.
        per_line: bytes at that moment for each line of the batch.
        modules: name and kept bytes of each module, the greediest first.
        linear: whether activations grew in a straight line over three batch sizes, within 1 %.
        traced: ``"meta"``, or ``"run"`` where a small batch was really computed.
    """

    name: str
    batch: int
    parameters: int
    gradients: int
    moments: int
    buffers: int
    input: int
    activations: int
    constant: int
    still_kept: int
    made: int
    update: int
    fixed: float
    per_line: float
    modules: tuple[tuple[str, int], ...] = ()
    linear: bool = True
    traced: str = "meta"

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ConfigError(f"a plan is for a batch of at least 1 line, got {self.batch}")

    @property
    def textbook(self) -> int:
        """All kinds added up, as if they lived at one moment."""
        static = self.parameters + self.gradients + self.moments + self.buffers
        return static + self.input + self.activations

    @property
    def in_backward(self) -> int:
        """Bytes at the worst moment of forward and backward pass."""
        return math.ceil(self.fixed + self.per_line * self.batch)

    @property
    def in_update(self) -> int:
        """Bytes during the optimiser's update, when the activations are gone."""
        static = self.parameters + self.gradients + self.moments + self.buffers
        return static + self.input + self.update

    @property
    def peak(self) -> int:
        """Bytes at the worst moment of the step."""
        return max(self.in_backward, self.in_update)

    @property
    def worst(self) -> str:
        """When that is: ``"backward"`` or ``"update"``."""
        return "backward" if self.in_backward >= self.in_update else "update"

    def parts(self) -> dict[str, int]:
        """Bytes of each kind at the worst moment; they add up to ``peak``.

        Gradients are made while activations go, so that the two are never there in full at once.
        """
        update = self.worst == "update"
        held = {
            "parameters": self.parameters,
            "gradients": self.gradients if update else self.made,
            "moments": self.moments,
            "buffers": self.buffers,
            "input": self.input,
        }
        rest = self.peak - sum(held.values())
        # The worst moment moves with the batch: what was kept at the one that was traced can be
        # more than there is room for at this one.
        kept = 0 if update else min(self.still_kept, rest)
        held = {**held, "activations": kept, "working": rest - kept}
        return {kind: held[kind] for kind in KINDS}

    def at(self, batch: int) -> MemoryPlan:
        """The plan for another batch size.

        Args:
            batch: lines, at least 1.
        """
        share = batch / self.batch
        grown = {
            name: self.constant + round((getattr(self, name) - self.constant) * share)
            for name in ("activations", "still_kept")
        }
        modules = tuple((name, round(size * share)) for name, size in self.modules)
        input_bytes = round(self.input * share)
        return replace(self, batch=batch, modules=modules, input=input_bytes, **grown)


def largest_batch(plan: MemoryPlan, limit: int) -> int:
    """The largest batch whose step stays within a limit; 0 if not even one line does.

    Args:
        plan: of any batch size.
        limit: bytes for the step, beside what the process uses already.

    Raises:
        InputError: if the limit is negative.

    Example:
        >>> plan = plan_memory(nn.Linear(100, 10), torch.zeros(8, 100), optimizer="sgd")
        >>> largest_batch(plan, plan.at(20).peak), largest_batch(plan, 100)
        (20, 0)
    """
    if limit < 0:
        raise InputError(f"a limit is a number of bytes from 0, got {limit}")
    if plan.at(1).peak > limit:
        return 0
    low, high = 1, 2
    while plan.at(high).peak <= limit and high < 1 << 30:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if plan.at(middle).peak <= limit else (low, middle)
    return low


def plan_memory(
    model: nn.Module,
    inputs: Tensor | tuple[Tensor, ...],
    *,
    optimizer: str = "adamw",
    loss: Loss | None = None,
    precision: str = "32-true",
    name: str = "",
) -> MemoryPlan:
    """Predict the bytes of a training step. The model is left as it is, and nothing is trained.

    Args:
        model: on any device, also on meta.
        inputs: what the model is called with; the first axis of each tensor is the batch.
        optimizer: adam, adamw, rmsprop or sgd (without momentum, so without a state).
        loss: from the model's output to a scalar; the sum where None.
        precision: ``"32-true"``, or ``"bf16-mixed"`` for autocast, which the meta device does not
            know: then batches of 1, 2 and 3 lines are computed on a copy.
        name: of the model; its class where empty.

    Raises:
        ConfigError: if optimizer or precision is unknown.
        InputError: if inputs do not share a first axis of at least one line.

    Example:
        >>> plan = plan_memory(nn.Linear(1000, 10, bias=False), torch.zeros(2, 1000))
        >>> plan.parameters, plan.gradients, plan.moments
        (40000, 40000, 80004)

    Reference: S. Rajbhandari et al., "ZeRO: Memory Optimizations Toward Training Trillion Parameter
    Models", SC 2020, section 3.
    """
    if optimizer not in OPTIMIZERS:
        raise ConfigError(f"optimizer must be one of {sorted(OPTIMIZERS)}, got {optimizer!r}")
    if precision not in ("32-true", "bf16-mixed"):
        raise ConfigError(f"precision must be 32-true or bf16-mixed, got {precision!r}")
    batch = _lines(inputs)
    tensors = inputs if isinstance(inputs, tuple) else (inputs,)
    traced = "meta" if precision == "32-true" else "run"
    sizes = (batch, 32 * batch, 64 * batch) if traced == "meta" else (1, 2, 3)
    steps = []
    for place, size in enumerate(sizes):
        twin = twin_of(model, traced)
        lines = tuple(resized(one, size, traced) for one in tensors)
        chosen = OPTIMIZERS[optimizer] if place == 0 else None
        steps.append(trace_step(twin, lines, loss, chosen, bf16=precision != "32-true"))
    return _plan(name or type(model).__name__, batch, sizes, steps, traced)


def _plan(
    name: str, batch: int, sizes: tuple[int, int, int], steps: list[Step], traced: str
) -> MemoryPlan:
    # From the larger two: where weights dominate, the worst moment of a small batch is another one.
    slope = (steps[2].worst - steps[1].worst) / (sizes[2] - sizes[1])
    kept = [step.kept.total() for step in steps]
    first, span = steps[0], sizes[1] - sizes[0]
    each = (kept[1] - kept[0]) / span
    modules = {
        key: size + (steps[1].kept[key] - size) * (batch - sizes[0]) / span
        for key, size in first.kept.items()
    }
    activations = kept[0] + each * (batch - sizes[0])
    alive = first.at_worst["activations"] / max(1, kept[0])
    return MemoryPlan(
        name=name,
        batch=batch,
        **{key: value for key, value in first.static.items() if key != "input"},
        input=round(first.static["input"] * batch / sizes[0]),
        activations=round(activations),
        constant=max(0, round(kept[0] - each * sizes[0])),
        still_kept=round(alive * activations),
        made=first.at_worst["gradients"],
        update=first.update,
        fixed=steps[2].worst - slope * sizes[2] + first.static["moments"],
        per_line=slope,
        modules=tuple(
            (key, round(size)) for key, size in sorted(modules.items(), key=lambda one: -one[1])
        ),
        linear=abs(kept[2] - kept[0] - each * (sizes[2] - sizes[0])) <= 0.01 * max(1, kept[2]),
        traced=traced,
    )


def _lines(inputs: Tensor | tuple[Tensor, ...]) -> int:
    tensors = inputs if isinstance(inputs, tuple) else (inputs,)
    sizes = [tuple(one.shape) if isinstance(one, Tensor) else type(one) for one in tensors]
    firsts = {one.shape[0] if isinstance(one, Tensor) and one.ndim else 0 for one in tensors}
    if len(firsts) != 1 or 0 in firsts:
        raise InputError(
            f"inputs are tensors whose first axis is a batch of at least 1 line, got {sizes}; "
            "pass what the model is called with"
        )
    return int(firsts.pop())
