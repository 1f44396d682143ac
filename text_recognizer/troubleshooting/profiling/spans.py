"""Names for parts of a program, so that a profile speaks of them: phases, and modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from torch import nn
from torch.autograd.profiler import record_function

PHASES = ("load", "forward", "loss", "backward", "optimizer")
"""The phases of a training step, in their order."""

STEP = "step"
MODULE = "module "
"""What the span of a module begins with; its dotted name follows."""


def phase(name: str) -> AbstractContextManager[Any]:
    """Name what runs in a block, for whatever profiler is on; free when none is.

    Args:
        name: Such as ``"forward"``.

    Example:
        >>> with phase("forward"):
        ...     result = 1 + 1
    """
    block: AbstractContextManager[Any] = record_function(name)
    return block


@contextmanager
def module_spans(model: nn.Module) -> Iterator[None]:
    """Open a span by the dotted name of each module while its forward pass runs.

    ``torch.profiler``'s own ``with_modules`` works for TorchScript only, so hooks do it.

    Args:
        model: Hooks are put on all its modules, and taken off at the end of the block.

    Example:
        >>> import torch
        >>> with module_spans(nn.Sequential(nn.Linear(2, 2))) as _:
        ...     pass
    """
    handles = []
    for name, module in model.named_modules():
        before, after = _hooks(MODULE + (name or type(model).__name__))
        handles.append(module.register_forward_pre_hook(before))
        # Also when the forward pass raises: a span that never ends would hold all that follow.
        handles.append(module.register_forward_hook(after, always_call=True))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _hooks(name: str) -> tuple[Callable[..., None], Callable[..., None]]:
    open_: list[Any] = []

    def before(*_: Any) -> None:
        block: Any = record_function(name)
        block.__enter__()
        open_.append(block)

    def after(*_: Any) -> None:
        if open_:
            open_.pop().__exit__(None, None, None)

    return before, after
