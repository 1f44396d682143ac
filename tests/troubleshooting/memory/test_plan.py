from __future__ import annotations

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.troubleshooting.memory.plan import largest_batch, plan_memory
from text_recognizer.troubleshooting.memory.subjects import plan_subject


@pytest.fixture(scope="module")
def linear():
    return plan_memory(nn.Linear(1000, 10, bias=False), torch.zeros(4, 1000))


def test_the_fixed_part_is_four_times_the_weights(linear):
    assert (linear.parameters, linear.gradients, linear.moments) == (40_000, 40_000, 80_004)
    assert linear.input == 16_000
    assert linear.activations == 0, "a linear layer keeps its input and its weights alone"


@pytest.mark.parametrize(
    ("optimizer", "moments"),
    [
        pytest.param("adam", 2, id="mean and mean square"),
        pytest.param("adamw", 2, id="the same"),
        pytest.param("rmsprop", 1, id="mean square"),
        pytest.param("sgd", 0, id="nothing without momentum"),
    ],
)
def test_moments_of_each_optimizer(optimizer, moments):
    plan = plan_memory(nn.Linear(100, 10, bias=False), torch.zeros(4, 100), optimizer=optimizer)
    assert plan.moments // plan.parameters == moments


def test_frozen_weights_have_neither_gradient_nor_moments():
    model = nn.Sequential(nn.Linear(100, 100, bias=False), nn.Linear(100, 10, bias=False))
    model[0].weight.requires_grad_(False)
    plan = plan_memory(model, torch.zeros(4, 100))
    assert plan.parameters == 44_000
    assert (plan.gradients, plan.moments) == (4_000, 8_004)


def test_parts_add_up_to_the_peak_at_any_batch():
    model = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 8))
    for batch in (1, 7, 500):
        plan = plan_memory(model, torch.zeros(4, 64)).at(batch)
        assert sum(plan.parts().values()) == plan.peak
        assert min(plan.parts().values()) >= 0


@pytest.mark.parametrize("batch", [1, 2, 4, 5, 6])
def test_parts_add_up_where_the_worst_moment_is_not_the_traced_one(batch):
    plan = plan_subject("gpu", batch)
    assert sum(plan.parts().values()) == plan.peak
    assert min(plan.parts().values()) >= 0


def test_the_worst_moment_moves_from_update_to_backward_as_the_batch_grows():
    plan = plan_memory(
        nn.Sequential(nn.Linear(256, 256), nn.Tanh(), nn.Linear(256, 8)), torch.zeros(2, 256)
    )
    assert plan.worst == "update"
    assert plan.at(10_000).worst == "backward"


def test_a_scaled_plan_is_the_plan_of_the_larger_batch():
    model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
    small = plan_memory(model, torch.zeros(2, 1, 16, 16)).at(6)
    large = plan_memory(model, torch.zeros(6, 1, 16, 16))
    assert small.peak == pytest.approx(large.peak, rel=0.01)
    assert small.activations == pytest.approx(large.activations, rel=0.01)
    assert small.linear


class AllPairs(nn.Module):
    """Attention over the lines of a batch: grows with its square."""

    def forward(self, x):
        return torch.softmax(x @ x.T, -1) @ x


def test_what_is_not_linear_in_the_batch_is_said():
    model = nn.Sequential(nn.Linear(4, 4), AllPairs())
    assert not plan_memory(model, torch.zeros(64, 4)).linear


def test_modules_add_up_to_the_activations():
    model = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 8), nn.Tanh())
    plan = plan_memory(model, torch.zeros(10, 64))
    assert dict(plan.modules) == {"1": 10 * 64 * 4, "3": 10 * 8 * 4}
    assert sum(size for _, size in plan.modules) == plan.activations


def test_bf16_halves_most_of_the_activations_and_nothing_fixed():
    model = nn.Sequential(*[nn.Sequential(nn.Linear(64, 64), nn.Tanh()) for _ in range(3)])
    full = plan_memory(model, torch.zeros(32, 64))
    half = plan_memory(model, torch.zeros(32, 64), precision="bf16-mixed")
    assert half.traced == "run"
    assert (half.parameters, half.moments) == (full.parameters, full.moments)
    assert half.constant == 2 * 64 * 64 * 2, "weights in 16 bits, but for the first layer's"
    per_line = [(plan.at(64).activations - plan.activations) / 32 for plan in (full, half)]
    assert per_line[1] < 0.75 * per_line[0]


def test_the_model_is_left_as_it_is():
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4)).eval()
    before = [value.clone() for value in model.state_dict().values()]
    plan_memory(model, torch.rand(3, 4))
    assert all(map(torch.equal, before, model.state_dict().values()))
    assert not model.training
    assert all(weight.grad is None for weight in model.parameters())


@pytest.mark.parametrize("lines", [1, 2, 3, 37, 1000])
def test_the_largest_batch_fits_and_one_more_does_not(lines):
    plan = plan_memory(nn.Sequential(nn.Linear(50, 500), nn.Tanh()), torch.zeros(8, 50))
    # Where the update is worst, further lines cost their input alone.
    limit = plan.at(lines).peak
    found = largest_batch(plan, limit)
    assert plan.at(found).peak <= limit < plan.at(found + 1).peak


def test_no_line_fits_below_the_fixed_part(linear):
    assert largest_batch(linear, linear.parameters) == 0
    assert largest_batch(linear, 0) == 0


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        pytest.param(
            lambda: plan_memory(nn.Linear(2, 2), torch.zeros(1, 2), optimizer="lion"),
            ConfigError,
            "got 'lion'",
            id="unknown optimizer",
        ),
        pytest.param(
            lambda: plan_memory(nn.Linear(2, 2), torch.zeros(1, 2), precision="fp8"),
            ConfigError,
            "got 'fp8'",
            id="unknown precision",
        ),
        pytest.param(
            lambda: plan_memory(nn.Linear(2, 2), torch.zeros(0, 2)),
            InputError,
            r"\(0, 2\)",
            id="an empty batch",
        ),
        pytest.param(
            lambda: plan_memory(nn.Linear(2, 2), (torch.zeros(1, 2), torch.zeros(2, 2))),
            InputError,
            r"\(2, 2\)",
            id="two batches of different sizes",
        ),
        pytest.param(
            lambda: plan_memory(nn.Linear(2, 2), torch.zeros(1, 2)).at(0),
            ConfigError,
            "got 0",
            id="no line",
        ),
        pytest.param(
            lambda: largest_batch(plan_memory(nn.Linear(2, 2), torch.zeros(1, 2)), -1),
            InputError,
            "got -1",
            id="a negative limit",
        ),
    ],
)
def test_bad_input_is_said(act, error, words):
    with pytest.raises(error, match=words):
        act()
