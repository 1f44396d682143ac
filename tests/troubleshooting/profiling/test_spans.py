"""Spans by name: without a profiler they cost nothing and change nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from text_recognizer.troubleshooting.profiling import phase, profile_steps
from text_recognizer.troubleshooting.profiling.spans import module_spans


class Broken(nn.Module):
    def forward(self, x):
        raise RuntimeError("planted")


def test_results_are_the_same_with_and_without_spans():
    model, x = nn.Sequential(nn.Linear(3, 3), nn.Tanh()), torch.randn(2, 3)
    with module_spans(model), phase("forward"):
        named = model(x)
    assert torch.equal(named, model(x))


def test_a_module_that_is_used_twice_and_one_that_raises_leave_no_span_open():
    shared, broken = nn.Linear(2, 2), Broken()
    model = nn.ModuleDict({"shared": shared, "broken": broken})

    def step():
        shared(shared(torch.ones(1, 2)))
        with pytest.raises(RuntimeError, match="planted"):
            broken(torch.ones(1))
        shared(torch.ones(1, 2))

    done = profile_steps(step, model=model, steps=1, warmup=0)
    (tree,) = done.step_trees
    modules = [node for node in tree.walk() if node.span.name.startswith("module ")]
    assert [node.span.name for node in modules] == ["module shared"] * 2 + [
        "module broken",
        "module shared",
    ]
    assert all(node in tree.children for node in modules)
