"""One of two processes that share a batch: its gradient, averaged with the other's by gloo.

Run by :class:`~text_recognizer.troubleshooting.numerics.processes.TwoProcesses` as
``python -m text_recognizer.troubleshooting.numerics.replica FOLDER RANK SEED SECONDS``.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from text_recognizer.models import LineModel, LineModelConfig

__all__ = ["SPLITS", "Split", "Step", "main", "material", "step"]

WORLD = 2
LINES = 8
_CLASSES, _LENGTH, _WIDTH = 12, 4, 64

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Split:
    """How the lines of a batch are shared, and what the model does meanwhile.

    Attributes:
        first: Lines of process 0; process 1 has the others.
        training: Whether batch norm takes the mean and variance of the lines it sees.
        weighted: Whether a process counts by its lines, and not once.
    """

    first: int
    training: bool = False
    weighted: bool = False


#: What is tried.
SPLITS = {
    "equal shares": Split(first=4),
    "unequal shares": Split(first=6),
    "unequal shares, weighted by lines": Split(first=6, weighted=True),
    "batch norm in training": Split(first=4, training=True),
}


@dataclass(frozen=True)
class Step:
    """What one step computed.

    Attributes:
        gradient: (P,) of all parameters.
        means: Running means of all batch norms after the step.
    """

    gradient: Array
    means: Array


def material(seed: int) -> tuple[LineModel, Tensor, Tensor]:
    """A small reader in float64 and a batch, the same in every process.

    Args:
        seed: Decides both.

    Returns:
        The model, images (8, 1, 48, 64) and targets (8, 4).
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = LineModelConfig(channels=(8, 8, 8), features=16, dilations=(1, 2), dropout=0)
        model = LineModel(config, _CLASSES).double()
        images = torch.rand(LINES, 1, 48, _WIDTH, dtype=torch.float64)
        targets = torch.randint(1, _CLASSES, (LINES, _LENGTH))
    return model, images, targets


def step(
    seed: int,
    lines: slice,
    *,
    training: bool = False,
    sum_up: Callable[[Tensor], object] | None = None,
    factor: float = 1.0,
) -> Step:
    """The gradient of the mean loss over some lines.

    Args:
        seed: Decides model and batch.
        lines: Which of the eight.
        training: As in :class:`Split`.
        sum_up: Adds the gradients of all processes, in place.
        factor: What the loss is multiplied with.
    """
    model, images, targets = material(seed)
    for module in model.modules():
        if isinstance(module, _BatchNorm):
            module.train(training)
    log_probs = model(images[lines]).transpose(0, 1)
    count = log_probs.shape[1]
    loss = factor * functional.ctc_loss(
        log_probs,
        targets[lines],
        torch.full((count,), len(log_probs)),
        torch.full((count,), _LENGTH),
    )
    loss.backward()  # type: ignore[no-untyped-call]
    grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    gradient = torch.cat([grad.flatten() for grad in grads])
    if sum_up is not None:
        sum_up(gradient)
    means = [value for name, value in model.named_buffers() if name.endswith("running_mean")]
    return Step(gradient.numpy(), torch.cat(means).numpy())


def main(folder: Path, rank: int, seed: int, seconds: float) -> None:
    """Meets the other process, tries each of ``SPLITS`` and writes ``rank<N>.npz``.

    Args:
        folder: Where the processes meet, by a file and not at a port.
        rank: 0 or 1.
        seed: Decides model and batch.
        seconds: How long to wait for the other process.
    """
    import torch.distributed as dist

    torch.set_num_threads(1)
    # Both are on this machine: its name need not resolve, and no firewall needs to be asked.
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")
    dist.init_process_group(
        "gloo",
        store=dist.FileStore(str(folder / "meeting"), WORLD),  # type: ignore[attr-defined]
        rank=rank,
        world_size=WORLD,
        timeout=datetime.timedelta(seconds=seconds),
    )
    found: dict[str, Array] = {}
    for name, split in SPLITS.items():
        lines = slice(0, split.first) if rank == 0 else slice(split.first, LINES)
        own = lines.stop - lines.start
        factor = own / LINES if split.weighted else 1 / WORLD
        done = step(seed, lines, training=split.training, sum_up=dist.all_reduce, factor=factor)
        found[f"{name}/gradient"], found[f"{name}/means"] = done.gradient, done.means
    # The other process may still be receiving.
    dist.barrier()
    dist.destroy_process_group()
    unfinished = folder / f"rank{rank}.part.npz"
    np.savez(unfinished, **found)  # type: ignore[arg-type]
    unfinished.rename(folder / f"rank{rank}.npz")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
