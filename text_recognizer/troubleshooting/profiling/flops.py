"""Floating-point operations from the shapes in a trace, and the most that a machine can do.

A product of matrices (m, k) and (k, n) takes 2 m k n operations; a convolution is such a product
for each place of its result. Everything else a network does is small beside these, and counts as
nothing here.
"""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling.events import Span
from text_recognizer.troubleshooting.profiling.trace import Trace
from text_recognizer.troubleshooting.profiling.tree import Node, call_tree

Dims = Sequence[Sequence[int]]


def _product(dims: Dims, notes: Sequence[Any], first: int) -> float:
    left, right = dims[first], dims[first + 1]
    return 2.0 * math.prod(left) * right[-1]


def _convolution(dims: Dims, notes: Sequence[Any]) -> float:
    images, weights = dims[0], dims[1]
    stride, padding, dilation = (_numbers(notes[place]) for place in (3, 4, 5))
    places = 1
    for axis, size in enumerate(images[2:]):
        reach = dilation[axis % len(dilation)] * (weights[2 + axis] - 1) + 1
        room = size + 2 * padding[axis % len(padding)] - reach
        places *= room // stride[axis % len(stride)] + 1
    if str(notes[6]) == "True":
        # Transposed: every input place meets the whole kernel.
        return 2.0 * math.prod(images) * math.prod(weights[1:])
    return float(2 * images[0] * places * math.prod(weights))


def _convolution_backward(dims: Dims, notes: Sequence[Any]) -> float:
    result, images, weights = dims[0], dims[1], dims[2]
    wanted = sum(ast.literal_eval(str(notes[10]))[:2])
    inner = result if str(notes[7]) == "False" else images
    return float(2 * wanted * inner[0] * math.prod(inner[2:]) * math.prod(weights))


#: Only the operators that do the work: those that call them would count it again.
_FORMULAS: dict[str, Callable[[Dims, Sequence[Any]], float]] = {
    "aten::mm": lambda dims, notes: _product(dims, notes, 0),
    "aten::bmm": lambda dims, notes: _product(dims, notes, 0),
    "aten::addmm": lambda dims, notes: _product(dims, notes, 1),
    "aten::baddbmm": lambda dims, notes: _product(dims, notes, 1),
    "aten::convolution": _convolution,
    "aten::convolution_backward": _convolution_backward,
}


def span_flops(span: Span) -> float:
    """Operations of one operator by the shapes of its inputs; 0 for those that are not counted.

    Args:
        span: Recorded with shapes.

    Example:
        >>> mm = Span("aten::mm", "cpu_op", 0, 1, 1, 1, {"Input Dims": [[2, 3], [3, 5]]})
        >>> span_flops(mm)
        60.0
    """
    formula = _FORMULAS.get(span.name)
    if formula is None:
        return 0.0
    try:
        return formula(span.args["Input Dims"], span.args.get("Concrete Inputs", ()))
    except (KeyError, IndexError, TypeError, ValueError, SyntaxError, ZeroDivisionError):
        # Another version, or a trace without shapes.
        return 0.0


def trace_flops(trace: Trace) -> float:
    """Operations of all matrix products and convolutions of a trace.

    Args:
        trace: Recorded with shapes, as :func:`profile_steps` does.

    Raises:
        InputError: If it has such operators but no shapes.
    """
    found, seen = 0.0, 0
    for lane in trace.lanes:
        if lane.device:
            continue
        for root in call_tree(span for span in lane.spans if span.category == "cpu_op"):
            flops, operators = _below(root)
            found, seen = found + flops, seen + operators
    if seen and not found:
        raise InputError(
            f"operations are counted by shapes; {trace.source!r} has {seen} products and "
            "convolutions without shapes; record it with record_shapes=True"
        )
    return found


def _below(root: Node) -> tuple[float, int]:
    """Operations of a tree; what a counted operator calls is counted with it."""
    found, seen = 0.0, 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.span.name in _FORMULAS:
            found += span_flops(node.span)
            seen += 1
        else:
            waiting.extend(node.children)
    return found, seen


def measure_peak_flops(device: str = "cpu", *, size: int = 0, repeats: int = 5) -> float:
    """The most operations a second that this machine does: its best time for a large product.

    Args:
        device: ``"cpu"``, which takes as many threads as torch has, or ``"cuda"``.
        size: Rows and columns of the matrices, from 64; 0 takes 768, and 8192 on a GPU.
        repeats: The best of so many, from 1.

    Raises:
        InputError: If a number is out of its range.

    Example:
        >>> measure_peak_flops(size=64, repeats=1) > 0
        True
    """
    size = size or (768 if device == "cpu" else 8192)
    if size < 64 or repeats < 1:
        raise InputError(
            f"size is at least 64 and repeats at least 1; received {size} and {repeats}"
        )
    left, right = (torch.rand(size, size, device=device) for _ in range(2))
    best = math.inf
    for _ in range(repeats + 1):
        _wait(device)
        started = time.perf_counter()
        torch.mm(left, right)
        _wait(device)
        best = min(best, time.perf_counter() - started)
    return 2.0 * size**3 / best


def _wait(device: str) -> None:
    if device != "cpu":
        torch.cuda.synchronize()


def _numbers(text: Any) -> list[int]:
    value = ast.literal_eval(str(text))
    return list(value) if isinstance(value, (list, tuple)) else [int(value)]
