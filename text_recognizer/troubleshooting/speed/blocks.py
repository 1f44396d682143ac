"""Attention against the MLP of one Transformer block: in arithmetic, and by the clock.

Per token of width ``d`` in a sequence of ``T``, forward, two operations per multiply-add:

==========================================  ==================
query, key, value and output projections    8 d^2
scores and weighted sum of the values       4 T d
MLP of hidden width 4 d                     16 d^2
==========================================  ==================

So attention as a whole, projections included, costs what the MLP costs at T = 2 d: there its two
rows are 8 d^2 each. The T x T part alone catches up with the projections at T = 2 d, too, and with
the MLP only at T = 4 d. Below 2 d attention is the cheaper half of a block, and above the dearer.

Source: Vaswani et al. (2017), table 1; Kaplan et al. (2020), table 1, counts the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from text_recognizer.core.checks import CheckResult
from text_recognizer.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class BlockFlops:
    """Operations of one block for one sequence, forward; a multiply-add is two.

    Args:
        projections: of query, key, value and output.
        scores: of the scores and the weighted sum of the values.
        mlp: of the two linear layers of the MLP.
    """

    projections: int
    scores: int
    mlp: int

    @property
    def attention(self) -> int:
        """Projections and scores together."""
        return self.projections + self.scores

    @property
    def ratio(self) -> float:
        """Attention over MLP: 1/2 + T / (4 d)."""
        return self.attention / self.mlp


class Block(nn.Module):
    """A Transformer block, its two halves callable on their own: (B, T, d) to (B, T, d).

    Args:
        width: d, a multiple of ``heads``.
        heads: attention heads; they do not change the number of operations.
        fused: whether to use torch's fused attention, which never writes the T x T matrix. On the
            CPU torch 2.13's counter knows no formula for it and counts 0.

    Raises:
        InputError: if the width is no multiple of the heads.
    """

    def __init__(self, width: int, *, heads: int = 4, fused: bool = True) -> None:
        super().__init__()
        if min(width, heads) < 1 or width % heads:
            raise InputError(
                f"width is a multiple of heads, both positive; received {width!r} and {heads!r}"
            )
        self.heads, self.fused = heads, fused
        self.query_key_value = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attention(self, x: Tensor) -> Tensor:
        """Projections, scores, softmax, weighted sum, output projection."""
        batch, length, width = x.shape
        split = self.query_key_value(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed: Tensor = self.output(self._mix(query, key, value).transpose(1, 2).reshape(x.shape))
        return mixed

    def mlp(self, x: Tensor) -> Tensor:
        """Two linear layers with a GELU between them."""
        result: Tensor = self.narrow(functional.gelu(self.widen(x)))
        return result

    def forward(self, x: Tensor) -> Tensor:
        """Both halves with their skips; norms are left out, as they cost next to nothing."""
        x = x + self.attention(x)
        return x + self.mlp(x)

    def _mix(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        if self.fused:
            return functional.scaled_dot_product_attention(query, key, value)
        scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
        return torch.softmax(scores, dim=-1) @ value


@dataclass(frozen=True, kw_only=True)
class BlockTiming:
    """One length of a race between the halves of a block.

    Args:
        width: d.
        length: T, tokens of a sequence.
        flops: operations for one sequence.
        attention_seconds: median of a forward pass, s.
        mlp_seconds: the same for the MLP.
        ratio: median of attention over MLP, each pair measured back to back, so that what slows
            the machine for a while slows both.
    """

    width: int
    length: int
    flops: BlockFlops
    attention_seconds: float
    mlp_seconds: float
    ratio: float


def block_flops(width: int, length: int) -> BlockFlops:
    """Operations of a block by the formula.

    Args:
        width: d, at least 1.
        length: T, at least 1.

    Raises:
        InputError: if one is below 1.

    Example:
        >>> block_flops(128, 256).ratio
        1.0
    """
    if min(width, length) < 1:
        raise InputError(f"width and length are at least 1; received {width!r} and {length!r}")
    return BlockFlops(
        projections=8 * length * width**2,
        scores=4 * length**2 * width,
        mlp=16 * length * width**2,
    )


def count_flops(width: int, length: int) -> BlockFlops:
    """Operations of a block as torch counts them while it runs.

    Args:
        width: d, a multiple of 4.
        length: T.

    Example:
        >>> count_flops(64, 32) == block_flops(64, 32)
        True
    """
    block = Block(width, fused=False)
    x = torch.zeros(1, length, width)
    attention, mlp = _counted(lambda: block.attention(x)), _counted(lambda: block.mlp(x))
    projections = _counted(lambda: block.output(block.query_key_value(x)[..., :width]))
    return BlockFlops(projections=projections, scores=attention - projections, mlp=mlp)


def crossover(width: int) -> int:
    """The length at which attention costs as many operations as the MLP, T = 2 d.

    Example:
        >>> crossover(128)
        256
    """
    return 2 * width


def race_block(
    width: int,
    lengths: Sequence[int],
    *,
    fused: bool = True,
    tokens: int = 512,
    repeats: int = 9,
) -> tuple[BlockTiming, ...]:
    """Time both halves at several lengths: medians of interleaved forward passes.

    Args:
        width: d, a multiple of 4.
        lengths: T of each point.
        fused: see :class:`Block`.
        tokens: of a batch; short sequences are batched up to it, so that each point does about
            the same work in its linear layers.
        repeats: passes of each half at each length, at least 1.

    Raises:
        InputError: if there is no length or no repeat.
    """
    if not lengths or repeats < 1:
        raise InputError(
            f"a race needs a length and a repeat; received lengths {tuple(lengths)!r} and repeats "
            f"{repeats!r}"
        )
    block = Block(width, fused=fused)
    inputs = {length: torch.randn(max(1, tokens // length), length, width) for length in lengths}
    pairs: dict[int, list[tuple[float, float]]] = {length: [] for length in lengths}
    with torch.inference_mode():
        for repeat in range(repeats + 1):
            for length, x in inputs.items():
                pair = _timed(block.attention, x), _timed(block.mlp, x)
                if repeat:  # the first pass warms up
                    pairs[length].append(pair)
    return tuple(
        BlockTiming(
            width=width,
            length=length,
            flops=block_flops(width, length),
            attention_seconds=median(attention for attention, _ in pairs[length]),
            mlp_seconds=median(mlp for _, mlp in pairs[length]),
            ratio=median(attention / mlp for attention, mlp in pairs[length]),
        )
        for length in lengths
    )


def judge_crossover(race: Sequence[BlockTiming]) -> CheckResult:
    """Whether the clock agrees: attention is quicker at T <= d/2 and slower at T >= 4 d.

    Args:
        race: at least one point on either side.

    Returns:
        The check; ``measured`` is the ratio that comes nearest to breaking it, ``limit`` is 1.

    Raises:
        InputError: if a side has no point.
    """
    short = [point for point in race if point.length <= point.width / 2]
    long = [point for point in race if point.length >= 4 * point.width]
    if not short or not long:
        raise InputError(
            "a race is judged by lengths up to d/2 and from 4 d; received "
            f"{[point.length for point in race]} of width {[point.width for point in race]}"
        )
    below, above = max(p.ratio for p in short), min(p.ratio for p in long)
    nearest = below if 1 / below < above else above
    return CheckResult(
        name="attention against MLP",
        passed=below < 1 < above,
        measured=nearest,
        limit=1.0,
        reason="attention is quicker at T <= d/2 and slower at T >= 4 d",
    )


def time_crossover(race: Sequence[BlockTiming]) -> float | None:
    """The length at which the clock's ratio passes 1, between the points on a log scale.

    Args:
        race: points of rising length.

    Returns:
        Tokens; None where the ratio does not pass 1.
    """
    for left, right in pairwise(race):
        if left.ratio < 1 <= right.ratio:
            share = (1 - left.ratio) / (right.ratio - left.ratio)
            return float(left.length * (right.length / left.length) ** share)
    return None


def _counted(call: Callable[[], object]) -> int:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        call()
    return int(counter.get_total_flops())


def _timed(call: Callable[[Tensor], Tensor], x: Tensor) -> float:
    start = time.perf_counter()
    call(x)
    return time.perf_counter() - start
