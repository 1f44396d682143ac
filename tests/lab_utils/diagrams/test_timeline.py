"""Timelines: what is drawn, and what is said of it."""

from __future__ import annotations

import pytest

from lab_utils.diagrams.timeline import timeline
from lab_utils.figures.show import render
from text_recognizer.troubleshooting.profiling import queued_training, simulate_queue


def test_two_traces_share_an_axis_and_the_facts_hold_no_digits():
    figure = timeline({"never": simulate_queue(), "each step": simulate_queue(sync_every=1)})
    facts = figure.get_label()
    assert facts == (
        "timeline; never: host (load, train) and device, no phase waits; "
        "each step: host (load, train, read loss) and device, the host waits in read loss"
    )
    one, two = figure.axes
    assert one.get_xlim() == two.get_xlim()
    assert len(render(figure)) <= 60_000


def test_waits_are_hatched_and_kernels_are_not():
    (axes,) = timeline(simulate_queue(sync_every=1)).axes
    hatched = [one for one in axes.collections if one.get_hatch()]
    assert len(hatched) == 1
    assert len(hatched[0].get_paths()) == 7
    assert sum(text.get_text() == "load" for text in axes.texts) == 6


def test_a_measured_trace_says_the_same_on_any_machine():
    facts = {timeline(queued_training(read_every=1, steps=3)).get_label() for _ in range(2)}
    assert facts == {
        "timeline; host (load, train, read loss) and device, the host waits in read loss"
    }


def test_names_around_other_names_are_left_to_those_within():
    from text_recognizer.troubleshooting.profiling.kineto import KinetoLog

    log = KinetoLog("toy")
    for name, start, end in (("epoch", 0, 90), ("load", 5, 40), ("train", 40, 85)):
        log.host("user_annotation", name, start, end)
    log.launch("cudaLaunchKernel", 41, 45, 1)
    log.work("kernel", "mm", 50, 80, 1)
    figure = timeline(log.trace())
    assert figure.get_label() == "timeline; host (load, train) and device, no phase waits"
    assert [text.get_text() for text in figure.axes[0].texts if text.get_text()] == [
        "load",
        "train",
    ]


def test_a_window_shows_a_part():
    (axes,) = timeline(simulate_queue(), start=100, end=400, arrows=0).axes
    assert axes.get_xlim() == (0, 300)
    assert axes.get_xlabel() == "time, µs"


@pytest.mark.parametrize(
    ("traces", "options"),
    [
        pytest.param({}, {}, id="none"),
        pytest.param({str(n): simulate_queue() for n in range(5)}, {}, id="five"),
        pytest.param(simulate_queue(), {"start": 9e9}, id="an empty window"),
    ],
)
def test_what_cannot_be_drawn_is_refused(traces, options):
    with pytest.raises(ValueError, match="1 to 4 traces"):
        timeline(traces, **options)
