from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.memory import caps
from text_recognizer.troubleshooting.memory.caps import NotLimited, memory_limit
from text_recognizer.troubleshooting.memory.child import run_here
from text_recognizer.troubleshooting.memory.jobs import Job


def test_a_system_without_limits_gives_its_own_outcome(monkeypatch):
    monkeypatch.setattr(caps, "data_bytes", lambda: None)
    outcome = run_here(Job(function="builtins:dict", limit=10**9))
    assert outcome.kind == "not limited"
    assert not outcome.ok
    with pytest.raises(NotLimited), memory_limit(10**9):
        pass
