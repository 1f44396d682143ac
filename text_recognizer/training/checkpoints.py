"""Whether a checkpoint can be gone on from, found out before the data is made."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from torch import nn

from text_recognizer.core.errors import DataError


def checkpoint_step(path: Path, module: nn.Module) -> int:
    """The step that a checkpoint was written at, once it is known to fit.

    Args:
        path: a checkpoint of Lightning; it is read as data, code in it is not run.
        module: what is to go on from it.

    Raises:
        DataError: if the file is damaged, or its weights have other names or shapes.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        step, saved = int(content["global_step"]), content["state_dict"]
        found = {name: tuple(tensor.shape) for name, tensor in saved.items()}
    except (
        OSError,
        EOFError,
        RuntimeError,
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        pickle.UnpicklingError,
    ) as error:
        reason = " ".join(str(error).split())[:120]
        raise DataError(
            f"a training goes on from a checkpoint; {str(path)!r} is damaged "
            f"({type(error).__name__}: {reason}); remove it, or give another folder as out"
        ) from error
    expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    wrong = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    if wrong:
        raise DataError(
            f"a training goes on with a model of the same sizes; {str(path)!r} differs in "
            f"{len(wrong)} weights, such as {wrong[0]}: {found.get(wrong[0])} there, "
            f"{expected.get(wrong[0])} here; keep the model settings, or give another folder as out"
        )
    return step
