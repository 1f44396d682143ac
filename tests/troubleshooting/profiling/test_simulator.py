"""The simulator against times worked out by hand."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.profiling import simulate_queue
from text_recognizer.troubleshooting.profiling.launches import stalls
from text_recognizer.troubleshooting.profiling.simulator import HostPhase, simulate_phases


def test_times_by_hand():
    """Launches of 5 µs; the first kernel starts at 5, the second when it ends, then a wait."""
    phases = [
        HostPhase(name="forward", kernels=(40.0, 10.0)),
        HostPhase(name="log", host_us=10.0, sync="cudaStreamSynchronize"),
    ]
    trace = simulate_phases(phases, steps=2, launch_us=5.0)
    kernels = [(span.start, span.end) for span in trace.select("kernel")]
    assert kernels == [(5, 45), (45, 55), (60, 100), (100, 110)]
    assert [(one.phase, one.call.start, one.call.end) for one in stalls(trace)] == [
        ("log", 20, 55),
        ("log", 75, 110),
    ]


def test_a_sync_on_an_empty_queue_waits_for_nothing():
    phases = [HostPhase(name="train", kernels=(5.0,)), HostPhase(name="load", host_us=100.0)]
    phases.append(HostPhase(name="check", sync="cudaStreamSynchronize"))
    assert stalls(simulate_phases(phases, steps=3)) == ()


@pytest.mark.parametrize(
    ("every", "waits"),
    [
        pytest.param(0, 1, id="only at the end"),
        pytest.param(1, 6, id="each step"),
        pytest.param(3, 2, id="each third step"),
    ],
)
def test_reads_stall_as_often_as_they_happen(every, waits):
    assert len(stalls(simulate_queue(sync_every=every, steps=6))) == waits


def test_it_is_the_same_every_time():
    assert simulate_queue(sync_every=2) == simulate_queue(sync_every=2)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"kernels": 0}, id="no kernels"),
        pytest.param({"steps": 0}, id="no steps"),
        pytest.param({"sync_every": -1}, id="negative period"),
        pytest.param({"launch_us": 0}, id="free launches"),
        pytest.param({"launch_us": float("nan")}, id="NaN"),
        pytest.param({"kernel_us": -1.0}, id="kernels before time"),
        pytest.param({"host_us": -1.0}, id="work before time"),
    ],
)
def test_numbers_out_of_range_are_refused(options):
    with pytest.raises(ConfigError, match=r"received|has"):
        simulate_queue(**options)
    with pytest.raises(ConfigError, match="at least one phase"):
        simulate_phases([])
