"""Exercise 02-sync: find the phase in which the host waits for its device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import same, show_value

if TYPE_CHECKING:
    from text_recognizer.troubleshooting.profiling.simulator import HostPhase
    from text_recognizer.troubleshooting.profiling.trace import Trace

__all__ = ["EXERCISE", "hidden_sync"]

#: Phases that may hide a sync, in the order in which a step runs them.
SUSPECTS = ("log loss", "clip gradients", "update metric", "show progress")
CALLS = ("cudaStreamSynchronize", "cudaDeviceSynchronize", "cudaEventSynchronize")
STEPS = 3


def hidden_sync(seed: int = 0, culprit: str | None = "update metric") -> Trace:
    """A simulated trace of three training steps, one phase of which may stall the device.

    Beside the culprit stand others that look guilty: a phase of long work on the host, one with
    long kernels, one with many launches, one that asks whether the device is done when it is
    (a sync that waits for nothing), and the wait at the very end, which every program needs.

    Args:
        seed: Decides times and who looks guilty.
        culprit: The phase that waits, one of ``SUSPECTS``, or None.

    Raises:
        ValueError: There is no such phase.

    Example:
        >>> "cudaStreamSynchronize" in CALLS, len(SUSPECTS)
        (True, 4)
    """
    from text_recognizer.troubleshooting.profiling.simulator import simulate_phases

    if culprit is not None and culprit not in SUSPECTS:
        raise ValueError(f"A culprit is one of {', '.join(SUSPECTS)} or None, got {culprit!r}.")
    rng = np.random.default_rng((seed, 0 if culprit is None else 1 + SUSPECTS.index(culprit)))
    return simulate_phases(_step(rng, culprit), steps=STEPS, launch_us=5.0)


def _step(rng: np.random.Generator, culprit: str | None) -> Sequence[HostPhase]:
    """One step. A wait at its very start, when the queue is long empty, is the false alarm."""
    from text_recognizer.troubleshooting.profiling.simulator import HostPhase

    innocent = [name for name in SUSPECTS if name != culprit]
    long_host, long_device, many = rng.permutation(innocent)[:3]

    def kernels(count: int, low: float, high: float) -> tuple[float, ...]:
        return tuple(float(one) for one in rng.integers(int(low), int(high), count))

    def suspect(name: str) -> HostPhase:
        if name == culprit:
            call = str(rng.choice(CALLS))
            return HostPhase(name=name, host_us=4.0, kernels=kernels(2, 20, 40), sync=call)
        if name == long_host:
            return HostPhase(name=name, host_us=float(rng.integers(500, 700)))
        if name == long_device:
            return HostPhase(name=name, host_us=8.0, kernels=kernels(3, 170, 230))
        count = 14 if name == many else 1
        return HostPhase(name=name, host_us=8.0, kernels=kernels(count, 4, 9))

    # The host of this phase works until the device has done all that the step before gave it.
    load = HostPhase(name="load batch", host_us=2_600.0)
    false_alarm = HostPhase(name="check device", host_us=2.0, sync=str(rng.choice(CALLS)))
    train = [
        HostPhase(name="forward", host_us=10.0, kernels=kernels(6, 30, 50)),
        HostPhase(name="backward", host_us=10.0, kernels=kernels(8, 40, 70)),
    ]
    return [load, false_alarm, *train, *(suspect(name) for name in SUSPECTS)]


@lru_cache(maxsize=1)
def _traces() -> tuple[tuple[str | None, Trace], ...]:
    cases = [(seed, culprit) for seed in (1, 2) for culprit in (*SUSPECTS, None)]
    return tuple((culprit, hidden_sync(seed, culprit)) for seed, culprit in cases)


def _judge(answer: Callable[..., Any]) -> Failure | None:
    if not callable(answer):
        got = f"{show_value(answer)} (of type {type(answer).__name__}, not function)"
        return Failure(given="find_sync", expected="a function", got=got)
    for culprit, trace in _traces():
        got = answer(trace)
        if not same(culprit, got):
            return Failure(
                given="find_sync(trace) on a trace of three steps",
                expected=show_value(culprit),
                got=show_value(got),
                hint=_why(trace, culprit, got),
            )
    return None


def _why(trace: Trace, culprit: str | None, got: Any) -> str:
    names = {span.name for span in trace.select("user_annotation")}
    if not isinstance(got, str) and got is not None:
        return "Return the name of a phase as text, or None."
    if got is None:
        return "A call whose name says Synchronize lasts hundreds of µs here. Inside which phase?"
    if got not in names:
        return f"That is no phase of this trace. Its phases: {', '.join(sorted(names))}."
    if got == "check device":
        return (
            "It does make such a call, but the call returns at once: the device had nothing left "
            "to do. How long does each call last?"
        )
    calls = trace.select("cuda_runtime", name="Synchronize")
    inside = any(
        phase.holds(call) for phase in trace.select("user_annotation", name=got) for call in calls
    )
    if inside:
        return "Compare how long the calls last in each phase."
    if culprit is None:
        return "No call inside a phase lasts long here; the wait after the last phase is no fault."
    return (
        "That phase is long, or gives the device much to do, but waits for nothing: no call whose "
        "name says Synchronize lies inside it."
    )


EXERCISE = Exercise(
    id="02-sync",
    title="Find the hidden sync",
    answer="find_sync",
    stars=2,
    hint=(
        "Look at trace.select('cuda_runtime', name='Synchronize'): in which span of "
        "trace.select('user_annotation') does a call lie that lasts long?"
    ),
    lesson=(
        "A line that reads one number can halve a GPU's speed, and the profile blames the "
        "wait, not the line; only the trace says which phase it stands in."
    ),
    judge=_judge,
    seconds=10.0,
)
