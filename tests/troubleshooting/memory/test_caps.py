from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.memory import caps
from text_recognizer.troubleshooting.memory.caps import NotLimited, memory_limit, status_bytes

ROOM = 300_000_000


def test_a_process_without_proc_is_said(monkeypatch):
    monkeypatch.setattr(caps, "data_bytes", lambda: None)
    with pytest.raises(NotLimited, match="cannot be held"), memory_limit(ROOM):
        pass


def test_a_limit_that_is_accepted_and_not_held_is_said(monkeypatch):
    monkeypatch.setattr(caps, "data_bytes", lambda: 1 << 50)
    with pytest.raises(NotLimited, match="does not hold it"), memory_limit(ROOM):
        pass


def test_no_limit_is_no_limit():
    with memory_limit(None):
        assert bytearray(1_000_000)


@pytest.mark.parametrize("text", ["", "VmRSS:\n", "VmRSS: many kB\n", "Other: 3 kB\n"])
def test_an_odd_status_file_has_no_number(text, tmp_path):
    path = tmp_path / "status"
    path.write_text(text)
    assert status_bytes("VmRSS", path) is None
