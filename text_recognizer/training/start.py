"""Training that starts from the weights of a bundle: fine-tuning, and growing a model."""

from __future__ import annotations

import os

import torch

from text_recognizer.core.errors import DataError
from text_recognizer.models import LineModel
from text_recognizer.models.encoder import Context
from text_recognizer.reading.bundle import Bundle


def start_from(folder: str | os.PathLike[str], model: LineModel) -> Bundle:
    """Copies a bundle's weights into a model.

    A model with more context blocks than the bundle starts with the further blocks as the
    identity, so that it reads as the bundle does before it is trained (Chen et al., "Net2Net",
    2016).

    Args:
        folder: the bundle's folder.
        model: is changed in place.

    Returns:
        The bundle.

    Raises:
        BundleError: if the bundle is missing or damaged.
        DataError: if the bundle's model has other sizes in anything but the number of context
            blocks, or more of these.
    """
    from safetensors.torch import load_file

    bundle = Bundle.load(folder)
    saved = load_file(bundle.weights)
    own = model.state_dict()
    blocks = len(model.encoder.context)
    known = sum(f"encoder.context.{i}.along.weight" in saved for i in range(blocks))
    new = tuple(f"encoder.context.{i}." for i in range(known, blocks))
    expected = {name: value.shape for name, value in own.items() if not name.startswith(new or "-")}
    found = {name: value.shape for name, value in saved.items()}
    wrong = sorted(n for n in {*found, *expected} if found.get(n) != expected.get(n))
    if wrong:
        there, here = found.get(wrong[0]), expected.get(wrong[0])
        raise DataError(
            f"a training starts from a bundle of the same sizes; {str(folder)!r} differs in "
            f"{len(wrong)} weights, such as {wrong[0]}: {_size(there)} there, {_size(here)} here; "
            "keep its model settings (bundle.json), or leave start empty"
        )
    model.load_state_dict({**own, **saved})
    for block in list(model.encoder.context)[known:]:
        if isinstance(block, Context):
            _make_identity(block)
    return bundle


def _make_identity(block: Context) -> None:
    """Silences the block's branch: its input is not negative, so that its ReLU changes nothing."""
    with torch.no_grad():
        block.norm.weight.zero_()
        block.norm.bias.zero_()


def _size(shape: torch.Size | None) -> str:
    return "none" if shape is None else "x".join(map(str, shape)) or "scalar"
