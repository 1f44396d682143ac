"""Replicas are separate networks of the size that is claimed."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.scaling.network import Replicas, parameters


@pytest.mark.parametrize("width", [1, 8, 64])
def test_the_number_of_weights_is_counted(width):
    assert sum(p.numel() for p in Replicas((0,), width=width).parameters()) == parameters(width)


def test_a_replica_depends_on_its_seed_and_its_input_alone():
    pair, alone = Replicas((5, 6), width=8), Replicas((6,), width=8)
    inputs = torch.randn(2, 3, 240, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(pair(inputs)[1:], alone(inputs[1:]), atol=1e-6)
    assert not torch.allclose(pair(inputs[:1].expand(2, -1, -1))[0], alone(inputs[:1])[0])


@pytest.mark.parametrize(("seeds", "width"), [((), 8), ((0,), 0)])
def test_sizes_out_of_range_are_named(seeds, width):
    with pytest.raises(ConfigError, match=f"width {width}"):
        Replicas(seeds, width=width)
