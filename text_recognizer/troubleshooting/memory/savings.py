"""Five ways to train in less memory, side by side: bytes held, seconds taken, gradients compared.

Bytes are those of all living tensors at the worst moment, weights aside: counted, not timed.
Seconds are the least of some repeats, taken in turn, so that a busy machine disturbs all alike.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.models import build_model
from text_recognizer.training.config import preset
from text_recognizer.troubleshooting.memory.jobs import Job, reference
from text_recognizer.troubleshooting.memory.live import LiveBytes
from text_recognizer.troubleshooting.memory.running import Part, Running
from text_recognizer.troubleshooting.memory.subjects import CLASSES, reading_loss

Step = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Saving:
    """One way to take a step, compared with the plain one.

    Attributes:
        name: of the way.
        peak: most bytes of tensors at a time, beside the weights.
        seconds: of forward and backward pass, the least of the repeats.
        error: largest difference of a gradient from that of the plain step, as a share of the
            largest gradient; None where the model is another one.
    """

    name: str
    peak: int
    seconds: float
    error: float | None = None


def measure_savings(
    name: str = "laptop", *, batch: int = 4, width: int = 320, parts: int = 4, repeats: int = 3
) -> list[Saving]:
    """Bytes and seconds of a step of a reader, plain and in four cheaper ways.

    Args:
        name: of a preset.
        batch: lines, a multiple of ``parts``.
        width: columns of a line.
        parts: batches that gradient accumulation cuts the batch into, at least 1.
        repeats: of which the fastest counts, at least 1.

    Returns:
        baseline; bf16 autocast; half width, whose stages have half the channels; accumulation, in
        ``parts``; checkpointing of each convolution stage.

    Raises:
        InputError: if ``batch`` is no multiple of ``parts``, or a number is below 1.

    Reference: T. Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.
    """
    if min(batch, parts, repeats) < 1 or batch % parts:
        raise InputError(
            f"batch is a multiple of parts, and both and repeats at least 1, got {batch}, {parts} "
            f"and {repeats}"
        )
    ways = _ways(name, batch, width, parts)
    counted = {key: _count(*way) for key, way in ways.items()}
    seconds = _seconds([step for _, step in ways.values()], repeats)
    plain = counted["baseline"][0]
    return [
        Saving(
            name=key,
            peak=peak,
            seconds=taken,
            error=relative_error(found, plain) if len(found) == len(plain) else None,
        )
        for (key, (found, peak)), taken in zip(counted.items(), seconds, strict=True)
    ]


class Saved:
    """A comparison under way in a child process, for :func:`start_savings`.

    Args:
        running: the child.
    """

    def __init__(self, running: Part) -> None:
        self._running = running

    def fetch(self) -> list[Saving]:
        """Wait for the comparison.

        Raises:
            DataError: if it failed.
        """
        outcome = self._running.fetch()[0]
        if not outcome.ok:
            raise DataError(
                f"a comparison ends with numbers, this one ended as {outcome.kind!r}: "
                f"{outcome.detail}; compare with a smaller batch"
            )
        return list(outcome.value)


def start_savings(name: str = "laptop", *, beside: Running | None = None, **options: int) -> Saved:
    """Begin :func:`measure_savings` in a child process, and do not wait for it.

    Args:
        name: of a preset.
        beside: a child that does it after what it was asked before; else there is a new one.
        **options: as there.

    Returns:
        Its ``fetch()`` gives what :func:`measure_savings` returns.
    """
    job = Job(function=reference(measure_savings), options={"name": name, **options})
    return Saved((beside or Running()).add([job]))


def backward(model: nn.Module, images: Tensor) -> None:
    """One forward and one backward pass; gradients add up in the model.

    Args:
        model: a reader.
        images: (B, 1, H, W).
    """
    value: Any = reading_loss(model(images))
    value.backward()


def accumulate(
    model: nn.Module,
    images: Tensor,
    *,
    parts: int,
    loss: Callable[[Any], Tensor] = reading_loss,
) -> None:
    """The gradient of a batch, added up over parts of it, of which one lives at a time.

    It is that of the whole batch where each line is computed by itself. BatchNorm computes mean and
    variance over the lines it sees, which are other lines then: the gradients differ.

    Args:
        model: any.
        images: its first axis is the batch, a multiple of ``parts``.
        parts: at least 1.
        loss: a mean over the lines.

    Raises:
        InputError: if the batch cannot be cut evenly.
    """
    if parts < 1 or len(images) % parts:
        raise InputError(f"a batch is cut into equal parts, got {len(images)} lines and {parts}")
    for part in images.chunk(parts):
        value: Any = loss(model(part)) / parts
        value.backward()


def checkpointed(model: nn.Module) -> nn.Module:
    """The model with its convolution stages checkpointed; the weights are shared.

    A checkpointed stage keeps its input alone, and is computed a second time in the backward pass.

    Args:
        model: a reader, with ``encoder.image`` and ``encoder.context``.
    """
    memo: dict[int, Any] = {id(weight): weight for weight in model.parameters()}
    twin: Any = copy.deepcopy(model, memo)
    stages = list(twin.encoder.image)
    # The first stage's input is the image, which lives anyway.
    groups = [nn.Sequential(*stages[:2]), *stages[2:]]
    twin.encoder.image = nn.Sequential(*[_Checkpointed(one) for one in groups])
    return twin  # type: ignore[no-any-return]


class _Checkpointed(nn.Module):
    """A module that keeps its input and computes the rest again when it is needed."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = checkpoint(self.inner, x, use_reentrant=False)
        return out


