"""The first NaN is traced to its module, in every place that a NaN can come from."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import InputError
from text_recognizer.models import LineModel, LineModelConfig
from text_recognizer.troubleshooting.numerics.nans import trace_nan


class Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Between(nn.Module):
    """Its own forward holds an operation between its two children."""

    def __init__(self, function):
        super().__init__()
        self.one, self.two = nn.Linear(2, 2), nn.Linear(2, 2)
        self.function = function

    def forward(self, x):
        return self.two(self.function(self.one(x)))


class Beside(nn.Module):
    """A healthy child and an operation of its own take the same tensor."""

    def __init__(self):
        super().__init__()
        self.child = nn.Linear(2, 2)

    def forward(self, x):
        return self.child(x) + x.sqrt()


def stack(*modules):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 2), nn.ReLU(), *modules, nn.Linear(2, 2))


ZERO = torch.zeros(1, 2)


@pytest.mark.parametrize(
    ("model", "module", "phase", "values"),
    [
        pytest.param(stack(Apply(lambda x: (x * 0).log())), "2", "forward", "inf", id="a module"),
        pytest.param(
            stack(Between(lambda x: (x * 0).log())), "2", "forward", "inf", id="between modules"
        ),
        pytest.param(
            nn.Sequential(nn.Sequential(Apply(lambda x: x / (x - x)))),
            "0.0",
            "forward",
            "inf",
            id="the innermost of nested modules",
        ),
        pytest.param(
            stack(Apply(lambda x: (x * 0).sqrt())),
            "2",
            "backward",
            "nan and inf",
            id="on the way back",
        ),
        pytest.param(
            stack(Between(lambda x: (x * 0).sqrt())), "2", "backward", "nan", id="back, between"
        ),
        pytest.param(
            nn.Sequential(nn.Linear(2, 2), nn.ReLU(), Apply(lambda x: x * 0), Beside()),
            "3",
            "backward",
            "inf",
            id="beside a healthy child that takes the same tensor",
        ),
        pytest.param(
            nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True), Apply(lambda x: (x * 0).sqrt())),
            "2",
            "backward",
            "nan",
            id="after a module that works in place",
        ),
        pytest.param(
            nn.Sequential(nn.Linear(2, 2), Apply(lambda x: x.mul_(0).log_())),
            "1",
            "forward",
            "inf",
            id="in a module that works in place",
        ),
        pytest.param(
            Apply(lambda x: (x * torch.zeros(2, requires_grad=True)).sqrt()),
            None,
            "",
            "",
            id="inside, where no tensor between modules sees it",
        ),
    ],
)
def test_the_module_is_named(model, module, phase, values):
    report = trace_nan(model, torch.ones(1, 2))
    if module is None:
        assert report is None
        return
    assert (report.module, report.phase) == (module, phase)
    assert set(report.values.split(" and ")) & set(values.split(" and "))


def test_a_healthy_model_gives_none_and_stays_as_it_was():
    model = LineModel(LineModelConfig(channels=(4, 4, 8), features=8, dilations=(1,)), 12)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.head.bias.grad = torch.ones(12)
    assert trace_nan(model, torch.rand(2, 1, 48, 32)) is None
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(model.head.bias.grad, torch.ones(12))
    assert model.head.weight.grad is None
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    assert not any(p._backward_hooks for p in model.parameters())


def test_input_and_loss_are_named_when_they_are_at_fault():
    model = stack()
    bad = torch.tensor([[1.0, float("nan")]])
    assert trace_nan(model, bad).module == "(input)"
    report = trace_nan(model, torch.ones(1, 2), lambda y: (y - y).mean().log())
    assert (report.module, report.phase, report.values) == ("(loss)", "forward", "inf")
    report = trace_nan(model, torch.ones(1, 2), lambda y: (y - y).abs().mean().sqrt())
    assert (report.module, report.phase) == ("(loss)", "backward")


def test_a_parameter_that_was_bad_before_is_named_with_its_module():
    model = stack()
    with torch.no_grad():
        model[2].weight[0, 0] = float("inf")
    report = trace_nan(model, torch.ones(1, 2))
    assert (report.module, report.kind, report.parameters) == ("2", "Linear", ("weight",))
    assert "its weight held some before" in str(report)


def test_the_range_is_that_of_what_went_in():
    report = trace_nan(Apply(lambda x: x.log()), torch.tensor([[0.0, 3.0]]))
    assert (report.low, report.high, report.module) == (0, 3, "(model)")


@pytest.mark.parametrize(
    ("loss", "words"),
    [(lambda y: y, r"shape \(1, 2\)"), (lambda y: y.mean().detach(), "requires_grad=False")],
)
def test_a_loss_that_is_none_is_refused(loss, words):
    with pytest.raises(InputError, match=words):
        trace_nan(stack(), ZERO, loss)
