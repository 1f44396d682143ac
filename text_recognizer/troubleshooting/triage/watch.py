"""Watch a trainer step by step: losses, gradients, movement, memory, and where the time goes."""

from __future__ import annotations

import hashlib
import math
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from text_recognizer.core.errors import InputError
from text_recognizer.data.datasets import Batch
from text_recognizer.troubleshooting.triage.observation import PARTS, Observation

if TYPE_CHECKING:
    from text_recognizer.troubleshooting.triage.trainer import Trainer

__all__ = ["SavedBytes", "observe"]


class SavedBytes:
    """Counts what autograd saves for the backward pass, and refuses to go over a budget.

    It counts storages, each once, by the hooks on saved tensors; parameters are not counted.
    What is still counted after a step is held by a graph that somebody kept.

    Args:
        model: Its parameters are not counted.
        budget: Bytes, above 0.

    Attributes:
        peak: Most bytes held at a time.

    Raises:
        InputError: If the budget is not above 0.

    Example:
        >>> saved = SavedBytes(nn.Linear(1, 1), budget=1_000)
        >>> x = torch.ones(8, dtype=torch.float64, requires_grad=True)
        >>> with saved.counted():
        ...     y = (x * x).sum()
        >>> saved.held()
        64
    """

    def __init__(self, model: nn.Module, budget: int) -> None:
        if budget <= 0:
            raise InputError(f"a budget is above 0 bytes; received {budget}; take 2**24")
        self.budget, self.peak = budget, 0
        self._held = 0
        self._parameters = {one.data_ptr() for one in model.parameters()}
        self._live: weakref.WeakSet[_Saved] = weakref.WeakSet()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what the block saves."""
        with torch.autograd.graph.saved_tensors_hooks(self._pack, _unpack):
            yield

    def held(self) -> int:
        """Bytes held now."""
        storages = {one.pointer: one.size for one in self._live}
        self._held = sum(storages.values())
        return self._held

    def _pack(self, tensor: Tensor) -> _Saved:
        saved = _Saved(tensor)
        if saved.pointer not in self._parameters:
            self._live.add(saved)
            held = self.held()
            self.peak = max(self.peak, held)
            if held > self.budget:
                raise torch.OutOfMemoryError(
                    f"out of memory: the graph of this step holds {held / 2**20:.0f} MiB, the "
                    f"budget is {self.budget / 2**20:.0f} MiB"
                )
        return saved


class _Saved:
    """One saved tensor, weakly countable."""

    def __init__(self, tensor: Tensor) -> None:
        # Detached: a tensor that its own graph holds would keep that graph for ever.
        self.tensor = tensor.detach()
        meta = tensor.device.type == "meta"
        self.pointer = 0 if meta else tensor.untyped_storage().data_ptr()
        self.size = 0 if meta else tensor.untyped_storage().nbytes()


def _unpack(saved: _Saved) -> Tensor:
    return saved.tensor


class _Clock:
    """Adds up the seconds of each part, step by step."""

    def __init__(self) -> None:
        self._steps: list[dict[str, float]] = []
        self.begin()

    def begin(self) -> None:
        """A new step begins now."""
        self._now = dict.fromkeys(PARTS, 0.0)
        self.reset()

    def reset(self) -> None:
        """What went by since the last call belongs to nobody."""
        self._last = time.perf_counter()

    def charge(self, part: str) -> None:
        """What went by since the last call belongs to a part."""
        now = time.perf_counter()
        self._now[part] += now - self._last
        self._last = now

    def end(self) -> None:
        """The step is over."""
        self._steps.append(self._now)

    @property
    def seconds(self) -> dict[str, float]:
        """The median step times their number: a hiccup of the machine does not count."""
        steps = self._steps or [self._now]
        return {part: median(one[part] for one in steps) * len(steps) for part in PARTS}


class _Watch:
    """One run, and what was seen of it so far."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.model = trainer.build_model()
        self.layers = {
            name: list(layer.parameters())
            for name, layer in self.model.named_children()
            if list(layer.parameters())
        }
        self.start = [one.detach().clone() for one in self.model.parameters()]
        self.saved = SavedBytes(self.model, trainer.budget)
        self.clock = _Clock()
        self.texts = hashlib.sha256()
        self.gradients = dict.fromkeys(self.layers, 0.0)
        self.losses: list[float] = []
        self.norms: list[float] = []
        self.kept: list[int] = []
        self.terms: tuple[int, ...] = ()
        self.labels: tuple[int, ...] = ()

    def train(self) -> None:
        trainer, clock = self.trainer, self.clock
        optimizer = trainer.optimizer(self.model)
        clock.begin()
        for batch in trainer.batches():
            clock.charge("loading")
            self.texts.update("\n".join(batch.texts).encode())
            self.step(optimizer, batch)
            clock.begin()

    def step(self, optimizer: torch.optim.Optimizer, batch: Batch) -> None:
        trainer, clock = self.trainer, self.clock
        clock.reset()
        images, targets, centres = trainer.prepare(batch)
        clock.charge("loading")
        with self.saved.counted():
            log_probs = trainer.forward(self.model, images)
            losses = trainer.losses(log_probs, targets, centres)
            self.terms, self.labels = tuple(losses.shape), tuple(batch.targets.shape)
            loss = trainer.loss(losses, centres)
        clock.charge("forward")
        trainer.backward(optimizer, loss)
        clock.charge("backward")
        self.look_at_gradients()
        # Looking is not part of the step.
        clock.reset()
        trainer.update(self.model, optimizer)
        clock.charge("backward")
        with self.saved.counted():
            trainer.record(self.model, loss, log_probs)
        clock.charge("recording")
        clock.end()
        self.losses.append(loss.item())
        del log_probs, losses, loss
        self.kept.append(self.saved.held())

    def look_at_gradients(self) -> None:
        squares = {
            name: sum(float(p.grad.square().sum()) for p in ones if p.grad is not None)
            for name, ones in self.layers.items()
        }
        for name, square in squares.items():
            norm = math.sqrt(square)
            # A NaN is a gradient, too.
            if math.isnan(norm) or norm > self.gradients[name]:
                self.gradients[name] = norm
        self.norms.append(math.sqrt(sum(squares.values())))

    def moved(self) -> dict[str, bool]:
        pairs = zip(self.model.parameters(), self.start, strict=True)
        moved = {id(p): not torch.equal(p, before) for p, before in pairs if not p.is_meta}
        return {n: any(moved.get(id(p), False) for p in ones) for n, ones in self.layers.items()}


