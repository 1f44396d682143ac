"""The notation of a tensor's dtype and axes: ``float[batch channels=1 height=48 width]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from text_recognizer.core.errors import InputError, require

__all__ = ["DTYPES", "Axis", "Shape"]

#: Our words for dtypes, and jaxtyping's.
DTYPES = {
    "any": "Shaped",
    "bool": "Bool",
    "float": "Float",
    "float16": "Float16",
    "float32": "Float32",
    "float64": "Float64",
    "int": "Int",
    "int32": "Int32",
    "int64": "Int64",
    "uint8": "UInt8",
}
_TEXT = re.compile(r"(?:(?P<dtype>[a-z0-9]+)\[(?P<inside>[^\[\]]*)\]|(?P<bare>[^\[\]]*))")
_AXIS = re.compile(r"(?P<name>[A-Za-z]\w*)(?:=(?P<named>\d+))?|(?P<size>\d+)|_|\.\.\.")


@dataclass(frozen=True)
class Axis:
    """One axis of a shape.

    Attributes:
        name: What it is called; empty where it is not.
        size: How long it must be, or None.
        rest: Whether it stands for any number of axes, ``...``.
    """

    name: str
    size: int | None = None
    rest: bool = False

    def __str__(self) -> str:
        return "..." if self.rest else str(self.size) if self.size is not None else self.name or "_"


@dataclass(frozen=True)
class Shape:
    """A dtype and axes.

    An axis is ``name``, ``name=size``, ``size``, ``_`` (any length) or ``...`` (any number of
    axes). Axes of one name have one length. This is the part of jaxtyping's notation that a reader
    needs (https://docs.kidger.site/jaxtyping), with the dtype in front.

    Attributes:
        dtype: One of ``DTYPES``.
        axes: From the first to the last.
    """

    dtype: str
    axes: tuple[Axis, ...]

    @classmethod
    def parse(cls, text: str) -> Shape:
        """Reads the notation.

        Args:
            text: Such as ``"float[batch frames classes=96]"``; without a dtype any will do.

        Raises:
            InputError: If it is not in the notation.

        Example:
            >>> [axis.name for axis in Shape.parse("int[batch length]").axes]
            ['batch', 'length']
        """
        found = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
        words = (found["inside"] or found["bare"] or "").split() if found else []
        dtype = (found["dtype"] or "any") if found else ""
        axes = [_AXIS.fullmatch(word) for word in words]
        if found is None or dtype not in DTYPES or not all(axes) or words.count("...") > 1:
            raise InputError(
                "a shape is written dtype[axis axis ...], an axis as name, name=size, size, _ or "
                f"(once) ...; the dtypes are {', '.join(DTYPES)}; received {text!r}; write it like "
                "float[batch frames classes=96]"
            )
        return cls(dtype, tuple(_axis(one) for one in axes if one))

    @property
    def hint(self) -> Any:
        """The same as an annotation of jaxtyping.

        Raises:
            MissingExtraError: If jaxtyping is not installed.
        """
        kind = getattr(require("jaxtyping", extra="troubleshooting"), DTYPES[self.dtype])
        return kind[Tensor, " ".join(_word(axis) for axis in self.axes)]

    def fits_dtype(self, tensor: Tensor) -> bool:
        """Whether a tensor has the dtype.

        Args:
            tensor: Of any shape.
        """
        if self.dtype == "any":
            return True
        name = str(tensor.dtype).removeprefix("torch.")
        family = name.rstrip("0123456789")
        return self.dtype in (name, {"bfloat": "float"}.get(family, family))

    def __str__(self) -> str:
        return f"({', '.join(str(axis) for axis in self.axes)})"


def _axis(found: re.Match[str]) -> Axis:
    text = found[0]
    if text in ("_", "..."):
        return Axis("", rest=text == "...")
    size = found["named"] or found["size"]
    return Axis(found["name"] or "", int(size) if size else None)


def _word(axis: Axis) -> str:
    if axis.rest:
        return "..."
    if axis.size is not None:
        return f"{axis.name}={axis.size}" if axis.name else str(axis.size)
    return axis.name or "_"
