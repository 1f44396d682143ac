"""A queue between a host and a device, worked out instead of measured: the same on any machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from text_recognizer.core.errors import ConfigError
from text_recognizer.troubleshooting.profiling.kineto import KinetoLog
from text_recognizer.troubleshooting.profiling.trace import Trace

NAME = "simulated device"


@dataclass(frozen=True, kw_only=True)
class HostPhase:
    """What a host does between two names.

    Attributes:
        name: Of the phase.
        host_us: Its own work before it launches anything, µs, from 0.
        kernels: How long each kernel it launches runs on the device, µs.
        sync: Name of a call at its end that waits for the device, or empty.

    Raises:
        ConfigError: If a time is negative.
    """

    name: str
    host_us: float = 0.0
    kernels: tuple[float, ...] = ()
    sync: str = ""

    def __post_init__(self) -> None:
        if self.host_us < 0 or min(self.kernels, default=0.0) < 0:
            raise ConfigError(
                f"times are at least 0 µs; phase {self.name!r} has {self.host_us} and "
                f"{self.kernels}"
            )


def simulate_phases(
    phases: Sequence[HostPhase], *, steps: int = 4, launch_us: float = 6.0
) -> Trace:
    """Run phases in turn, with a device that works through its queue in order.

    A launch returns when it is queued; a kernel starts when it is launched and the one before it
    has ended; a sync returns when the queue is empty.

    Args:
        phases: Of one step, at least one.
        steps: How often, from 1.
        launch_us: What a launch costs the host, µs, above 0.

    Returns:
        A trace in Kineto's form.

    Raises:
        ConfigError: If there are no phases, or a number is out of its range.

    Example:
        >>> trace = simulate_phases([HostPhase(name="forward", kernels=(40.0,) * 3)], steps=2)
        >>> len(trace.select("kernel"))
        6
    """
    if not phases or steps < 1 or not launch_us > 0:
        raise ConfigError(
            "a simulation has at least one phase and one step, and launches above 0 µs; received "
            f"{len(phases)}, {steps} and {launch_us}"
        )
    log = KinetoLog(NAME)
    now = free = 0.0
    correlation = 0
    for _ in range(steps):
        for phase in phases:
            start = now
            now += phase.host_us
            if phase.host_us:
                log.host("cpu_op", f"host work of {phase.name}", start, now)
            for kernel in phase.kernels:
                correlation += 1
                log.launch("cudaLaunchKernel", now, now + launch_us, correlation)
                now += launch_us
                begin = max(now, free)
                free = begin + kernel
                log.work("kernel", f"kernel of {phase.name}", begin, free, correlation)
            if phase.sync:
                # An empty queue is no wait, but still a call.
                done = max(now + 2.0, free)
                log.host("cuda_runtime", phase.sync, now, done)
                now = done
            log.host("user_annotation", phase.name, start, max(now, start + 0.5))
            now = max(now, start + 0.5)
    log.host("cuda_runtime", "cudaDeviceSynchronize", now, max(now + 2.0, free))
    return log.trace()


def simulate_queue(
    *,
    launch_us: float = 6.0,
    kernel_us: float = 40.0,
    kernels: int = 6,
    host_us: float = 120.0,
    sync_every: int = 0,
    steps: int = 6,
) -> Trace:
    """A training loop in small: load on the host, train on the device, read the loss or not.

    Args:
        launch_us: What a launch costs the host, µs, above 0.
        kernel_us: What a kernel takes on the device, µs, from 0.
        kernels: Launched in a step, from 1.
        host_us: What the host does itself in a step, µs, from 0.
        sync_every: The host reads the loss, and so waits, after every so many steps; 0 is never.
        steps: From 1.

    Returns:
        A trace in Kineto's form.

    Raises:
        ConfigError: If a number is out of its range.

    Example:
        >>> simulate_queue(sync_every=1).end > simulate_queue(sync_every=0).end
        True
    """
    if kernels < 1 or steps < 1 or sync_every < 0:
        raise ConfigError(
            "kernels and steps are at least 1, sync_every at least 0; received "
            f"{kernels}, {steps} and {sync_every}"
        )
    phases = []
    for step in range(1, steps + 1):
        phases.append(HostPhase(name="load", host_us=host_us))
        phases.append(HostPhase(name="train", kernels=(kernel_us,) * kernels))
        if sync_every and step % sync_every == 0:
            phases.append(HostPhase(name="read loss", sync="cudaStreamSynchronize"))
    return simulate_phases(phases, steps=1, launch_us=launch_us)
