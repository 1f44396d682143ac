"""Shape contracts on the boundaries of a model, checked by jaxtyping with beartype at each call."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from text_recognizer.core.errors import InputError, require
from text_recognizer.models import LineModel
from text_recognizer.troubleshooting.numerics.diagnosis import Problem, find_problem
from text_recognizer.troubleshooting.numerics.shapes import DTYPES, Shape

__all__ = ["Contract", "ctc_contract", "guarded", "line_contract", "unchecked"]

_RESULT = "result"
_off = 0


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What a function demands of its tensors and promises of its result.

    Attributes:
        arguments: Shape by name of the argument, in the notation of
            :class:`~text_recognizer.troubleshooting.numerics.shapes.Shape`. Axes of one name have
            one length in all of them.
        result: Shape of the result, or empty.
        cures: What to do, by name of the axis, or by ``argument.axis``.

    Raises:
        InputError: If a shape is not in the notation, or there is none.

    Example:
        >>> import torch
        >>> contract = Contract(arguments={"x": "float[batch 3]"})
        >>> str(contract.problem(x=torch.zeros(2, 4)))
        'x: axis "1" must be 3, got 4; (batch, 3) is accepted, got (2, 4)'
    """

    arguments: Mapping[str, str]
    result: str = ""
    cures: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.arguments, Mapping) or not self.arguments:
            raise InputError(
                "a contract has a shape for each argument, by its name; received "
                f"{self.arguments!r}; give it like {{'images': 'float[batch 1 48 width]'}}"
            )
        _ = self.shapes

    @functools.cached_property
    def shapes(self) -> dict[str, Shape]:
        """The shapes, that of the result as ``"result"``."""
        texts = {**self.arguments, **({_RESULT: self.result} if self.result else {})}
        return {name: Shape.parse(text) for name, text in texts.items()}

    @functools.cached_property
    def hints(self) -> dict[str, Any]:
        """The same as annotations of jaxtyping.

        Raises:
            MissingExtraError: If jaxtyping is not installed.
        """
        return {name: shape.hint for name, shape in self.shapes.items()}

    def problem(self, **values: Any) -> Problem | None:
        """The first breach, or None.

        Args:
            **values: Tensors by the name of their argument; the result is ``result``.
        """
        return find_problem(self.shapes, values, self.cures)

    def check(self, **values: Any) -> None:
        """Checks tensors.

        Args:
            **values: Tensors by the name of their argument; the result is ``result``.

        Raises:
            InputError: If they break the contract; the message names the axis.
            MissingExtraError: If jaxtyping or beartype is not installed.
        """
        with _axes():
            self._check(values, values)

    def _check(self, some: Mapping[str, Any], all_values: Mapping[str, Any]) -> None:
        """Checks ``some`` within the axes that are open; ``all_values`` serve the message."""
        fits, hints = _checker(), self.hints
        for name, value in some.items():
            if name in hints and not fits(value, hints[name]):
                found = self.problem(**all_values)
                told = found or f"{name}: {hints[name]} is demanded, got {value!r}"
                raise InputError(f"{told}")


def guarded(target: Callable[..., Any], contract: Contract | None = None) -> Callable[..., Any]:
    """A function or model with a contract around it; the thing itself stays as it is.

    Args:
        target: A function, or a module, whose ``forward`` names the arguments.
        contract: What to check; for a ``LineModel`` its own by default.

    Returns:
        A function that checks the arguments, calls ``target`` and checks the result.

    Raises:
        InputError: If there is no contract for it, or it names arguments that do not exist. When
            called: if a tensor breaks the contract.
        MissingExtraError: If jaxtyping or beartype is not installed.

    Example:
        >>> import torch
        >>> double = guarded(lambda x: 2 * x, Contract(arguments={"x": "float[batch 3]"}))
        >>> double(torch.ones(1, 3)).tolist()
        [[2.0, 2.0, 2.0]]
    """
    if contract is None:
        if not isinstance(target, LineModel):
            raise InputError(
                f"only a LineModel has a contract of its own; received {type(target).__name__}; "
                "give contract=Contract(arguments=...)"
            )
        contract = line_contract(target)
    rules = contract
    named = target.forward if isinstance(target, nn.Module) else target
    names = tuple(inspect.signature(named).parameters)
    unknown = sorted(set(rules.arguments) - set(names))
    if unknown:
        raise InputError(
            f"a contract speaks of arguments that exist; received {unknown}, and the arguments are "
            f"{list(names)}; rename them"
        )
    _checker(), rules.hints  # what is not installed is said now, not in the middle of a training

    def call(*args: Any, **kwargs: Any) -> Any:
        if _off:
            return target(*args, **kwargs)
        values = {**dict(zip(names, args, strict=False)), **kwargs}
        with _axes():
            rules._check(values, values)
            result = target(*args, **kwargs)
            if rules.result:
                rules._check({_RESULT: result}, {**values, _RESULT: result})
        return result

    call.__wrapped__ = target  # type: ignore[attr-defined]
    return call


@contextmanager
def unchecked() -> Iterator[None]:
    """No contract is checked in the block, not even for what it costs.

    Example:
        >>> with unchecked():
        ...     pass
    """
    global _off
    _off += 1
    try:
        yield
    finally:
        _off -= 1


def line_contract(model: LineModel) -> Contract:
    """The contract of a line model: (B, 1, H, W) ink to (B, T, C) log-probabilities.

    Args:
        model: Gives the height of its images and the number of its classes.

    Example:
        >>> from text_recognizer.models import LineModelConfig
        >>> line_contract(LineModel(LineModelConfig(), 96)).result
        'float[batch frames classes=96]'
    """
    # Under autocast images stay as the weights are.
    dtype = str(next(model.parameters()).dtype).removeprefix("torch.")
    dtype = dtype if dtype in DTYPES else "float"
    return Contract(
        arguments={"images": f"{dtype}[batch channels=1 height={model.config.height} width]"},
        result=f"float[batch frames classes={model.classes}]",
        cures={
            "height": "resize with Preprocess",
            "channels": "make it ink with Preprocess",
            "images.dtype": "divide by 255 as collate does",
            "classes": "build the model with len(charset)",
        },
    )


def ctc_contract(classes: int, *, frames_first: bool = False) -> Contract:
    """The contract of a CTC loss whose arguments are log_probs, targets, frames and lengths.

    Args:
        classes: C, the blank included.
        frames_first: Whether ``log_probs`` are (T, B, C), as ``torch.nn.functional.ctc_loss``
            wants them, and not (B, T, C), as a reader gives them.

    Example:
        >>> ctc_contract(96).arguments["targets"]
        'int[batch length]'
    """
    order = "frames batch" if frames_first else "batch frames"
    return Contract(
        arguments={
            "log_probs": f"float[{order} classes={classes}]",
            "targets": "int[batch length]",
            "frames": "int[batch]",
            "lengths": "int[batch]",
        },
        cures={
            "classes": "build the model with len(charset)",
            "dtype": "class ids and counts are whole numbers: to(torch.long)",
            "batch": "take all four from one batch",
        },
    )


def _axes() -> Any:
    """A block in which axes of one name have one length."""
    return require("jaxtyping", extra="troubleshooting").jaxtyped("context")


def _checker() -> Callable[[Any, Any], bool]:
    door: Callable[[Any, Any], bool] = require("beartype.door", extra="troubleshooting").is_bearable
    return door
