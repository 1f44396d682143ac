"""What an optimiser keeps for each parameter, counted from its state after one step.

Adam (Kingma and Ba, 2015) keeps two moments per parameter, so its state is twice the model, before
gradients and activations. Adafactor (Shazeer and Stern, 2018) keeps a row and a column instead of
a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from text_recognizer.core.errors import InputError

Parameters = Iterable[nn.Parameter]

OPTIMIZERS: dict[str, Callable[[Parameters], Optimizer]] = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.01),
    "SGD, momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters),
    "Adam, amsgrad": lambda parameters: torch.optim.Adam(parameters, amsgrad=True),
}
"""Optimisers by name, as functions of the parameters."""

if hasattr(torch.optim, "Adafactor"):  # from torch 2.5 on
    OPTIMIZERS["Adafactor"] = lambda parameters: torch.optim.Adafactor(parameters)


@dataclass(frozen=True, kw_only=True)
class StateSize:
    """Bytes of a model and of its optimiser's state.

    Args:
        optimizer: name.
        parameter_bytes: of the parameters.
        state_bytes: of what is kept per parameter tensor, counters of steps aside.
        step_bytes: of those counters, one number for each parameter tensor.
    """

    optimizer: str
    parameter_bytes: int
    state_bytes: int
    step_bytes: int

    @property
    def ratio(self) -> float:
        """State over parameters."""
        return self.state_bytes / self.parameter_bytes


def state_size(optimizer: str, model: nn.Module) -> StateSize:
    """Take one step on a model's parameters, and count what the optimiser has kept.

    The gradients are zeros, and the step is taken on a copy of the parameters.

    Args:
        optimizer: one of ``OPTIMIZERS``.
        model: has at least one parameter that is trained.

    Raises:
        InputError: if the name is unknown or nothing is trained.

    Example:
        >>> state_size("Adam", nn.Linear(8, 8)).ratio
        2.0
    """
    if optimizer not in OPTIMIZERS:
        raise InputError(f"optimizer is one of {sorted(OPTIMIZERS)}; received {optimizer!r}")
    copies = [
        nn.Parameter(each.detach().clone()) for each in model.parameters() if each.requires_grad
    ]
    if not copies:
        raise InputError(
            f"an optimiser needs parameters that are trained; {type(model).__name__} has none"
        )
    for each in copies:
        each.grad = torch.zeros_like(each)
    made = OPTIMIZERS[optimizer](copies)
    made.step()
    counts = {True: 0, False: 0}
    for kept in made.state.values():
        for name, value in kept.items():
            if isinstance(value, Tensor):
                counts[name == "step"] += value.numel() * value.element_size()
    return StateSize(
        optimizer=optimizer,
        parameter_bytes=sum(each.numel() * each.element_size() for each in copies),
        state_bytes=counts[False],
        step_bytes=counts[True],
    )
