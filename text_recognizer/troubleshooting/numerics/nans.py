"""Where the first NaN or infinity comes from: a module's forward, or its backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from text_recognizer.core.errors import InputError

__all__ = ["NanReport", "trace_nan"]


@dataclass(frozen=True, kw_only=True)
class NanReport:
    """The first value that is not finite.

    Attributes:
        module: Dotted path of the module that made it; ``"(input)"`` where the batch held it,
            ``"(model)"`` for the model itself, ``"(loss)"`` for the loss.
        kind: Class of the module.
        phase: ``"forward"`` or ``"backward"``.
        values: ``"nan"``, ``"inf"`` or ``"nan and inf"``.
        low: Least finite value of what went into the module.
        high: Largest one.
        parameters: Parameters and buffers of the module that are not finite themselves.
    """

    module: str
    kind: str
    phase: str
    values: str
    low: float
    high: float
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        held = f"; its {', '.join(self.parameters)} held some before" if self.parameters else ""
        return (
            f"{self.phase}: {self.values} first from {self.module} ({self.kind}), whose input "
            f"ranged from {self.low:.3g} to {self.high:.3g}{held}"
        )


def trace_nan(
    model: nn.Module,
    batch: Tensor | tuple[Any, ...],
    loss: Callable[[Any], Tensor] | None = None,
) -> NanReport | None:
    """Runs a batch forward and backward, and names the first module that leaves the finite numbers.

    Forward hooks look at what each module returns; hooks on the tensors between modules look at
    their gradients on the way back; an infinite one counts even where a ReLU swallows it later.
    Afterwards the gradients, buffers and hooks of the model are as before.

    Args:
        model: In the mode, precision and state in which it went wrong.
        batch: What the model is called with.
        loss: From the model's result to a number; its mean by default.

    Returns:
        None where everything is finite.

    Raises:
        InputError: If the loss is no single number with a gradient.

    Example:
        >>> class Root(nn.Module):
        ...     def forward(self, x: Tensor) -> Tensor:
        ...         return torch.sqrt(x)
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), Root(), nn.Linear(2, 1))
        >>> _ = nn.init.constant_(model[0].weight, -1.0), nn.init.zeros_(model[0].bias)
        >>> print(trace_nan(model, torch.ones(1, 2)))
        backward: inf first from 2 (Root), whose input ranged from 0 to 0
    """
    inputs = batch if isinstance(batch, tuple) else (batch,)
    trace = _Trace(model)
    held = [torch.clone(buffer) for buffer in model.buffers()]
    grads = [parameter.grad for parameter in model.parameters()]
    try:
        for parameter in model.parameters():
            parameter.grad = None
        if bad := [one for one in _tensors(inputs) if not _finite(one)]:
            return trace.report("(input)", type(bad[0]).__name__, "forward", bad[0], bad)
        with torch.enable_grad(), trace.hooks():
            result = model(*inputs)
            if trace.found is None:
                trace.backward(result, result.mean() if loss is None else loss(result))
        return trace.found
    finally:
        with torch.no_grad():
            for buffer, before in zip(model.buffers(), held, strict=True):
                buffer.copy_(before)
        for parameter, grad in zip(model.parameters(), grads, strict=True):
            parameter.grad = grad


Key = tuple[int, int]


class _Trace:
    """The hooks of one run, and the first thing they found."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.names = {module: name or "(model)" for name, module in model.named_modules()}
        self.found: NanReport | None = None
        self.suspect: tuple[Tensor, Key, Tensor] | None = None
        self.handles: ExitStack
        # By the key of a tensor: itself (so that ids stay true), who takes it, who makes it.
        self.seen: dict[Key, Tensor] = {}
        self.takers: dict[Key, list[nn.Module]] = {}
        self.makers: dict[Key, nn.Module] = {}
        self.gradients: dict[Key, Tensor] = {}
        self.inputs: dict[nn.Module, list[Tensor]] = {}
        self.innocent: dict[nn.Module, bool] = {}
        self.results: dict[nn.Module, list[Tensor]] = {}

    def hooks(self) -> ExitStack:
        """Puts hooks on all modules and parameters until the block ends."""
        self.handles = ExitStack()
        for module in self.names:
            self.handles.callback(module.register_forward_pre_hook(self._enter).remove)
            self.handles.callback(module.register_forward_hook(self._leave).remove)
            for parameter in module.parameters(recurse=False):
                if parameter.requires_grad:
                    watch = self._watch(module, parameter)
                    hook = parameter.register_hook(watch)
                    self.handles.callback(hook.remove)
        return self.handles

    def _enter(self, module: nn.Module, inputs: Any) -> None:
        self.inputs[module] = [one.detach() for one in _tensors(inputs)]
        # Now, as the module may work in place.
        self.innocent[module] = not all(map(_finite, self.inputs[module]))
        for tensor in _tensors(inputs):
            self._follow(tensor)
            self.takers[_key(tensor)].append(module)

    def _leave(self, module: nn.Module, inputs: Any, result: Any) -> None:
        tensors = list(_tensors(result))
        bad = [one for one in tensors if not _finite(one)]
        if bad and self.found is None:
            went_in = self.inputs[module]
            # Handed a bad input, it is innocent: the bad value arose between two modules.
            at_fault = self._parent(module) if self.innocent[module] else module
            self.found = self.report(
                self.names[at_fault], type(at_fault).__name__, "forward", bad[0],
                self.inputs.get(at_fault, went_in), at_fault,
            )  # fmt: skip
        self.results[module] = tensors
        for tensor in tensors:
            self._follow(tensor)
            self.makers.setdefault(_key(tensor), module)

    def _follow(self, tensor: Tensor) -> None:
        if _key(tensor) in self.seen:
            return
        self.seen[_key(tensor)] = tensor
        self.takers[_key(tensor)] = []
        if tensor.requires_grad:
            hook = tensor.register_hook(self._gradient(tensor))  # type: ignore[no-untyped-call]
            self.handles.callback(hook.remove)

    def _gradient(self, tensor: Tensor) -> Callable[[Tensor], None]:
        key = _key(tensor)

        def look(gradient: Tensor) -> None:
            if self.found is None and self.suspect is None:
                self.gradients[key] = gradient
                if not _finite(gradient):
                    self.suspect = (tensor, key, gradient)

        return look

    def _watch(self, module: nn.Module, parameter: nn.Parameter) -> Callable[[Tensor], None]:
        def look(gradient: Tensor) -> None:
            if self.found is None and self.suspect is None and not _finite(gradient):
                self.found = self.report(
                    self.names[module], type(module).__name__, "backward", gradient,
                    self.inputs.get(module, [parameter.detach()]), module,
                )  # fmt: skip

        return look

    def backward(self, result: Any, loss: Tensor) -> None:
        """Sends the gradient back, unless the loss is bad already."""
        if loss.numel() != 1 or not loss.requires_grad:
            raise InputError(
                f"a loss is one number with a gradient; received shape {tuple(loss.shape)}, "
                f"requires_grad={loss.requires_grad}; take its mean, and do not detach it"
            )
        results = [one.detach() for one in _tensors(result)]
        if not _finite(loss):
            self.found = self.report("(loss)", "loss", "forward", loss, results)
            return
        loss.backward(retain_graph=True)  # type: ignore[no-untyped-call]
        if self.found is None and self.suspect is not None:
            tensor, key, bad = self.suspect
            if any(tensor is one for one in _tensors(result)):
                self.found = self.report("(loss)", "loss", "backward", bad, results)
                return
            guilty = self._guilty(tensor, key)
            went_in = self.inputs.get(guilty, [tensor.detach()])
            self.found = self.report(
                self.names[guilty], type(guilty).__name__, "backward", bad, went_in, guilty
            )

    def _guilty(self, tensor: Tensor, key: Key) -> nn.Module:
        """Who turned finite gradients of its results into a bad one of this tensor."""
        takers = self.takers[key]
        if takers and key != _key(tensor):
            return takers[-1]  # it has worked in place since, so that nothing can be run again
        # A container takes the same tensor as its first part, which is entered later.
        for module in reversed(takers):
            pairs = [(one, self.gradients.get(_key(one))) for one in self.results.get(module, [])]
            known = [(one, gradient) for one, gradient in pairs if gradient is not None]
            if known:
                # As grad_outputs they would cost seconds: torch then imports sympy.
                total = torch.stack([(one * gradient).sum() for one, gradient in known]).sum()
                (own,) = torch.autograd.grad(total, tensor, retain_graph=True, allow_unused=True)
                if own is not None and not _finite(own):
                    return module
        maker = self.makers.get(key)
        return takers[0] if takers else self.model if maker is None else self._parent(maker)

    def _parent(self, module: nn.Module) -> nn.Module:
        path = self.names[module].rpartition(".")[0]
        return self.model.get_submodule(path)

    def report(
        self,
        name: str,
        kind: str,
        phase: str,
        bad: Tensor,
        inputs: list[Tensor],
        module: nn.Module | None = None,
    ) -> NanReport:
        """What is said about a find."""
        named = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)] \
            if module is not None else []  # fmt: skip
        low, high = _range(inputs)
        return NanReport(
            module=name, kind=kind, phase=phase, values=_kinds(bad), low=low, high=high,
            parameters=tuple(one for one, value in named if not _finite(value)),
        )  # fmt: skip


def _key(tensor: Tensor) -> Key:
    """A tensor as it is now: what works in place makes another one of it."""
    return id(tensor), tensor._version


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        if value.is_floating_point():
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _tensors(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _tensors(one)


def _finite(tensor: Tensor) -> bool:
    return bool(torch.isfinite(tensor.detach()).all())


def _kinds(tensor: Tensor) -> str:
    found = tensor.detach()
    names = [("nan", torch.isnan(found)), ("inf", torch.isinf(found))]
    return " and ".join(name for name, where in names if bool(where.any()))


def _range(tensors: list[Tensor]) -> tuple[float, float]:
    """Least and largest finite value; NaN for both where there is none."""
    values = [one.detach()[torch.isfinite(one)].double().flatten() for one in tensors]
    kept = torch.cat(values) if values else torch.empty(0)
    if not len(kept):
        return float("nan"), float("nan")
    return float(kept.min()), float(kept.max())
