"""English prose to cut lines from: stories, addresses, letters and everyday sentences.

The text ships with the package (``prose.txt.xz``, see ``prose.LICENSE.md`` and
``data/text/build.py``). Its last twentieth is held out, to judge language models on.
"""

from __future__ import annotations

import functools
import lzma
from importlib import resources
from typing import Literal

from text_recognizer.core.errors import ConfigError

Part = Literal["train", "val"]
HELD_OUT = 0.05


@functools.cache
def passages(part: Part = "train") -> tuple[str, ...]:
    """Passages of a few sentences each, in an order without meaning.

    Args:
        part: ``"train"``, or ``"val"`` for the twentieth that no line is cut from and no language
            model trained on.

    Returns:
        Printable ASCII, 40 characters or more each.

    Raises:
        ConfigError: For another part.

    Example:
        >>> len(passages("val")) < len(passages("train"))
        True
    """
    if part not in ("train", "val"):
        raise ConfigError(f"a part of the prose is 'train' or 'val', got {part!r}; name one")
    packed = resources.files("text_recognizer.sources").joinpath("prose.txt.xz").read_bytes()
    rows = lzma.decompress(packed).decode("ascii").splitlines()
    kept = len(rows) - int(HELD_OUT * len(rows))
    return tuple(rows[:kept] if part == "train" else rows[kept:])


@functools.cache
def running_text(part: Part = "train") -> str:
    """The passages of a part one after the other, with a space between them.

    Example:
        >>> running_text().isprintable()
        True
    """
    return " ".join(passages(part))
