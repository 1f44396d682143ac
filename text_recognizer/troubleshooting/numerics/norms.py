"""Gradient norms by module and step: where a network dies, and where it explodes."""

from __future__ import annotations

import math
from typing import Any

from torch import nn, optim
from torch.utils.hooks import RemovableHandle

from text_recognizer.core.errors import InputError

__all__ = ["GradientNorms"]


class GradientNorms:
    """Records the Euclidean norm of each module's gradient, step by step, in a plain loop.

    Lightning has the same for a ``LightningModule``: ``pytorch_lightning.utilities.grad_norm``,
    called in ``on_before_optimizer_step``. The Trainer's flag ``track_grad_norm``, which older
    courses use, was removed in Lightning 2.0.

    Args:
        model: Whose parameters to look at.
        depth: How many parts of a dotted path make a module: with 2, ``encoder.image.0.1`` counts
            for ``encoder.image``; with 0, each module with parameters counts for itself.

    Attributes:
        history: For each module, in the order of the model, its norm at each step.
        total: Norm of the whole gradient at each step.

    Raises:
        InputError: If the depth is negative, or the model has no parameters that learn.

    Example:
        >>> import torch
        >>> model = nn.Linear(2, 1)
        >>> norms = GradientNorms(model)
        >>> model(torch.ones(1, 2)).sum().backward()
        >>> norms.record()
        >>> round(norms.total[0], 6)  # the root of 1 + 1 + 1: two weights and a bias
        1.732051
    """

    def __init__(self, model: nn.Module, *, depth: int = 0) -> None:
        if depth < 0:
            raise InputError(f"depth is a number of parts from 0; received {depth!r}")
        self._groups: dict[str, list[nn.Parameter]] = {}
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parts = name.split(".")[:-1]
                path = ".".join(parts[:depth] if depth else parts) or "(model)"
                self._groups.setdefault(path, []).append(parameter)
        if not self._groups:
            raise InputError(
                f"gradients belong to parameters that learn; {type(model).__name__} has none; "
                "thaw it with requires_grad_()"
            )
        self.history: dict[str, list[float]] = {path: [] for path in self._groups}
        self.total: list[float] = []

    def record(self) -> None:
        """Notes the norms as they are now: after ``backward``, and before clipping.

        A parameter without a gradient counts as 0.
        """
        squares = 0.0
        for path, parameters in self._groups.items():
            parts = [float(one.grad.norm()) for one in parameters if one.grad is not None]
            norm = math.hypot(*parts)
            self.history[path].append(norm)
            squares = math.hypot(squares, norm)
        self.total.append(squares)

    def watch(self, optimizer: optim.Optimizer) -> RemovableHandle:
        """Records at each step of an optimiser, so that the loop stays as it is.

        Args:
            optimizer: Its steps see gradients that are clipped already, where the loop clips.

        Returns:
            A handle, whose ``remove()`` ends it.
        """

        def before(optimizer: optim.Optimizer, args: Any, kwargs: Any) -> None:
            self.record()

        return optimizer.register_step_pre_hook(before)

    def ratio(self, step: int = 0) -> float:
        """Norm of the first module's gradient over that of the last: 1 where depth costs nothing.

        Args:
            step: Which record; negative ones count from the end.

        Returns:
            0 and infinity where one of them is 0.

        Raises:
            InputError: If there is no such record.
        """
        if not -len(self.total) <= step < len(self.total):
            raise InputError(
                f"a step is one of the {len(self.total)} recorded; received {step!r}; "
                "call record() after backward"
            )
        histories = list(self.history.values())
        first, last = histories[0][step], histories[-1][step]
        return first / last if last else math.inf
