"""Which axis of which tensor breaks a contract: what a type checker does not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from torch import Tensor

from text_recognizer.troubleshooting.numerics.shapes import Axis, Shape

__all__ = ["Problem", "find_problem"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A breach of a contract.

    Attributes:
        argument: Name of the tensor.
        axis: Name of the axis, or its number; ``"dtype"`` where the shape is right.
        rule: What must hold, and what came.
        accepted: The shape that is accepted.
        got: The shape that came.
        cure: What to do, or empty.
    """

    argument: str
    axis: str
    rule: str
    accepted: str
    got: str
    cure: str = ""

    def __str__(self) -> str:
        cure = f"; {self.cure}" if self.cure else ""
        return f"{self.argument}: {self.rule}; {self.accepted} is accepted, got {self.got}{cure}"


def find_problem(
    shapes: Mapping[str, Shape], values: Mapping[str, Any], cures: Mapping[str, str]
) -> Problem | None:
    """The first breach: dtypes first, then numbers of axes, fixed sizes, and axes that must agree.

    Where tensors disagree on an axis, the majority is right: one tensor that is transposed is more
    likely than three that are.

    Args:
        shapes: What is demanded, by name of the tensor.
        values: The tensors; those without a demand are passed over.
        cures: What to do, by name of the axis or ``argument.axis``.

    Example:
        >>> import torch
        >>> found = find_problem({"x": Shape.parse("b c=3")}, {"x": torch.zeros(2, 4)}, {})
        >>> str(found)
        'x: axis "c" must be 3, got 4; (b, 3) is accepted, got (2, 4)'
    """
    given = {name: values[name] for name in shapes if name in values}
    agreed = _agreed(shapes, given)
    for step in (_tensor, _dtype, _rank, _fixed, _bound):
        for name, value in given.items():
            found = step(name, shapes[name], value, agreed)
            if found is not None:
                axis, rule, cure = found
                cure = cure or cures.get(f"{name}.{axis}", cures.get(axis, ""))
                came = str(tuple(value.shape)) if isinstance(value, Tensor) else show(value)
                return Problem(
                    argument=name, axis=axis, rule=rule, accepted=str(shapes[name]), got=came,
                    cure=cure,
                )  # fmt: skip
    return None


def show(value: Any) -> str:
    """A value that is no tensor, in a word."""
    shape = getattr(value, "shape", None)
    return type(value).__name__ + (f" of shape {tuple(shape)}" if shape is not None else "")


Found = tuple[str, str, str] | None
Agreed = Mapping[str, tuple[int, str]]


def _tensor(name: str, shape: Shape, value: Any, agreed: Agreed) -> Found:
    if isinstance(value, Tensor):
        return None
    return "type", f"must be a tensor, got {type(value).__name__}", "make it one: torch.as_tensor"


def _dtype(name: str, shape: Shape, value: Tensor, agreed: Agreed) -> Found:
    if shape.fits_dtype(value):
        return None
    return "dtype", f"dtype must be {shape.dtype}, got {value.dtype}", ""


def _rank(name: str, shape: Shape, value: Tensor, agreed: Agreed) -> Found:
    axes, sizes = shape.axes, tuple(value.shape)
    if any(axis.rest for axis in axes):
        least = len(axes) - 1
        few = f"must have at least {least} axes, got {len(sizes)}"
        return None if len(sizes) >= least else ("number of axes", few, "")
    if len(sizes) == len(axes):
        return None
    if len(sizes) == len(axes) - 1:
        places = _missing(axes, sizes, agreed)
        names = [_name(axes[k], k) for k in places]
        told = " or ".join(f'"{one}"' for one in names)
        return names[0], f"axis {told} is missing", f"insert it with unsqueeze({places[0]})"
    if len(sizes) == len(axes) + 1:
        places = [k for k in range(len(sizes)) if _fits(axes, sizes[:k] + sizes[k + 1 :], agreed)]
        if places:
            k = places[-1]
            cure = f"take it out with squeeze({k})" if sizes[k] == 1 else ""
            return str(k), f"axis {k}, of length {sizes[k]}, is one too many", cure
    return "number of axes", f"must have {len(axes)} axes, got {len(sizes)}", ""