def relative_error(found: Sequence[Tensor], expected: Sequence[Tensor]) -> float | None:
    """Largest difference of two lists of tensors, as a share of the largest value expected.

    Args:
        found: tensors.
        expected: as many, of the same shapes; else None is the answer.

    Example:
        >>> relative_error([torch.tensor([1.0, 2.5])], [torch.tensor([1.0, 2.0])])
        0.25
    """
    if [one.shape for one in found] != [one.shape for one in expected]:
        return None
    most = max(float(one.abs().max()) for one in expected)
    apart = max(float((a - b).abs().max()) for a, b in zip(found, expected, strict=True))
    return apart / most


def _ways(name: str, batch: int, width: int, parts: int) -> dict[str, tuple[nn.Module, Step]]:
    torch.manual_seed(0)
    config = preset(name).model
    # No dropout: each way is to compute the same gradient.
    model = build_model(replace(config, dropout=0.0), CLASSES).train()
    images = torch.rand(batch, 1, config.height, width)
    first, second, third = config.channels
    half = replace(
        config,
        dropout=0.0,
        channels=(first // 2, second // 2, third // 2),
        features=config.features // 2,
    )
    return {
        "baseline": (model, lambda: backward(model, images)),
        "bf16 autocast": (model, lambda: _in_bf16(model, images)),
        "half width": (
            small := build_model(half, CLASSES).train(),
            lambda: backward(small, images),
        ),
        f"accumulation of {parts}": (model, lambda: accumulate(model, images, parts=parts)),
        "checkpointing": (
            saver := checkpointed(model),
            lambda: backward(saver, images),
        ),
    }


def _in_bf16(model: nn.Module, images: Tensor) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        out = model(images)
    value: Any = reading_loss(out)
    value.backward()


def _count(model: nn.Module, step: Step) -> tuple[list[Tensor], int]:
    """The gradients of a step, and the most bytes of tensors beside the weights."""
    model.zero_grad(set_to_none=True)
    live = LiveBytes()
    for weight in model.parameters():
        live.add(weight)
    weights = live.live
    with live:
        step()
    found = [weight.grad for weight in model.parameters()]
    return [one.detach().clone() for one in found if one is not None], live.peak - weights


def _seconds(steps: Sequence[Step], repeats: int) -> list[float]:
    """The least time of each, measured in turn."""
    taken: list[list[float]] = [[] for _ in steps]
    for _ in range(repeats):
        for place, step in enumerate(steps):
            started = time.perf_counter()
            step()
            taken[place].append(time.perf_counter() - started)
    return [min(each) for each in taken]
