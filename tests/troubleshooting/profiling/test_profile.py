"""A profile of real steps: phases, modules, operators, a file that others open."""

from __future__ import annotations

import gzip
import json

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling import phase, profile_steps, read_trace

STEPS = 3


class Toy:
    """A step with named phases."""

    def __init__(self) -> None:
        self.model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))
        self.images = torch.randn(2, 1, 16, 16)
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        with phase("forward"):
            result = self.model(self.images)
        with phase("loss"):
            loss = result.square().mean()
        with phase("backward"):
            loss.backward()


@pytest.fixture(scope="module")
def toy():
    return Toy()


@pytest.fixture(scope="module")
def profiled(toy):
    return profile_steps(toy, model=toy.model, steps=STEPS, warmup=2, memory=True)


def test_steps_and_warmup_are_run_and_only_steps_are_recorded(toy, profiled):
    assert toy.calls == STEPS + 2
    assert len(profiled.step_trees) == profiled.steps == STEPS


def test_phases_come_in_their_order_and_fill_no_more_than_the_steps(profiled):
    assert list(profiled.phases) == ["forward", "loss", "backward"]
    steps = sum(root.span.duration for root in profiled.step_trees)
    assert 0 < sum(profiled.phases.values()) <= steps * 1.001


def test_modules_carry_their_dotted_names_and_lie_within_the_forward_phase(profiled):
    assert list(profiled.modules) == ["Sequential", "0", "1", "2"]
    inner = sum(profiled.modules[name] for name in "012")
    assert inner <= profiled.modules["Sequential"] <= profiled.phases["forward"]


def test_hooks_are_gone_afterwards(toy, profiled):
    assert not any(one._forward_hooks or one._forward_pre_hooks for one in toy.model.modules())


def test_memory_is_noted_when_asked_for(toy, profiled):
    features = 2 * 4 * 14 * 14 * 4
    assert profiled.peak_bytes >= features
    assert profile_steps(toy, steps=1, warmup=0).peak_bytes is None


def test_the_table_agrees_with_the_profiler_of_pytorch(toy):
    """Self times of our reader against those that PyTorch works out, on the same run."""
    from torch.autograd.profiler import profile

    from text_recognizer.troubleshooting.profiling import profile as module

    kept = []

    class Spy(profile):
        def __init__(self, **options):
            super().__init__(**options)
            kept.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "profile", Spy)
        ours = profile_steps(toy, steps=2, warmup=0)
    theirs = {row.key: row for row in kept[0].key_averages()}
    for row in ours.top(100):
        # PyTorch counts an operator that calls itself once, and its time once, as we do.
        assert row.calls >= theirs[row.name].count
        assert row.self_time == pytest.approx(theirs[row.name].self_cpu_time_total, rel=1e-3, abs=1)


def test_top_is_sorted_and_shares_add_up_to_one(profiled):
    rows = profiled.top(1000)
    assert sum(row.share for row in rows) == pytest.approx(1)
    assert [row.self_time for row in rows] == sorted((row.self_time for row in rows), reverse=True)
    assert profiled.top(2) == rows[:2]


@pytest.mark.parametrize("name", ["trace.json", "deep/trace.json.gz"])
def test_a_saved_trace_is_plain_json_and_is_read_again(profiled, tmp_path, name):
    path = profiled.save(tmp_path / name)
    content = gzip.decompress(path.read_bytes()) if name.endswith("gz") else path.read_bytes()
    assert json.loads(content)["traceEvents"]
    assert read_trace(path).spans == profiled.trace.spans


def test_a_saved_trace_names_no_machine_and_no_folder(profiled):
    import platform
    import tempfile

    fields = json.loads(profiled.content)
    assert not {"host_name", "traceName", "trace_id"} & set(fields)
    for private in (tempfile.gettempdir(), platform.node() + '"'):
        assert private.encode() not in profiled.content


def test_nothing_is_written_to_stderr(toy, capfd):
    profile_steps(toy, steps=1, warmup=0)
    assert capfd.readouterr().err == ""


def test_an_error_in_a_step_comes_through_and_the_profiler_is_off_again():
    def fails():
        raise KeyError("batch")

    for _ in range(2):
        with pytest.raises(KeyError, match="batch"):
            profile_steps(fails, warmup=0)
    assert profile_steps(lambda: torch.ones(2) + 1, steps=1).top(5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"steps": 0}, "received 0 and 1", id="nothing to profile"),
        pytest.param({"warmup": -1}, "received 3 and -1", id="negative warm-up"),
        pytest.param({"device": "tpu"}, "received 'tpu'", id="unknown device"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        profile_steps(lambda: None, **options)


def test_wrong_uses_of_a_profile_are_refused(profiled, tmp_path):
    with pytest.raises(InputError, match="n=0"):
        profiled.top(0)
    with pytest.raises(InputError, match=r"'trace\.txt'"):
        profiled.save(tmp_path / "trace.txt")
