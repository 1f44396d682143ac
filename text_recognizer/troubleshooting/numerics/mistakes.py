"""Mistakes of shape and dtype at the boundaries of a reader: what torch says, what a contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from text_recognizer.core.errors import InputError
from text_recognizer.models import LineModel, LineModelConfig
from text_recognizer.troubleshooting.numerics.contracts import (
    Contract,
    ctc_contract,
    guarded,
    line_contract,
)

__all__ = ["Outcome", "try_mistakes"]

_BATCH, _WIDTH, _CLASSES, _LENGTH = 4, 128, 24, 5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one mistake.

    Attributes:
        mistake: What was done, in a few words.
        axis: The axis that is wrong, or ``"dtype"``.
        silent: Whether torch went on without an error.
        torch: Its error, or what came out and what should have.
        contract: The error of the contract.
        named: The axis that the contract named.
    """

    mistake: str
    axis: str
    silent: bool
    torch: str
    contract: str
    named: str


@dataclass(frozen=True, kw_only=True)
class _Mistake:
    name: str
    axis: str
    function: Callable[..., Any]
    contract: Contract
    right: tuple[Tensor, ...]
    wrong: tuple[Tensor, ...]
    broken: Callable[..., Any] | None = None


def try_mistakes(seed: int = 0) -> list[Outcome]:
    """Makes each mistake twice: with torch alone, and behind a contract.

    Args:
        seed: Decides weights and values; no outcome depends on it.

    Raises:
        MissingExtraError: If jaxtyping or beartype is not installed.

    Example:
        >>> rows = try_mistakes()
        >>> all(row.named == row.axis for row in rows)
        True
    """
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        return [_outcome(one) for one in (*_image_mistakes(), *_loss_mistakes())]


def _outcome(mistake: _Mistake) -> Outcome:
    broken = mistake.broken or mistake.function
    expected = mistake.function(*mistake.right)
    try:
        result = broken(*mistake.wrong)
        silent, said = True, _difference(expected, result)
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        silent, said = False, f"{type(error).__name__}: {str(error).splitlines()[0]}"
    try:
        guarded(broken, mistake.contract)(*mistake.wrong)
        told = ""
    except InputError as error:
        told = str(error)
    return Outcome(
        mistake=mistake.name, axis=mistake.axis, silent=silent, torch=said, contract=told,
        named=_named(told),
    )  # fmt: skip


def _named(told: str) -> str:
    found = re.search(r'axis "?(\w+)"?|(dtype) must', told)
    return (found[1] or found[2]) if found else ""


def _difference(expected: Tensor, result: Tensor) -> str:
    if expected.shape != result.shape:
        return f"silent: {tuple(result.shape)}, not {tuple(expected.shape)}"
    if expected.ndim == 0 and not torch.allclose(expected, result):
        return "silent: another loss"
    return "silent"


def _model(classes: int) -> LineModel:
    config = LineModelConfig(channels=(4, 4, 8), features=8, dilations=(1,))
    return LineModel(config, classes).eval()


def _image_mistakes() -> Iterator[_Mistake]:
    model, larger = _model(_CLASSES), _model(_CLASSES + 4)
    images = torch.rand(_BATCH, 1, 48, _WIDTH)
    rules = line_contract(model)
    colour = images.expand(-1, 3, -1, -1)
    tall = torch.rand(_BATCH, 1, 64, _WIDTH)
    for name, axis, wrong in (
        ("lines of 64 rows", "height", tall),
        ("lines that lie on their side", "height", images.transpose(2, 3)),
        ("colour images", "channels", colour),
        ("no axis for channels", "channels", images[:, 0]),
        ("bytes, not ink in 0..1", "dtype", (images * 255).byte()),
    ):
        yield _Mistake(
            name=name, axis=axis, function=model, contract=rules, right=(images,), wrong=(wrong,)
        )
    yield _Mistake(
        name="a model for another charset", axis="classes", function=model, contract=rules,
        right=(images,), wrong=(images,), broken=larger,
    )  # fmt: skip


def _loss_mistakes() -> Iterator[_Mistake]:
    log_probs = torch.randn(_WIDTH // 4, _BATCH, _CLASSES).log_softmax(-1)
    targets = torch.randint(1, _CLASSES, (_BATCH, _LENGTH))
    frames = torch.full((_BATCH,), _WIDTH // 4)
    lengths = torch.tensor([_LENGTH, 2, 4, 3])
    right = (log_probs, targets, frames, lengths)
    rules = ctc_contract(_CLASSES, frames_first=True)
    for name, axis, wrong in (
        ("batch before frames", "batch", (log_probs.transpose(0, 1), targets, frames, lengths)),
        ("targets of another batch", "batch", (log_probs, targets[:3], frames, lengths)),
        ("targets flat, padding included", "batch", (log_probs, targets.flatten(), *right[2:])),
        ("targets as floats", "dtype", (log_probs, targets.float(), frames, lengths)),
    ):
        yield _Mistake(
            name=name, axis=axis, function=_ctc, contract=rules, right=right, wrong=wrong
        )
    losses, weights = torch.rand(_BATCH), torch.rand(_BATCH)
    yield _Mistake(
        name="weights of lines as a column", axis="1", function=_weighted,
        contract=Contract(arguments={"losses": "float[batch]", "weights": "float[batch]"}),
        right=(losses, weights), wrong=(losses, weights[:, None]),
    )  # fmt: skip


def _ctc(log_probs: Tensor, targets: Tensor, frames: Tensor, lengths: Tensor) -> Tensor:
    return functional.ctc_loss(log_probs, targets, frames, lengths)


def _weighted(losses: Tensor, weights: Tensor) -> Tensor:
    return (losses * weights).mean()
