from __future__ import annotations

import sys
from pathlib import Path

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.memory.limit import machine_memory, run_limited


@pytest.mark.parametrize(
    ("files", "most"),
    [
        pytest.param({"memory.max": "2000000"}, 2_000_000, id="a container with a limit"),
        pytest.param({"memory.max": "max"}, None, id="a container without: the machine's"),
        pytest.param({}, None, id="no container"),
        pytest.param(
            {"memory/memory.limit_in_bytes": "9223372036854771712"}, None, id="old and unlimited"
        ),
    ],
)
def test_memory_of_a_container(files, most, tmp_path):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")
    found = machine_memory(tmp_path)
    assert found == most if most else found == machine_memory(Path("no/such/folder"))


def test_a_machine_that_tells_nothing(monkeypatch, tmp_path):
    import os

    def refuse(name):
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", refuse)
    assert machine_memory(tmp_path) is None


def test_a_tiny_limit_is_refused_before_anything_starts():
    with pytest.raises(InputError, match="got 1"):
        run_limited("time:sleep", 1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a limit")
def test_memory_runs_out_in_the_child_alone():
    outcome = run_limited("torch:ones", 50_000_000, size=(50_000_000,))
    assert outcome.kind == "out of memory"
    assert "can't allocate memory" in outcome.detail
    assert bytearray(200_000_000), "here there is memory as before"