def _missing(axes: tuple[Axis, ...], sizes: tuple[int, ...], agreed: Agreed) -> list[int]:
    """Places of the axis that may be missing: those without which most of the lengths are right."""
    known = [axis.size is not None or axis.name in agreed for axis in axes]
    left = {k: axes[:k] + axes[k + 1 :] for k in range(len(axes))}
    right = {k: sum(known) - known[k] for k in left if _fits(left[k], sizes, agreed)}
    return [k for k in left if right.get(k, -1) == max(right.values(), default=-1)]


def _fixed(name: str, shape: Shape, value: Tensor, agreed: Agreed) -> Found:
    for at, axis, size in _pairs(shape.axes, tuple(value.shape)):
        if axis.size is not None and axis.size != size:
            rule = f'axis "{_name(axis, at)}" must be {axis.size}, got {size}'
            return _name(axis, at), rule, _swap(name, shape, value, agreed, at)
    return None


def _bound(name: str, shape: Shape, value: Tensor, agreed: Agreed) -> Found:
    for at, axis, size in _pairs(shape.axes, tuple(value.shape)):
        if axis.name in agreed and agreed[axis.name][0] != size:
            wanted, source = agreed[axis.name]
            rule = f'axis "{axis.name}" must be {wanted} as in {source}, got {size}'
            return axis.name, rule, _swap(name, shape, value, agreed, at)
    return None


def _agreed(shapes: Mapping[str, Shape], values: Mapping[str, Any]) -> Agreed:
    """Length of each named axis by majority, the first one where there is none, and who has it."""
    votes: dict[str, list[tuple[int, str]]] = {}
    for name, value in values.items():
        if isinstance(value, Tensor) and len(shapes[name].axes) == value.ndim:
            for _, axis, size in _pairs(shapes[name].axes, tuple(value.shape)):
                if axis.name and axis.size is None:
                    votes.setdefault(axis.name, []).append((size, name))
    chosen = {}
    for axis_name, all_votes in votes.items():
        most = Counter(size for size, _ in all_votes).most_common(1)[0][0]
        chosen[axis_name] = next(vote for vote in all_votes if vote[0] == most)
    return chosen


def _pairs(axes: tuple[Axis, ...], sizes: tuple[int, ...]) -> list[tuple[int, Axis, int]]:
    """(place, axis, size) of each axis but ``...``, whose places are passed over."""
    rest = next((k for k, axis in enumerate(axes) if axis.rest), len(axes))
    tail = len(axes) - rest - 1
    left = [(k, axes[k], sizes[k]) for k in range(rest)]
    right = [(len(sizes) - k, axes[-k], sizes[-k]) for k in range(tail, 0, -1)]
    return left + right


def _fits(axes: tuple[Axis, ...], sizes: tuple[int, ...], agreed: Agreed) -> bool:
    for _, axis, size in _pairs(axes, sizes):
        wanted = axis.size if axis.size is not None else agreed.get(axis.name, (size, ""))[0]
        if size != wanted:
            return False
    return True


def _swap(name: str, shape: Shape, value: Tensor, agreed: Agreed, at: int) -> str:
    """The cure where the shape fits once two axes change places, one of them the wrong one."""
    if any(axis.rest for axis in shape.axes):
        return ""
    sizes = list(value.shape)
    others = {axis: vote for axis, vote in agreed.items() if vote[1] != name}
    for one, two in combinations(range(len(sizes)), 2):
        turned = list(sizes)
        turned[one], turned[two] = sizes[two], sizes[one]
        if at in (one, two) and turned != sizes and _fits(shape.axes, tuple(turned), others):
            names = f"{_name(shape.axes[one], one)} and {_name(shape.axes[two], two)}"
            return f"{names} look swapped: transpose({one}, {two})"
    return ""


def _name(axis: Axis, at: int) -> str:
    return axis.name or str(at)
