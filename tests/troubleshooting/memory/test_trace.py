from __future__ import annotations

import torch
from torch import nn

from text_recognizer.troubleshooting.memory.trace import resized, trace_step, twin_of


def test_a_step_is_counted_by_hand():
    model = nn.Sequential(nn.Linear(8, 4, bias=False), nn.Tanh())
    step = trace_step(model, (torch.zeros(16, 8),), None, torch.optim.AdamW, bf16=False)
    assert step.static["parameters"] == step.static["gradients"] == 8 * 4 * 4
    assert step.static["moments"] == 2 * 8 * 4 * 4 + 4, "two moments, and the count of steps"
    assert step.static["input"] == 16 * 8 * 4
    assert dict(step.kept) == {"1": 16 * 4 * 4}
    assert sum(step.at_worst.values()) == step.worst


def test_the_update_needs_two_temporaries_of_the_largest_weight():
    model = nn.Sequential(nn.Linear(100, 100, bias=False), nn.Linear(100, 10, bias=False))
    twin = twin_of(model, "meta")
    step = trace_step(
        twin, (torch.empty(2, 100, device="meta"),), None, torch.optim.AdamW, bf16=False
    )
    assert 40_000 <= step.update <= 84_000


def test_a_twin_on_meta_has_the_shapes_and_not_the_weights():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    twin = twin_of(model, "meta")
    assert {one.device.type for one in (*twin.parameters(), *twin.buffers())} == {"meta"}
    assert [one.shape for one in twin.parameters()] == [one.shape for one in model.parameters()]
    assert twin.training
    assert not model.training


def test_resized_repeats_the_first_line():
    lines = resized(torch.tensor([[1.0], [2.0]]), 3, "run")
    assert lines.tolist() == [[1.0], [1.0], [1.0]]
    assert resized(lines, 5, "meta").shape == (5, 1)