def observe(trainer: Trainer, examiner: Trainer) -> Observation:
    """Run a trainer and say what was seen; ``Trainer.run`` calls it.

    Args:
        trainer: Fresh; a run uses it up.
        examiner: A healthy trainer of the same seed, whose methods measure the loss on the lines,
            whatever ``trainer`` made of its own.

    Returns:
        All but the seconds is the same in each run of a seed. What the trainer raises is recorded,
        not raised; only what ends programs passes (``KeyboardInterrupt``, ``SystemExit``).
    """
    watch: _Watch | None = None
    found: dict[str, Any] = {"target": trainer.target}
    try:
        watch = _Watch(trainer)
        found["before"] = _loss_on_lines(trainer, examiner, watch.model)
        watch.train()
        found["after"] = _loss_on_lines(trainer, examiner, watch.model)
    except Exception as error:
        found["error"] = type(error).__name__
        found["message"] = next(iter(str(error).splitlines()), "")
    if watch is None:
        return Observation(**found)
    return Observation(
        losses=tuple(watch.losses),
        norms=tuple(watch.norms),
        gradients=watch.gradients,
        moved=watch.moved(),
        kept=tuple(watch.kept),
        peak=watch.saved.peak,
        seconds=watch.clock.seconds,
        terms=watch.terms,
        labels=watch.labels,
        noted=tuple(_first_number(note) for note in trainer.notes),
        data=watch.texts.hexdigest()[:16],
        architecture=tuple((n, tuple(p.shape)) for n, p in watch.model.named_parameters()),
        **found,
    )


def _first_number(note: Any) -> float:
    value = note[0] if isinstance(note, (tuple, list)) and note else note
    if isinstance(value, Tensor):
        value = value.item() if value.numel() == 1 else math.nan
    return float(value) if isinstance(value, (int, float)) else math.nan


def _loss_on_lines(trainer: Trainer, examiner: Trainer, model: nn.Module) -> float:
    if any(one.is_meta for one in model.parameters()):
        return math.nan
    images, targets, centres = examiner.prepare(examiner.collate(examiner.samples))
    with torch.no_grad():
        losses = examiner.losses(trainer.forward(model, images), targets, centres)
        return float(examiner.loss(losses, centres))
