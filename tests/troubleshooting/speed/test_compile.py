"""torch.compile and its outcomes: no compiler, a failure, too long, done."""

from __future__ import annotations

import math
import subprocess
import sys
from types import SimpleNamespace

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed import compile as module
from text_recognizer.troubleshooting.speed.compile import (
    Compilation,
    compile_here,
    could_compile,
    find_compiler,
    try_compile,
)


@pytest.fixture
def no_compiler(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)


def test_a_machine_without_a_compiler_is_told(no_compiler):
    assert find_compiler() is None
    found = try_compile()
    assert found.state == "no compiler"
    assert "g++, clang++, c++" in found.reason
    assert "eager" in found.reason
    assert found.gain == 1.0
    assert found.pays_after == math.inf


def test_the_variable_of_the_compiler_counts(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler -O2")
    assert could_compile().state == "no compiler"
    assert "no-such-compiler" in could_compile().reason
    monkeypatch.setenv("CXX", sys.executable)
    assert could_compile().state == "untried"


@pytest.mark.parametrize(
    ("child", "state", "word"),
    [
        pytest.param(SimpleNamespace(stdout="", stderr="boom", returncode=1), "failed", "boom",
                     id="a child that dies"),
        pytest.param(SimpleNamespace(stdout="", stderr="", returncode=-9), "failed", "-9",
                     id="a child that is killed"),
        pytest.param(SimpleNamespace(stdout='warned\n{"state": "compiled", "reason": "ok"}\n',
                                     stderr="", returncode=0), "compiled", "ok", id="an answer"),
    ],
)  # fmt: skip
def test_the_child_ends_in_one_of_the_outcomes(monkeypatch, child, state, word):
    monkeypatch.setenv("CXX", sys.executable)
    monkeypatch.setattr(module.subprocess, "run", lambda *args, **options: child)
    found = try_compile()
    assert found.state == state
    assert word in found.reason


def test_a_compiler_that_hangs_is_ended(monkeypatch):
    def hang(command, timeout, **options):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setenv("CXX", sys.executable)
    monkeypatch.setattr(module.subprocess, "run", hang)
    assert try_compile(limit=0.5) == Compilation(
        state="timed out", reason="not compiled within 0.5 s"
    )


def test_what_the_compiler_raises_is_an_outcome(monkeypatch):
    def refuse(block):
        raise RuntimeError("cannot\nlower this")

    monkeypatch.setattr(module.torch, "compile", refuse)
    found = compile_here(32, 8)
    assert found.state == "failed"
    assert "RuntimeError: cannot lower this; eager" in found.reason


def test_what_compiles_is_timed_and_pays_after_some_calls(monkeypatch):
    monkeypatch.setattr(module.torch, "compile", lambda block: block)
    found = compile_here(32, 8)
    assert found.state == "compiled"
    assert min(found.first_seconds, found.eager_seconds, found.compiled_seconds) > 0
    fields = {"state": "compiled", "reason": "", "first_seconds": 10.0}
    assert Compilation(**fields, eager_seconds=0.75, compiled_seconds=0.5).pays_after == 40
    assert Compilation(**fields, eager_seconds=0.2, compiled_seconds=0.3).pays_after == math.inf


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="received 'slow'"):
        Compilation(state="slow", reason="")
    with pytest.raises(InputError, match="received 0"):
        try_compile(limit=0)
