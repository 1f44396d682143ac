"""The halves of a block: formula against counter, and the crossover by the clock."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.blocks import (
    Block,
    BlockTiming,
    block_flops,
    count_flops,
    crossover,
    judge_crossover,
    race_block,
    time_crossover,
)


def timing(length, ratio, width=64):
    return BlockTiming(
        width=width,
        length=length,
        flops=block_flops(width, length),
        attention_seconds=ratio,
        mlp_seconds=1.0,
        ratio=ratio,
    )


@pytest.mark.parametrize(
    ("width", "length"),
    [
        pytest.param(64, 32, id="below the crossover"),
        pytest.param(64, 128, id="at the crossover"),
        pytest.param(128, 512, id="above it"),
    ],
)
def test_formula_and_counter_agree(width, length):
    assert count_flops(width, length) == block_flops(width, length)


@pytest.mark.parametrize("width", [64, 96, 256])
def test_attention_costs_what_the_mlp_costs_at_two_d(width):
    at = block_flops(width, crossover(width))
    assert at.attention == at.mlp
    assert at.scores == at.projections
    assert block_flops(width, crossover(width) - 1).ratio < 1
    assert block_flops(width, 4 * width).scores == at.mlp * 2


def test_both_kinds_of_attention_give_the_same():
    torch.manual_seed(0)
    fused, plain = Block(32), Block(32, fused=False)
    plain.load_state_dict(fused.state_dict())
    x = torch.randn(2, 20, 32)
    assert torch.allclose(fused(x), plain(x), atol=1e-5)


def test_a_race_measures_every_length():
    race = race_block(32, (8, 16), tokens=32, repeats=1)
    assert [point.length for point in race] == [8, 16]
    assert min(point.attention_seconds for point in race) > 0


@pytest.mark.parametrize(
    ("ratios", "passed", "measured"),
    [
        pytest.param((0.7, 1.0, 1.5), True, 0.7, id="as the arithmetic says"),
        pytest.param((0.5, 1.0, 1.2), True, 1.2, id="the long end is the nearer one"),
        pytest.param((1.1, 1.2, 1.5), False, 1.1, id="slower at T = d/2"),
        pytest.param((0.5, 0.6, 0.9), False, 0.9, id="quicker at T = 4 d"),
    ],
)
def test_the_crossover_is_judged_on_both_sides(ratios, passed, measured):
    race = [timing(length, ratio) for length, ratio in zip((32, 128, 256), ratios, strict=True)]
    verdict = judge_crossover(race)
    assert verdict.passed is passed
    assert verdict.measured == pytest.approx(measured)


def test_the_measured_crossover_lies_between_its_points():
    race = [timing(32, 0.5), timing(128, 0.9), timing(256, 1.1)]
    assert time_crossover(race) == pytest.approx(128 * 2**0.5)
    assert time_crossover(race[:2]) is None


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: Block(30), id="width no multiple of heads"),
        pytest.param(lambda: block_flops(0, 4), id="no width"),
        pytest.param(lambda: race_block(32, ()), id="no length"),
        pytest.param(lambda: race_block(32, (8,), repeats=0), id="no repeat"),
        pytest.param(lambda: judge_crossover([timing(128, 1.0)]), id="nothing on either side"),
    ],
)
def test_wrong_input_is_named(call):
    with pytest.raises(InputError, match="received"):
        call()
