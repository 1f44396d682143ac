"""Profiles and traces: record one, read it, and find out what the time went into."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "Profile",
    "Trace",
    "phase",
    "profile_steps",
    "read_trace",
]

_HOME = {
    "Profile": "profile",
    "Trace": "trace",
    "phase": "spans",
    "profile_steps": "profile",
    "read_trace": "trace",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
