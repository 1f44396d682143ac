"""Where gradients come from and where they go: cheaper than a training, and closer to the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError
from text_recognizer.testing.suite.material import judged, short_lines, tiny_recognizer

if TYPE_CHECKING:
    from text_recognizer.training.lit_recognizer import LitRecognizer

__all__ = [
    "GradientReport",
    "check_first_loss",
    "check_parameters_learn",
    "check_repeatable",
    "check_rows_apart",
    "gradient_report",
]


@dataclass(frozen=True, kw_only=True)
class GradientReport:
    """What one step did.

    Args:
        loss: Before the step.
        norms: Norm of the gradient of each parameter; 0 where there is none.
        moves: Largest change of each parameter, as a share of the learning rate.
    """

    loss: float
    norms: dict[str, float]
    moves: dict[str, float]

    @property
    def idle(self) -> tuple[str, ...]:
        """Parameters that got no gradient or did not move."""
        return tuple(n for n in self.norms if not self.norms[n] > 0 or not self.moves[n] > 0)


def gradient_report(
    recognizer: LitRecognizer | None = None,
    *,
    seed: int = 0,
    lines: int = 4,
    detached: bool = False,
) -> GradientReport:
    """One training step with the recognizer's own optimiser, and what it did to each parameter.

    Args:
        recognizer: Is changed by a step; by default a tiny one.
        seed: Decides the lines, and the weights of the tiny one.
        lines: Lines of the batch, at least 1.
        detached: Cut the encoder off from the gradient first, to see what that looks like.

    Raises:
        InputError: If there is no line.

    Example:
        >>> gradient_report().idle
        ()
    """
    if lines < 1:
        raise InputError(f"a step needs at least one line; received lines={lines!r}")
    own = recognizer if recognizer is not None else tiny_recognizer(seed, warmup=0)
    own.log = lambda *_, **__: None  # type: ignore[method-assign]
    if detached:
        own.model.encoder.register_forward_hook(lambda _, __, features: features.detach())
    optimizer: Any = own.configure_optimizers()
    optimizer = optimizer["optimizer"]
    rate = own.config.learning_rate
    own.train()
    loss = own.training_step(_batch(seed, lines), 0)
    loss.backward()  # type: ignore[no-untyped-call]
    named = dict(own.model.named_parameters())
    norms = {n: float(p.grad.norm()) if p.grad is not None else 0.0 for n, p in named.items()}
    before = {n: p.detach().clone() for n, p in named.items()}
    optimizer.step()
    moves = {n: float((p.detach() - before[n]).abs().max()) / rate for n, p in named.items()}
    return GradientReport(loss=float(loss.detach()), norms=norms, moves=moves)


def check_parameters_learn(seed: int) -> CheckResult:
    """Whether every parameter gets a gradient and moves.

    Args:
        seed: Decides lines and weights.
    """
    idle = gradient_report(seed=seed).idle
    shown = f"idle: {', '.join(idle[:3])}" if idle else "every parameter moves"
    return judged("parameters learn", len(idle), 0, shown)


def check_first_loss(seed: int) -> CheckResult:
    """Whether the first loss is that of an even guess: known before any training.

    Args:
        seed: Decides lines and weights.
    """
    import math

    import torch
    from torch.nn import functional

    batch, recognizer = _batch(seed, 4), tiny_recognizer(seed, warmup=0)
    classes = len(recognizer.charset)
    frames = torch.ceil(batch.widths / 4).long()
    even = torch.full((int(frames.max()), len(batch.texts), classes), -math.log(classes))
    expected = float(functional.ctc_loss(even, batch.targets, frames, batch.lengths))
    expected += math.log(classes)  # the alignment loss of an even guess
    recognizer.log = lambda *_, **__: None  # type: ignore[method-assign]
    found = float(recognizer.training_step(batch, 0).detach())
    away = abs(found / expected - 1)
    return judged("first loss", away, 0.25, f"{found:.1f} where {expected:.1f} is expected")


def check_rows_apart(seed: int) -> CheckResult:
    """Whether the gradient of a line touches only its own row of the batch.

    Args:
        seed: Decides lines and weights.
    """
    recognizer = tiny_recognizer(seed).eval()
    images = _batch(seed, 3).images.double().requires_grad_()
    recognizer(images)[0].exp().square().sum().backward()
    touched = images.grad.abs().amax(dim=(1, 2, 3))
    share = float(touched[1:].max() / touched[0])
    return judged("rows apart", share, 1e-9, "gradient of other lines, as a share of its own")


def check_repeatable(seed: int) -> CheckResult:
    """Whether two trainings with one seed have equal losses.

    Args:
        seed: The seed of both.
    """
    from text_recognizer.testing.suite.memorise import memorise

    one, two = (memorise(seed, steps=3, lines=4).losses for _ in range(2))
    apart = max(abs(a - b) for a, b in zip(one, two, strict=True))
    return judged("repeatable", apart, 1e-6, "largest difference of two losses")


def _batch(seed: int, lines: int) -> Any:
    from text_recognizer.core.charset import Charset
    from text_recognizer.data.datasets import collate

    samples: Sequence[Any] = short_lines(lines, seed=seed)
    return collate(samples, Charset.english())
