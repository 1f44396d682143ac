from __future__ import annotations

import pytest
import torch
from torch import nn

from text_recognizer.troubleshooting.memory.live import KINDS, LiveBytes, kept_for_backward


def test_a_storage_counts_once_and_until_it_goes():
    with LiveBytes() as live:
        whole = torch.empty(100, device="meta") + 1
        view = whole[:10].view(2, 5)
        assert live.live == 400
        del whole
        assert live.live == 400, "a view keeps its storage"
        del view
    assert live.live == 0
    assert live.peak == 800, "both the empty tensor and the sum lived at one moment"


def test_kinds_at_the_peak_add_up_to_it():
    live = LiveBytes()
    weight = torch.empty(50, device="meta")
    live.add(weight, "parameters")
    with live:
        product = weight * 2
    kinds = live.kinds_at_peak()
    assert kinds == {**dict.fromkeys(KINDS, 0), "parameters": 200, "working": 200}
    assert sum(kinds.values()) == live.peak
    del product


def test_restart_forgets_an_old_peak():
    with LiveBytes() as live:
        large = torch.empty(1000, device="meta") + 1
        del large
        live.restart()
        small = torch.empty(10, device="meta") + 1
    assert live.peak == 80
    assert small.shape == (10,)


def keep(model, x):
    with kept_for_backward(model, [x, *model.parameters()], lambda one: None) as kept:
        out = model(x)
    return dict(kept), out


def test_kept_bytes_are_those_of_a_hand_count():
    # ReLU keeps its output, which the second layer keeps, too, as its input: once is enough.
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    kept, _ = keep(model, torch.zeros(5, 3))
    assert kept == {"1": 5 * 4 * 4}


def test_parameters_and_input_are_not_kept():
    kept, _ = keep(nn.Linear(3, 4), torch.zeros(5, 3))
    assert kept == {}


def test_hooks_are_gone_afterwards_also_after_an_error():
    model = nn.Linear(3, 4)
    with pytest.raises(RuntimeError):
        keep(model, torch.zeros(5, 7))
    assert not model._forward_hooks
    assert not model._forward_pre_hooks


def test_what_the_backward_pass_frees_is_not_held_by_the_count():
    model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh())
    x = torch.zeros(100, 8)
    live = LiveBytes()
    with live, kept_for_backward(model, [x, *model.parameters()], lambda one: None):
        out = model(x).sum()
        held = live.live
        out.backward()
        del out
    assert held >= 2 * 3200
    assert live.live < 3200, "only the gradients of the weights are left"
