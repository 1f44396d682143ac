"""Operations by shapes against PyTorch's own counter, on real profiles."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling import measure_peak_flops, profile_steps
from text_recognizer.troubleshooting.profiling.events import Span
from text_recognizer.troubleshooting.profiling.flops import span_flops, trace_flops
from text_recognizer.troubleshooting.profiling.trace import parse_trace


def train(model, *shape):
    x = torch.randn(*shape, requires_grad=True)
    return lambda: model(x).square().mean().backward()


CASES = [
    pytest.param(train(nn.Linear(6, 5), 4, 6), id="linear"),
    pytest.param(train(nn.Linear(6, 5), 2, 3, 6), id="linear on three axes"),
    pytest.param(train(nn.Conv2d(3, 8, 3, padding=1), 2, 3, 9, 11), id="convolution"),
    pytest.param(train(nn.Conv2d(4, 8, 3, stride=2), 2, 4, 9, 11), id="stride"),
    pytest.param(train(nn.Conv2d(4, 6, (1, 5), dilation=(1, 2)), 2, 4, 5, 17), id="dilation"),
    pytest.param(train(nn.Conv1d(3, 4, 3), 2, 3, 20), id="one axis"),
    pytest.param(
        lambda: torch.bmm(torch.rand(3, 4, 5), torch.rand(3, 5, 6)), id="a batch of products"
    ),
    pytest.param(lambda: functional.relu(torch.rand(9)) + 1, id="nothing that counts"),
]


@pytest.mark.parametrize("work", CASES)
def test_a_trace_holds_as_many_operations_as_pytorch_counts(work):
    with FlopCounterMode(display=False) as counter:
        work()
    done = profile_steps(work, steps=2, warmup=0)
    assert trace_flops(done.trace) == 2 * counter.get_total_flops()


def test_groups_divide_the_channels():
    """By hand: PyTorch's counter takes the backward pass of groups as if they were one."""
    done = profile_steps(train(nn.Conv2d(4, 8, 3, groups=2), 2, 4, 9, 9), steps=1, warmup=0)
    forward = 2 * (2 * 7 * 7) * 8 * (4 / 2) * 9
    assert trace_flops(done.trace) == 3 * forward


def test_transposed_convolutions_count_every_input_place():
    model = nn.ConvTranspose2d(3, 4, 3)
    x = torch.randn(1, 3, 5, 5)
    with FlopCounterMode(display=False) as counter:
        model(x)
    done = profile_steps(lambda: model(x), steps=1, warmup=0)
    assert trace_flops(done.trace) == counter.get_total_flops()


@pytest.mark.parametrize(
    "args",
    [
        pytest.param({}, id="no shapes"),
        pytest.param({"Input Dims": [[2], []]}, id="shapes of another operator"),
        pytest.param({"Input Dims": "[[2, 3]]"}, id="shapes as text"),
        pytest.param({"Input Dims": [["a"], ["b"]]}, id="words"),
    ],
)
def test_odd_shapes_count_nothing(args):
    assert span_flops(Span("aten::mm", "cpu_op", 0, 1, 1, 1, args)) == 0.0


def test_a_trace_without_shapes_is_refused():
    bare = {"ph": "X", "name": "aten::mm", "cat": "cpu_op", "ts": 0, "dur": 1}
    with pytest.raises(InputError, match="1 products and"):
        trace_flops(parse_trace([bare]))


@pytest.mark.parametrize("options", [{"size": 8}, {"repeats": 0}])
def test_a_peak_is_measured_on_matrices_of_a_size(options):
    with pytest.raises(InputError, match="received"):
        measure_peak_flops(**options)
    assert measure_peak_flops(size=128, repeats=2) > 1e7
