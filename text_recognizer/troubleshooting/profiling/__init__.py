"""Profiles and traces: record one, read it, and find out what the time went into."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "DeviceQueue",
    "efficiency",
    "load_device_trace",
    "measure_peak_flops",
    "overlap_share",
    "phase",
    "profile_steps",
    "queued_training",
    "read_trace",
    "reader_step",
    "simulate_queue",
    "timer_gap",
]

_HOME = {
    "DeviceQueue": "device_queue",
    "efficiency": "efficiency",
    "load_device_trace": "record",
    "measure_peak_flops": "flops",
    "overlap_share": "busy",
    "phase": "spans",
    "profile_steps": "profile",
    "queued_training": "experiments",
    "read_trace": "trace",
    "reader_step": "steps",
    "simulate_queue": "simulator",
    "timer_gap": "experiments",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
