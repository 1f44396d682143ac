from __future__ import annotations

import sys

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.memory import caps
from text_recognizer.troubleshooting.memory.caps import NotLimited, memory_limit
from text_recognizer.troubleshooting.memory.child import (
    Job,
    Outcome,
    Running,
    is_out_of_memory,
    reference,
    run_here,
)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """One child with a job of each kind of ending."""
    jobs = [
        Job(function="math:factorial", options={}),
        Job(function="builtins:dict", options={"answer": 42}),
        Job(function="os:abort"),
        Job(function="builtins:dict", options={"still": "alive"}),
        Job(function="signal:pause"),
        Job(function="builtins:print", options={"sep": "-"}),
        Job(function="no_such_module:function"),
    ]
    with Running(jobs, seconds=3) as running:
        return running.fetch()


@pytest.mark.skipif(sys.platform != "linux", reason="jobs share a child where it can fork")
@pytest.mark.parametrize(
    ("place", "kind", "words"),
    [
        pytest.param(0, "error", "TypeError", id="an exception"),
        pytest.param(1, "ok", "", id="a result"),
        pytest.param(2, "crashed", "signal 6", id="an abort"),
        pytest.param(3, "ok", "", id="the next job after an abort"),
        pytest.param(4, "timeout", "killed after 3 seconds", id="a hang"),
        pytest.param(5, "ok", "", id="what is printed does not spoil the reply"),
        pytest.param(6, "error", "no_such_module", id="a module that is not there"),
    ],
)
def test_each_ending_is_an_outcome(outcomes, place, kind, words):
    assert outcomes[place].kind == kind, outcomes[place].detail
    assert words in outcomes[place].detail
    assert outcomes[1].value == {"answer": 42}


@pytest.mark.parametrize("function", ["", "plain", "__main__:f", "a:b.<locals>.c"])
def test_a_function_that_a_child_cannot_import_is_refused(function):
    with pytest.raises(InputError, match="define it in a file"):
        Job(function=function)


def test_a_lambda_has_no_reference_that_works():
    with pytest.raises(InputError):
        Job(function=reference(lambda: None))


@pytest.mark.parametrize(
    ("error", "out"),
    [
        pytest.param(MemoryError(), True, id="Python"),
        pytest.param(RuntimeError("DefaultCPUAllocator: can't allocate memory: 5"), True, id="C10"),
        pytest.param(RuntimeError("could not create a primitive"), True, id="oneDNN"),
        pytest.param(RuntimeError("std::bad_alloc"), True, id="C++"),
        pytest.param(OSError(12, "Cannot allocate memory"), True, id="the system"),
        pytest.param(RuntimeError("shape mismatch"), False, id="another error"),
        pytest.param(ValueError("out of memory"), False, id="another kind"),
    ],
)
def test_which_errors_mean_memory(error, out):
    assert is_out_of_memory(error) is out


def test_a_system_without_limits_gives_its_own_outcome(monkeypatch):
    monkeypatch.setattr(caps, "data_bytes", lambda: None)
    outcome = run_here(Job(function="builtins:dict", limit=10**9))
    assert outcome.kind == "not limited"
    assert not outcome.ok
    with pytest.raises(NotLimited), memory_limit(10**9):
        pass
