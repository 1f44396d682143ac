"""When a training stops."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from text_recognizer.core.errors import DataError
from text_recognizer.training.callbacks import Deadline, SaveOnStop


def trainer(step=7, **metrics):
    made = SimpleNamespace(global_step=step, should_stop=False, callback_metrics=metrics, saved=[])
    made.save_checkpoint, made.world_size = made.saved.append, 1
    return made


@pytest.mark.parametrize(("done", "stops"), [(0.0, False), (0.99, False), (1.0, True)])
def test_a_training_stops_when_its_schedule_is_done(done, stops):
    running = trainer(**{"train/ctc": 1.0})
    Deadline().on_train_batch_end(running, SimpleNamespace(progress=lambda _: done))
    assert running.should_stop is stops


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_ends_it_with_a_cure(loss):
    running = trainer(**{"train/ctc": loss})
    with pytest.raises(DataError, match=f"got {loss} at step 7; lower learning_rate"):
        Deadline().on_train_batch_end(running, SimpleNamespace(progress=lambda _: 0.5))


@pytest.mark.parametrize(
    ("error", "step", "saves"),
    [
        pytest.param(KeyboardInterrupt(), 7, True, id="Ctrl-C"),
        pytest.param(SystemExit(), 7, True, id="a signal"),
        pytest.param(KeyboardInterrupt(), 0, False, id="nothing was learned yet"),
        pytest.param(DataError("NaN"), 7, False, id="weights that led to NaN"),
    ],
)
def test_what_was_learned_is_kept(error, step, saves, tmp_path):
    running = trainer(step)
    SaveOnStop(tmp_path / "last.ckpt").on_exception(running, SimpleNamespace(), error)
    assert running.saved == ([tmp_path / "last.ckpt"] if saves else [])
