"""The step of the reader that the lab profiles."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import ConfigError
from text_recognizer.models import LineModelConfig
from text_recognizer.troubleshooting.profiling import profile_steps, reader_step
from text_recognizer.troubleshooting.profiling.spans import PHASES

SMALL = LineModelConfig(channels=(4, 4, 8), features=16, dilations=(1,), dropout=0.0)


def test_it_trains_and_names_its_phases():
    step = reader_step(SMALL, batch_size=2)
    done = profile_steps(step, model=step.model, steps=2)
    assert list(done.phases) == [*PHASES, "log"]
    assert len(step.losses) == 3
    assert step.losses[2] < step.losses[0]
    assert {"encoder.image.0", "head"} <= set(done.modules)


def test_losses_stay_where_the_model_is_unless_they_are_read():
    step = reader_step(SMALL, batch_size=1)
    step()
    step.read_loss = True
    step()
    assert isinstance(step.losses[0], torch.Tensor)
    assert isinstance(step.losses[1], float)


def test_the_seed_decides_weights_and_leaves_the_world_alone():
    before = torch.random.get_rng_state()
    one, two = (reader_step(SMALL, batch_size=1, seed=3).model.state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("size", [0, 257])
def test_a_batch_has_some_lines(size):
    with pytest.raises(ConfigError, match=f"got {size}"):
        reader_step(SMALL, batch_size=size)
